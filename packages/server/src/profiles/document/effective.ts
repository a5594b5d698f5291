/** A profile as it is for some devices: what it says of all of them, with a variant laid over it. */
import type {
  Fragment,
  InstanceState,
  Options,
  ProfileDocument,
  ProfileNode,
  SettingValue,
  Variable,
  Variant,
} from './schema.ts';

/** Something of a profile, and where it is written in the document: `variants/0/settings/mms.proxy`. */
export interface Written<T> {
  readonly field: string;
  readonly what: T;
}

export type Setting = Exclude<SettingValue, string | number | boolean>;

export interface EffectiveFragment {
  readonly name: string;
  readonly field: string;
  readonly root?: string | undefined;
  readonly object?: string | undefined;
  readonly instance?: string | undefined;
  readonly state?: InstanceState | undefined;
  readonly settings: ReadonlyMap<string, Written<Setting>>;
  /** By path. */
  readonly nodes: ReadonlyMap<string, Written<ProfileNode>>;
}

export interface Effective {
  readonly instance: string | undefined;
  readonly variant: Variant | undefined;
  readonly variables: ReadonlyMap<string, Written<Variable>>;
  readonly settings: ReadonlyMap<string, Written<Setting>>;
  readonly fragments: readonly EffectiveFragment[];
  readonly options: Options;
}

const computed = new WeakMap<ProfileDocument, Map<number, Effective>>();

/**
 * What a profile says where one of its variants holds. The variant counts before the profile: variables, settings and
 * options by their names, fragments by their names, and of them the nodes by their paths.
 *
 * @param variant index in the document; undefined = none holds
 */
export function effectiveOf(document: ProfileDocument, variant: number | undefined): Effective {
  let known = computed.get(document);
  if (known === undefined) {
    known = new Map();
    computed.set(document, known);
  }
  const key = variant ?? -1;
  let made = known.get(key);
  if (made === undefined) {
    made = layOver(document, variant);
    known.set(key, made);
  }
  return made;
}

function layOver(document: ProfileDocument, index: number | undefined): Effective {
  const variant = index === undefined ? undefined : document.variants?.[index];
  const at = `variants/${index}`;
  return {
    instance: variant?.instance ?? document.instance,
    variant,
    variables: new Map([
      ...written(document.variables, 'variables', variableOf),
      ...written(variant?.variables, `${at}/variables`, variableOf),
    ]),
    settings: new Map([
      ...written(document.settings, 'settings', settingOf),
      ...written(variant?.settings, `${at}/settings`, settingOf),
    ]),
    fragments: fragmentsOf(document, variant, at),
    options: { ...document.options, ...variant?.options },
  };
}

function written<G, T>(
  given: Readonly<Record<string, G>> | undefined,
  field: string,
  read: (given: G) => T,
): [string, Written<T>][] {
  return Object.entries(given ?? {}).map(([name, one]) => [
    name,
    { field: `${field}/${name}`, what: read(one) },
  ]);
}

const isBare = (given: unknown): given is string | number | boolean => typeof given !== 'object';

function variableOf(given: NonNullable<ProfileDocument['variables']>[string]): Variable {
  return isBare(given) ? { default: given } : given;
}

function settingOf(given: SettingValue): Setting {
  return isBare(given) ? { value: given } : given;
}

function fragmentsOf(
  document: ProfileDocument,
  variant: Variant | undefined,
  at: string,
): EffectiveFragment[] {
  const fragments = new Map(
    document.fragments.map((fragment, index) => [
      fragment.name,
      readFragment(fragment.name, fragment, `fragments/${index}`),
    ]),
  );
  for (const [index, { omit, ...over }] of (variant?.fragments ?? []).entries()) {
    const below = fragments.get(over.name);
    const above = readFragment(over.name, over, `${at}/fragments/${index}`);
    if (omit === true) fragments.delete(over.name);
    else fragments.set(over.name, below === undefined ? above : merged(below, above));
  }
  return [...fragments.values()];
}

function readFragment(name: string, fragment: Fragment, field: string): EffectiveFragment {
  const { root, object, instance, state, nodes = [], settings } = fragment;
  return {
    name,
    field,
    root,
    object,
    instance,
    state,
    settings: new Map(written(settings, `${field}/settings`, settingOf)),
    nodes: new Map(nodes.map((node, index) => [node.path, { field: `${field}/nodes/${index}`, what: node }])),
  };
}

function merged(below: EffectiveFragment, above: EffectiveFragment): EffectiveFragment {
  const root = above.root ?? (above.object === undefined ? below.root : undefined);
  return {
    name: below.name,
    field: above.root === undefined && above.object === undefined ? below.field : above.field,
    root,
    object: above.object ?? below.object,
    instance: above.instance ?? below.instance,
    state: above.state === undefined ? below.state : { ...below.state, ...above.state },
    settings: new Map([...below.settings, ...above.settings]),
    nodes: new Map([...below.nodes, ...above.nodes]),
  };
}
