import type { Description } from './description.ts';
import { InteriorNode, type TreeNode } from './node.ts';

/** Where an address leads: the nodes on the way, the root first, as far as they exist. */
export interface Place {
  readonly segments: readonly string[];
  readonly nodes: readonly [InteriorNode, ...TreeNode[]];
  /** What is said of each of the nodes; undefined = nothing, so that servers may do nothing there. */
  readonly descriptions: readonly (Description | undefined)[];
}

/** Follows names down from a root. */
export function follow(root: InteriorNode, description: Description, segments: readonly string[]): Place {
  const nodes: [InteriorNode, ...TreeNode[]] = [root];
  const descriptions: (Description | undefined)[] = [description];
  let node: TreeNode = root;
  let said: Description | undefined = description;
  for (const name of segments) {
    if (!(node instanceof InteriorNode)) break;
    const next: TreeNode | undefined = node.children.get(name);
    if (next === undefined) break;
    const kind = next instanceof InteriorNode ? 'node' : 'leaf';
    said = said?.child(name, kind, next instanceof InteriorNode ? next.type : '');
    node = next;
    nodes.push(node);
    descriptions.push(said);
  }
  return { segments, nodes, descriptions };
}

/** The addressed node, or undefined when it does not exist. */
export function nodeAt({ nodes, segments }: Place): TreeNode | undefined {
  return nodes[segments.length];
}

/** The ACL in force at a node on the way: its own, else that of the nearest ancestor that has one. */
export function aclInForce({ nodes }: Place, depth: number): string {
  for (let at = depth; at >= 0; at--) {
    const acl = nodes[at]?.acl;
    if (acl !== undefined && acl !== '') return acl;
  }
  return '';
}
