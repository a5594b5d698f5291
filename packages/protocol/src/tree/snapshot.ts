import { decodeBase64, encodeBase64 } from '../octets/index.ts';
import type { Description } from './description.ts';
import { type InstanceState, readState } from './instance-state.ts';
import { InteriorNode, LeafNode, NOBODY, type TreeNode } from './node.ts';
import { namesake } from './place.ts';
import { checkName, URI_BOUNDS } from './uri.ts';
import {
  FORMATS,
  type Format,
  heldSize,
  initialValue,
  type LeafData,
  type StoredValue,
  TEXT_PLAIN,
} from './value.ts';

/** One node of a {@link TreeSnapshot}. What has its default is left out. */
export interface NodeSnapshot {
  /** Empty for the root. */
  readonly name: string;
  /** A leaf's format; absent = chr, or node where there are children. */
  readonly format?: Format | undefined;
  /** Absent = text/plain for a leaf, none for an interior node. */
  readonly type?: string | undefined;
  /** A leaf's value; bin as base64. Absent = empty. */
  readonly data?: string | StoredValue | undefined;
  readonly acl?: string | undefined;
  readonly title?: string | undefined;
  /** Seconds since 1970; absent = not known. */
  readonly tstamp?: number | undefined;
  readonly verNo?: number | undefined;
  /** Of the root of an instance; absent = neither Active, nor Default, nor Locked. */
  readonly state?: InstanceState | undefined;
  /** Present, even if empty, on every interior node. */
  readonly children?: readonly NodeSnapshot[] | undefined;
}

/** A tree as plain data that JSON can hold. */
export interface TreeSnapshot {
  readonly version: 1;
  readonly root: NodeSnapshot;
}

/** A root with the number of its nodes and the bytes of their values. */
export interface Grown {
  readonly root: InteriorNode;
  readonly nodes: number;
  readonly bytes: number;
}

/** ACL of a root that nobody has set: every server may read and add (DM_TND 1.2). */
export const ROOT_ACL = 'Add=*&Get=*';

const grown = new WeakMap<Description, WeakMap<TreeSnapshot, Grown>>();
const BLANK: TreeSnapshot = { version: 1, root: { name: '', acl: ROOT_ACL, children: [] } };

/**
 * The nodes of a snapshot, with the permanent nodes that the description adds to it. The same description
 * and snapshot object give the same, shared nodes: a thousand devices that start alike cost one tree.
 *
 * @throws {Error} when the snapshot is none: it names the node.
 */
export function grow(description: Description, snapshot: TreeSnapshot = BLANK): Grown {
  let bySnapshot = grown.get(description);
  if (bySnapshot === undefined) {
    bySnapshot = new WeakMap();
    grown.set(description, bySnapshot);
  }
  let found = bySnapshot.get(snapshot);
  if (found === undefined) {
    found = build(description, snapshot);
    bySnapshot.set(snapshot, found);
  }
  return found;
}

function build(description: Description, snapshot: TreeSnapshot): Grown {
  if (snapshot.version !== 1) throw new Error(`tree snapshot of version ${snapshot.version}: expected 1`);
  const root = nodeOf(snapshot.root, '.', 0);
  if (!(root instanceof InteriorNode)) throw new Error('tree snapshot: its root is a leaf');
  if (root.acl === '') root.acl = ROOT_ACL;
  addPermanent(root, description);
  return { root, ...measure(root) };
}

