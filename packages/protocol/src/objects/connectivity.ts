/** ToConRef, which the application objects have in common (OMA-TS-DM-StdObj 1.2.1). */
import type { DdfNode } from '../tree/index.ts';
import { interior, leaf, MANAGE } from './describe.ts';
import { textOf } from './fields.ts';
import { childUri, type NodeValue, type TreeReader } from './object.ts';

export const TO_CON_REF: DdfNode = interior(
  'ToConRef',
  MANAGE,
  'ZeroOrOne',
  'Connectivity objects that may be used',
  [
    interior(undefined, MANAGE, 'OneOrMore', 'One of them', [
      leaf('ConRef', MANAGE, 'One', 'URI of a connectivity object'),
    ]),
  ],
);

/** The nodes below an object's root that name connectivity objects; nothing where there are none. */
export function toConRefNodes(root: string, references: readonly string[] | undefined): NodeValue[] {
  if (references === undefined || references.length === 0) return [];
  const above = childUri(root, 'ToConRef');
  const below = references.flatMap((data, index): NodeValue[] => {
    const at = childUri(above, String(index + 1));
    return [
      { path: at, value: 'node' },
      { path: childUri(at, 'ConRef'), value: { format: 'chr', type: 'text/plain', data } },
    ];
  });
  return [{ path: above, value: 'node' }, ...below];
}

/** The connectivity objects that are named below an object's root; nothing where there are none. */
export function readToConRef(root: string, tree: TreeReader): { toConRef?: readonly string[] } {
  const above = childUri(root, 'ToConRef');
  const toConRef = tree
    .children(above)
    .map((name) => textOf(tree, childUri(above, `${name}/ConRef`)))
    .filter((reference) => reference !== undefined);
  return toConRef.length > 0 ? { toConRef } : {};
}
