import { isDeepStrictEqual } from 'node:util';
import { masked, secretsOf } from './mask.ts';
import type { Fragment, ProfileDocument } from './schema.ts';

/** One thing that differs between two profiles. */
export interface ProfileDifference {
  readonly change: 'added' | 'removed' | 'changed';
  /** What it is. */
  readonly part: 'node' | 'setting' | 'variable' | 'fragment' | 'variant' | 'option' | 'profile';
  /** The variant that it is in; null = what holds for all devices. */
  readonly variant: string | null;
  /** The fragment that it is in. */
  readonly fragment: string | null;
  /** Its path, name, or which property it is. */
  readonly name: string;
  /** What it says, as in the document; absent where there is nothing. Secret values are masked. */
  readonly before?: unknown;
  readonly after?: unknown;
}

type Said = Omit<ProfileDifference, 'change' | 'before' | 'after'> & { readonly value: unknown };

/**
 * What differs between two profiles, by nodes, settings, variables and so on, in the order of the second one. The order
 * of nodes makes no difference, that of fragments, variants and required profiles does.
 */
export function differencesOf(before: ProfileDocument, after: ProfileDocument): ProfileDifference[] {
  const one = saidBy(before);
  const other = saidBy(after);
  const [secretBefore, secretAfter] = [secretsOf(before), secretsOf(after)];
  const differences: ProfileDifference[] = [];
  for (const [key, { value, ...about }] of other) {
    const earlier = one.get(key);
    if (earlier === undefined) differences.push({ change: 'added', ...about, after: value });
    else if (!isDeepStrictEqual(earlier.value, value) || secretBefore.get(key) !== secretAfter.get(key))
      differences.push({ change: 'changed', ...about, before: earlier.value, after: value });
  }
  for (const [key, { value, ...about }] of one) {
    if (!other.has(key)) differences.push({ change: 'removed', ...about, before: value });
  }
  return differences;
}

/** What a profile says, piece by piece, with secret values masked. */
function saidBy(document: ProfileDocument): Map<string, Said> {
  const said = new Map<string, Said>();
  const { fragments, variants = [], variables, settings, options, ...rest } = masked(document);
  const add = (key: string, value: unknown, about: Partial<Said> & Pick<Said, 'part' | 'name'>) =>
    said.set(key, { variant: null, fragment: null, ...about, value });
  for (const [name, value] of Object.entries(rest)) add(name, value, { part: 'profile', name });
  if (fragments.length > 1)
    add(
      'fragments',
      fragments.map(({ name }) => name),
      { part: 'profile', name: 'order of fragments' },
    );
  if (variants.length > 0)
    add('variants', variants.map(nameOf), { part: 'profile', name: 'order of variants' });
  const addPart = (
    part: Pick<ProfileDocument, 'variables' | 'settings' | 'options'> & {
      fragments?: readonly Fragment[] | undefined;
    },
    at: string,
    variant: string | null,
  ) => {
    for (const [name, value] of Object.entries(part.variables ?? {}))
      add(`${at}variables/${name}`, value, { part: 'variable', variant, name });
    for (const [name, value] of Object.entries(part.settings ?? {}))
      add(`${at}settings/${name}`, value, { part: 'setting', variant, name });
    for (const [name, value] of Object.entries(part.options ?? {}))
      add(`${at}options/${name}`, value, { part: 'option', variant, name });
    for (const fragment of part.fragments ?? []) addFragment(fragment, at, variant);
  };
  const addFragment = (
    { name: fragment = '', nodes = [], settings = {}, ...place }: Fragment,
    at: string,
    variant: string | null,
  ) => {
    const place_ = `${at}fragments/${fragment}`;
    for (const [name, value] of Object.entries(place))
      add(`${place_}/${name}`, value, { part: 'fragment', variant, fragment, name });
    for (const [name, value] of Object.entries(settings))
      add(`${place_}/settings/${name}`, value, { part: 'setting', variant, fragment, name });
    for (const { path, ...value } of nodes)
      add(`${place_}/nodes/${path}`, value, { part: 'node', variant, fragment, name: path });
  };
  addPart({ variables, settings, options, fragments }, '', null);
  for (const variant of variants) {
    const name = nameOf(variant);
    const { variables: _, settings: __, fragments: ___, options: ____, ...said } = variant;
    add(`variants/${name}`, said, { part: 'variant', name });
    addPart(variant, `variants/${name}/`, name);
  }
  return said;
}

const nameOf = ({ name, when }: { name?: string | undefined; when: string }): string => name ?? when;