function nodeOf(snapshot: NodeSnapshot, uri: string, depth: number): TreeNode {
  const { format = 'chr', type, data = '', acl = '', title = '', tstamp = 0, verNo = 0 } = snapshot;
  const { state, children } = snapshot;
  const fail = (reason: string): never => {
    throw new Error(`tree snapshot, node ${uri}: ${reason}`);
  };
  if (depth > URI_BOUNDS.maxDepth) fail(`deeper than ${URI_BOUNDS.maxDepth} levels`);
  if (children === undefined) {
    if (!FORMATS.includes(format) || format === 'node') fail(`a leaf of format ${format}`);
    return new LeafNode(
      format === 'b64' ? 'bin' : format,
      type ?? TEXT_PLAIN,
      dataOf(format, data, fail),
      acl,
      title,
      tstamp,
      verNo,
    );
  }
  const made = new Map<string, TreeNode>();
  for (const child of children) {
    const fault = checkName(child.name);
    if (fault !== undefined) fail(fault);
    if (made.has(child.name)) fail(`two children named ${child.name}`);
    made.set(child.name, nodeOf(child, `${uri}/${child.name}`, depth + 1));
  }
  return new InteriorNode(made, type ?? '', acl, title, tstamp, verNo, NOBODY, readState(state, fail));
}

function dataOf(format: Format, data: string | StoredValue, fail: (reason: string) => never): LeafData {
  if (typeof data === 'string') {
    if (format !== 'bin' && format !== 'b64') return data;
    return decodeBase64(data) ?? fail('data of format bin that is no base64');
  }
  const { stored, size } = data;
  const isValid = typeof stored === 'string' && Number.isSafeInteger(size) && size >= 0;
  return isValid ? { stored, size } : fail('data that is neither text nor a stored value with its size');
}

/**
 * Adds the permanent nodes that are described below a node, and to them those below them: they are there as long
 * as the node above them is.
 *
 * @param born owner and time of the new nodes
 */
export function addPermanent(
  parent: InteriorNode,
  description: Description,
  born: { readonly owner: number; readonly tstamp: number } = { owner: NOBODY, tstamp: 0 },
): void {
  for (const [name, below] of description.named) {
    let node = parent.children.get(namesake(parent, description, name) ?? name);
    if (node === undefined && below.permanent) {
      node = initialNode(below, born);
      parent.children.set(name, node);
    }
    if (node instanceof InteriorNode) addPermanent(node, below, born);
  }
}

function initialNode(
  said: Description,
  { owner, tstamp }: { readonly owner: number; readonly tstamp: number },
): TreeNode {
  const { format = 'node', types, defaultValue, acl } = said;
  if (format === 'node') return new InteriorNode(new Map(), types[0] ?? '', acl, '', tstamp, 0, owner);
  const value = initialValue({ format, types, defaultValue });
  return new LeafNode(value.format, value.type, value.data, acl, '', tstamp, 0);
}

/** Number of nodes of a sub-tree, and bytes of the values, ACLs and titles in it. */
export function measure(node: TreeNode): { nodes: number; bytes: number } {
  let nodes = 1;
  let bytes = node.acl.length + node.title.length;
  if (node instanceof LeafNode) return { nodes, bytes: bytes + heldSize(node.data) };
  for (const child of node.children.values()) {
    const below = measure(child);
    nodes += below.nodes;
    bytes += below.bytes;
  }
  return { nodes, bytes };
}

/** A sub-tree as plain data. */
export function snapshotOf(name: string, node: TreeNode): NodeSnapshot {
  const properties = {
    ...(node.acl === '' ? {} : { acl: node.acl }),
    ...(node.title === '' ? {} : { title: node.title }),
    ...(node.tstamp === 0 ? {} : { tstamp: node.tstamp }),
    ...(node.verNo === 0 ? {} : { verNo: node.verNo }),
  };
  if (node instanceof InteriorNode)
    return {
      name,
      ...(node.type === '' ? {} : { type: node.type }),
      ...properties,
      ...(node.state === undefined ? {} : { state: node.state }),
      children: Array.from(node.children, ([child, below]) => snapshotOf(child, below)),
    };
  const data = node.data instanceof Uint8Array ? encodeBase64(node.data) : node.data;
  return {
    name,
    ...(node.format === 'chr' ? {} : { format: node.format }),
    ...(node.type === TEXT_PLAIN ? {} : { type: node.type }),
    ...(data === '' ? {} : { data }),
    ...properties,
  };
}
