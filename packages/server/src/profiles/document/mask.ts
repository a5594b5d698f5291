import { MASK } from '../../secrets/index.ts';
import type { Fragment, ProfileDocument, ProfileNode, SettingValue, Variable } from './schema.ts';

type Masking = (value: string | number | boolean, path: string) => string | number | boolean;

/**
 * The same with its secret values replaced.
 *
 * @param mask is told where each is: `fragments/mms/nodes/Addr`, by names and not by places in lists
 */
export function withSecrets(document: ProfileDocument, mask: Masking): ProfileDocument {
  const part = (given: Part, at: string): Part => ({
    ...given,
    ...(given.variables === undefined ? {} : { variables: mapped(given.variables, `${at}variables/`, mask) }),
    ...(given.settings === undefined ? {} : { settings: mapped(given.settings, `${at}settings/`, mask) }),
  });
  return {
    ...document,
    ...part(document, ''),
    fragments: document.fragments.map((fragment) => ({ ...fragment, ...fragmentOf(fragment, '', mask) })),
    ...(document.variants === undefined
      ? {}
      : {
          variants: document.variants.map((variant) => {
            const at = `variants/${variant.name ?? variant.when}/`;
            return {
              ...variant,
              ...part(variant, at),
              ...(variant.fragments === undefined
                ? {}
                : {
                    fragments: variant.fragments.map((each) => ({ ...each, ...fragmentOf(each, at, mask) })),
                  }),
            };
          }),
        }),
  };
}

/** A profile as it is shown to people: without its secret values. */
export function masked(document: ProfileDocument): ProfileDocument {
  return withSecrets(document, () => MASK);
}

/** The secret values of a profile, by where they are. */
export function secretsOf(document: ProfileDocument): Map<string, string | number | boolean> {
  const secrets = new Map<string, string | number | boolean>();
  withSecrets(document, (value, path) => {
    secrets.set(path, value);
    return value;
  });
  return secrets;
}

/** Where values are masked of which it is not known what they were. */
export function lostSecrets(document: ProfileDocument): string[] {
  return [...secretsOf(document)].filter(([, value]) => value === MASK).map(([path]) => path);
}

/** A profile in which what is masked is as it was before, so that what was shown can be given back with a change. */
export function unmasked(document: ProfileDocument, before: ProfileDocument | undefined): ProfileDocument {
  const known = before === undefined ? undefined : secretsOf(before);
  return withSecrets(document, (value, path) => (value === MASK ? (known?.get(path) ?? value) : value));
}

type Part = Pick<ProfileDocument, 'variables' | 'settings'>;

function mapped<V extends SettingValue | Variable | string | number | boolean>(
  given: Readonly<Record<string, V>>,
  at: string,
  mask: Masking,
): Record<string, V> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (typeof value !== 'object' || value.secret !== true) return [name, value];
      const copy = { ...value };
      if (copy.value !== undefined) copy.value = mask(copy.value, `${at}${name}`);
      if ('default' in copy && copy.default !== undefined)
        copy.default = mask(copy.default, `${at}${name}/default`);
      return [name, copy];
    }),
  );
}

function fragmentOf(
  { name, nodes, settings }: Fragment,
  at: string,
  mask: Masking,
): { nodes?: ProfileNode[]; settings?: Record<string, SettingValue> } {
  const place = `${at}fragments/${name}`;
  return {
    ...(nodes === undefined
      ? {}
      : {
          nodes: nodes.map((node) =>
            node.secret === true && node.value !== undefined
              ? { ...node, value: mask(node.value, `${place}/nodes/${node.path}`) }
              : node,
          ),
        }),
    ...(settings === undefined ? {} : { settings: mapped(settings, `${place}/settings/`, mask) }),
  };
}
