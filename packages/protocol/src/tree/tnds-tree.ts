/** Add and Replace of a serialized tree: one command, done wholly or not at all (OMA-TS-DM-TNDS 1.2). */
import { TreeError } from './error.ts';
import { type Actor, DEVICE } from './rights.ts';
import type { ReadTndsNode } from './tnds.ts';
import type { ManagementTree } from './tree.ts';
import { Uri } from './uri.ts';
import { isStored, type LeafValue, TEXT_PLAIN } from './value.ts';

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
 * Replaces a node by a serialized tree: what is below it goes, what the tree has comes. The node itself stays, and
 * takes the value, ACL and title that the tree gives it; so do permanent nodes below it, which cannot go.
 *
 * @param target URI of an existing node.
 * @throws {TreeError} 404 and 405 for the target, else as Delete, Replace and Add do; the tree is then as it was.
 */
export function replaceTnds(
  tree: ManagementTree,
  target: string,
  nodes: readonly ReadTndsNode[],
  as: Actor,
): void {
  tree.transaction(() => {
    const uri = Uri.parse(target).toString();
    tree.authorize(uri, 'Replace', as);
    const lacked = tree.lacks(uri);
    const written = new Map(nodes.map((node) => [node.uri, node]));
    const kept = replaceBelow(tree, uri, written, as);
    const stays = (node: ReadTndsNode): boolean => kept.has(node.uri);
    plant(
      tree,
      nodes.filter((node) => !stays(node)),
      as,
    );
    dress(tree, nodes.filter(stays), as, as);
    if (!lacked && tree.lacks(uri))
      throw new TreeError(405, uri, 'the last of its kind would go, of which one must be there');
  });
}

/** Deletes what is below a node and is not permanent. @returns the URIs of the nodes that stay, this one included */
function replaceBelow(
  tree: ManagementTree,
  uri: string,
  written: ReadonlyMap<string, ReadTndsNode>,
  as: Actor,
): Set<string> {
  const found = tree.get(uri, DEVICE);
  const node = written.get(uri);
  if (!('children' in found)) {
    if (node === undefined || node.format === 'node')
      throw new TreeError(405, uri, 'is a leaf and has no children to replace');
    const value = leafValue(node);
    if (!isSame(found, value)) tree.replace(uri, value, as);
    return new Set([uri]);
  }
  if (node !== undefined && node.format !== 'node') throw new TreeError(405, uri, 'is an interior node');
  const kept = new Set([uri]);
  for (const name of found.children) {
    const child = Uri.parse(uri).child(name).toString();
    if (written.has(child) && tree.isPermanent(child))
      for (const each of replaceBelow(tree, child, written, as)) kept.add(each);
    else tree.delete(child, as, { evenLast: true });
  }
  return kept;
}

function plant(tree: ManagementTree, nodes: readonly ReadTndsNode[], as: Actor): void {
  for (const node of nodes) tree.add(node.uri, leafValue(node), as);
  dress(tree, nodes, as, DEVICE);
}

function leafValue({ format, type = '', data = '' }: ReadTndsNode): LeafValue {
  return { format, type, data };
}

function isSame({ data: before }: LeafValue, { data: after }: LeafValue): boolean {
  if (isStored(before) || isStored(after)) return false;
  if (typeof before === 'string' || typeof after === 'string') return before === after;
  return before.length === after.length && before.every((byte, at) => byte === after[at]);
}

/**
 * Gives nodes the titles and ACLs that come with them. An ACL follows the rules for changing it, children before
 * parents: what an ACL takes from the server that gives it, does not hinder its own command.
 *
 * @param titledAs whose right it is to give titles: those of new nodes are part of their creation
 */
function dress(tree: ManagementTree, nodes: readonly ReadTndsNode[], as: Actor, titledAs: Actor): void {
  const text = (data: string): LeafValue => ({ format: 'chr', type: TEXT_PLAIN, data });
  for (const { uri, title } of nodes)
    if (title !== undefined && title !== '') tree.replace(`${uri}?prop=Title`, text(title), titledAs);
  for (const { uri, acl } of nodes.toReversed())
    if (acl !== undefined && acl !== '') tree.replace(`${uri}?prop=ACL`, text(acl), as);
}
