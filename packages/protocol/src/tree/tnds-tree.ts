/** Add and Replace of a serialized tree: one command, done wholly or not at all (OMA-TS-DM-TNDS 1.2). */
import { TreeError } from './error.ts';
import type { ReadTndsNode } from './tnds.ts';
import { type Actor, DEVICE, type ManagementTree } from './tree.ts';
import { Uri } from './uri.ts';
import { type LeafValue, TEXT_PLAIN } from './value.ts';

/**
 * Adds the nodes of a serialized tree, with the ACLs and titles that it gives them.
 *
 * @param nodes as read, parents first.
 * @throws {TreeError} as an Add does; the tree is then as it was.
 */
export function addTnds(tree: ManagementTree, nodes: readonly ReadTndsNode[], as: Actor): void {
  tree.transaction(() => plant(tree, nodes, as));
}

/**
 * Replaces what is below a node by a serialized tree. The node itself stays, and takes the ACL and title
 * that the tree gives it.
 *
 * @param target URI of an existing interior node.
 * @throws {TreeError} 404 and 405 for the target, else as Delete and Add do; the tree is then as it was.
 */
export function replaceTnds(
  tree: ManagementTree,
  target: string,
  nodes: readonly ReadTndsNode[],
  as: Actor,
): void {
  tree.transaction(() => {
    const uri = Uri.parse(target);
    tree.authorize(target, 'Replace', as);
    const found = tree.get(target, DEVICE);
    if (!('children' in found)) throw new TreeError(405, target, 'is a leaf and has no children to replace');
    for (const name of found.children) tree.delete(uri.child(name).toString(), as);
    const [top, ...rest] = nodes;
    if (top?.uri !== uri.toString()) return plant(tree, nodes, as);
    dress(tree, top);
    plant(tree, rest, as);
  });
}

function plant(tree: ManagementTree, nodes: readonly ReadTndsNode[], as: Actor): void {
  for (const node of nodes) tree.add(node.uri, leafValue(node), as);
  // After all nodes: what an ACL takes from the server that gives it, does not hinder its own command.
  for (const node of nodes) dress(tree, node);
}

function leafValue({ format, type = '', data = '' }: ReadTndsNode): LeafValue {
  return { format, type, data };
}

/** The properties that come with a node are part of its creation, for which its creator had the right. */
function dress(tree: ManagementTree, { uri, acl, title }: ReadTndsNode): void {
  const text = (data: string): LeafValue => ({ format: 'chr', type: TEXT_PLAIN, data });
  if (acl !== undefined && acl !== '') tree.replace(`${uri}?prop=ACL`, text(acl), DEVICE);
  if (title !== undefined && title !== '') tree.replace(`${uri}?prop=Title`, text(title), DEVICE);
}
