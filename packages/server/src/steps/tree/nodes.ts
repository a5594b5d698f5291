import type { SubtreeNode } from '../request.ts';
import type { TreeStep } from './step.ts';

/** A step comes with each message anew, and is asked about many times while the message is handled. */
const known = new WeakMap<TreeStep, readonly SubtreeNode[]>();

/** The nodes of the sub-tree with all interior nodes, parents first. */
export function subtreeOf(step: TreeStep): readonly SubtreeNode[] {
  let nodes = known.get(step);
  if (nodes === undefined) {
    nodes = gather(step);
    known.set(step, nodes);
  }
  return nodes;
}

function gather({ uri: root, object, nodes }: TreeStep): SubtreeNode[] {
  const made = new Map<string, SubtreeNode>([[root, { uri: root, format: 'node', type: object }]]);
  for (const { path, ...node } of nodes) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      const above = `${root}/${path.slice(0, end)}`;
      if (!made.has(above)) made.set(above, { uri: above, format: 'node' });
    }
    const uri = `${root}/${path}`;
    made.set(uri, { uri, ...node, ...(node.format === 'node' ? { value: undefined } : {}) });
  }
  const depth = ({ uri }: SubtreeNode): number => uri.split('/').length;
  return [...made.values()].sort((a, b) => depth(a) - depth(b));
}
