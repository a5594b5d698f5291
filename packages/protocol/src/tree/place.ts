import type { Description } from './description.ts';
import { InteriorNode, kindOf, type TreeNode, typeOf } from './node.ts';

/** Where an address leads: the nodes on the way, the root first, as far as they exist. */
export interface Place {
  /** Names from the root down; of nodes that exist, as they are spelled in the tree. */
  readonly segments: readonly string[];
  readonly nodes: readonly [InteriorNode, ...TreeNode[]];
  /** What is said of each of the nodes; undefined = nothing, so that servers may do nothing there. */
  readonly descriptions: readonly (Description | undefined)[];
}

/** Follows names down from a root. */
export function follow(root: InteriorNode, description: Description, segments: readonly string[]): Place {
  const nodes: [InteriorNode, ...TreeNode[]] = [root];
  const descriptions: (Description | undefined)[] = [description];
  let spelled: string[] | undefined;
  let node: TreeNode = root;
  let said: Description | undefined = description;
  for (let depth = 0; depth < segments.length; depth++) {
    if (!(node instanceof InteriorNode)) break;
    let name = segments[depth] as string;
    let next: TreeNode | undefined = node.children.get(name);
    if (next === undefined && said?.folds) {
      const found = namesake(node, said, name);
      if (found === undefined) break;
      spelled ??= [...segments];
      spelled[depth] = found;
      name = found;
      next = node.children.get(name);
    }
    if (next === undefined) break;
    said = said?.child(name, kindOf(next), typeOf(next));
    node = next;
    nodes.push(node);
    descriptions.push(said);
  }
  return { segments: spelled ?? segments, nodes, descriptions };
}

/**
 * The child that has a name, or has it but for the case of letters where the description says that this does
 * not matter (CaseSense CIS); as the child is spelled.
 */
export function namesake(
  parent: InteriorNode,
  said: Description | undefined,
  name: string,
): string | undefined {
  if (parent.children.has(name)) return name;
  if (!said?.folds) return undefined;
  const wanted = name.toLowerCase();
  for (const [each, child] of parent.children) {
    const isSame = each.length === name.length && each.toLowerCase() === wanted;
    if (isSame && said.child(each, kindOf(child), typeOf(child))?.ignoresCase) return each;
  }
  return undefined;
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

/** The canonical URI of names from the root down. */
export function uriOf(segments: readonly string[]): string {
  return segments.length === 0 ? '.' : `./${segments.join('/')}`;
}
