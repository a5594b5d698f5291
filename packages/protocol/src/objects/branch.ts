import type { NodeValue } from './object.ts';

/**
 * Nodes with the interior nodes that they need before each, for leaves that do not all stand directly below the root.
 *
 * @param root URI of a node that is there.
 * @param leaves with paths below it.
 */
export function branchNodes(root: string, leaves: readonly NodeValue[]): NodeValue[] {
  const made = new Set([root]);
  return leaves.flatMap((leaf): NodeValue[] => {
    const above: NodeValue[] = [];
    for (let at = leaf.path.indexOf('/', root.length + 1); at > 0; at = leaf.path.indexOf('/', at + 1)) {
      const path = leaf.path.slice(0, at);
      if (made.has(path)) continue;
      made.add(path);
      above.push({ path, value: 'node' });
    }
    return [...above, leaf];
  });
}
