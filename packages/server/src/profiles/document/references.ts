/** What the variables of a profile may refer to. */
import type { Effective } from './effective.ts';
import { parseTemplate, type Reference, referencesIn, TemplateError } from './template.ts';

/** Variables that say what a device is. */
export const DEVICE_VARIABLES = [
  'device.id',
  'device.devId',
  'device.manufacturer',
  'device.model',
  'device.software',
  'device.dmVersion',
  'device.language',
] as const;

/** What a variable refers to. */
export type Referred =
  /** A variable of the profile itself. */
  | { readonly kind: 'own'; readonly name: string }
  /** Something known of the device, its subscriber, or set by its groups. */
  | { readonly kind: 'fact'; readonly name: string }
  /** Where a fragment of the same profile is on the device. */
  | { readonly kind: 'fragment'; readonly name: string }
  /** Where a fragment of a required profile is; its first one where none is named. */
  | { readonly kind: 'profile'; readonly profile: string; readonly fragment: string | undefined };

/**
 * What a variable refers to.
 *
 * @returns what was expected, in words, where there is nothing of that name
 */
export function readReference(
  name: string,
  effective: Pick<Effective, 'variables' | 'fragments'>,
  services: Iterable<string>,
  requires: readonly string[],
): Referred | string {
  if (effective.variables.has(name)) return { kind: 'own', name };
  const dot = name.indexOf('.');
  const scope = dot < 0 ? undefined : name.slice(0, dot);
  const rest = name.slice(dot + 1);
  switch (scope) {
    case 'device':
      if (DEVICE_VARIABLES.some((known) => known === name)) return { kind: 'fact', name };
      return `one of ${DEVICE_VARIABLES.join(', ')}`;
    case 'subscriber':
    case 'group':
      return /^[^.]+(\.[^.]+)*$/.test(rest) ? { kind: 'fact', name } : `${scope}, a dot and a name`;
    case 'fragment': {
      const fragments = [...effective.fragments.map((fragment) => fragment.name), ...services];
      const found = fragments.find((known) => rest === `${known}.uri`);
      if (found !== undefined) return { kind: 'fragment', name: found };
      return `fragment.NAME.uri, where NAME is one of ${listed(fragments)}`;
    }
    case 'profile':
      return (
        readProfileReference(rest, requires) ??
        `profile.NAME.uri or profile.NAME.FRAGMENT.uri, where NAME is in "requires", which has ${listed(requires)}`
      );
    default: {
      const own = [...effective.variables.keys()];
      return `a variable of the profile, which has ${listed(own)}, or one that begins with device., subscriber., group., fragment. or profile.`;
    }
  }
}

function readProfileReference(rest: string, requires: readonly string[]): Referred | undefined {
  // Names of profiles may have dots in them.
  const candidates = requires.filter((profile) => rest.startsWith(`${profile}.`));
  for (const profile of candidates.sort((a, b) => b.length - a.length)) {
    const below = rest.slice(profile.length + 1);
    if (below === 'uri') return { kind: 'profile', profile, fragment: undefined };
    const [, fragment] = /^([A-Za-z][\w-]*|\d+)\.uri$/.exec(below) ?? [];
    if (fragment !== undefined) return { kind: 'profile', profile, fragment };
  }
  return undefined;
}

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

/** The variables in a text; none where it cannot be read, of which the check of the text tells. */
export function referencesOf(text: unknown): Reference[] {
  if (typeof text !== 'string') return [];
  try {
    return referencesIn(parseTemplate(text));
  } catch (error) {
    if (error instanceof TemplateError) return [];
    throw error;
  }
}

/** Services that settings of a profile are of: each makes a fragment of its name. */
export function servicesOf(effective: Pick<Effective, 'settings'>): string[] {
  return [...new Set([...effective.settings.keys()].map(serviceOf))];
}

/** `mms` of `mms.proxy`. */
export function serviceOf(setting: string): string {
  return setting.slice(0, setting.indexOf('.'));
}

/**
 * The variables and fragments that lead back to themselves, in the order of the circle; undefined = none.
 */
export function cycleIn(
  effective: Effective,
): { readonly path: readonly string[]; readonly field: string } | undefined {
  const edges = new Map<string, { field: string; texts: readonly unknown[] }>();
  for (const [name, { field, what }] of effective.variables)
    edges.set(name, { field, texts: [what.value, what.default] });
  for (const { name, field, root, object, instance } of effective.fragments)
    edges.set(`fragment.${name}.uri`, {
      field,
      texts: root === undefined ? [object, instance ?? effective.instance] : [root],
    });
  for (const service of servicesOf(effective)) {
    const name = `fragment.${service}.uri`;
    if (!edges.has(name)) edges.set(name, { field: 'instance', texts: [effective.instance] });
  }
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): { path: string[]; field: string } | undefined => {
    const edge = edges.get(name);
    if (edge === undefined || done.has(name)) return undefined;
    const before = path.indexOf(name);
    if (before >= 0) return { path: [...path.slice(before), name], field: edge.field };
    path.push(name);
    for (const text of edge.texts) {
      for (const reference of referencesOf(text)) {
        const found = visit(reference.name);
        if (found !== undefined) return found;
      }
    }
    path.pop();
    done.add(name);
    return undefined;
  };
  for (const name of edges.keys()) {
    const found = visit(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
