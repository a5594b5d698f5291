import { type AclCommand, permits, revoke } from './acl.ts';
import type { AccessCommand, DdfNode } from './ddf.ts';
import { type Description, describe } from './description.ts';
import { TreeError } from './error.ts';
import { InteriorNode, LeafNode, newOwner, nextVersion, type TreeNode } from './node.ts';
import { aclInForce, follow, nodeAt, type Place } from './place.ts';
import { checkValue, plan } from './planting.ts';
import { checkAcl, checkTitle, propertyText, readProperty, timestamp } from './property.ts';
import { grow, measure, ROOT_ACL, snapshotOf, type TreeSnapshot } from './snapshot.ts';
import { checkLimits, checkName, type PropertyName, Uri, type UriLimits } from './uri.ts';
import { detached, heldSize, type LeafData, type LeafValue } from './value.ts';

/** The device itself, to which neither ACLs nor AccessTypes apply. */
export const DEVICE: unique symbol = Symbol('device');

/** Who acts on a tree: a server by its authenticated identifier, or the device itself. */
export type Actor = string | typeof DEVICE;

/** What a tree is made of. */
export interface TreeOptions {
  /** Descriptions of the objects in it; none = everything may be put everywhere. */
  readonly ddf: readonly DdfNode[];
  readonly now: () => Date;
  readonly limits?: UriLimits | undefined;
  readonly snapshot?: TreeSnapshot | undefined;
  /**
   * Bounds on what servers may put into it; more is answered with 420. Bytes are those of the values that the
   * tree holds itself.
   */
  readonly capacity?: { readonly nodes: number; readonly bytes: number } | undefined;
}

/** A node as {@link ManagementTree.list} shows it. */
export interface ListedNode {
  readonly uri: string;
  /** Names of the children of an interior node; undefined for a leaf. */
  readonly children: readonly string[] | undefined;
  readonly format: LeafValue['format'];
  readonly type: string;
  /** A leaf's value. */
  readonly data: LeafData | undefined;
  /** The node's own ACL. */
  readonly acl: string;
  readonly title: string;
  /** `20010711T163817Z`; empty = not changed since the tree was made. */
  readonly tstamp: string;
  readonly verNo: number;
}

const CAPACITY = { nodes: 100_000, bytes: 64 * 1024 * 1024 };

/**
 * A device's management tree: nodes, their properties and who may do what with them (DM_TND 1.2).
 *
 * Commands take URIs as they arrive and throw a {@link TreeError} with the status that DM has for the
 * failure; the tree is then as it was.
 */
export class ManagementTree {
  readonly #description: Description;
  readonly #now: () => Date;
  readonly #limits: UriLimits | undefined;
  readonly #capacity: { readonly nodes: number; readonly bytes: number };
  #root: InteriorNode;
  #owner = newOwner();
  #revision = 0;
  #nodes: number;
  #bytes: number;

  constructor({ ddf, now, limits, snapshot, capacity = CAPACITY }: TreeOptions) {
    this.#description = describe(ddf);
    this.#now = now;
    this.#limits = limits;
    this.#capacity = capacity;
    const { root, nodes, bytes } = grow(this.#description, snapshot);
    this.#root = root;
    this.#nodes = nodes;
    this.#bytes = bytes;
  }

  /** Rises with every change; also by a transaction that was undone. */
  get revision(): number {
    return this.#revision;
  }

  snapshot(): TreeSnapshot {
    return { version: 1, root: snapshotOf('', this.#root) };
  }

  /** A leaf's value, an interior node's children, or a property as text. */
  get(address: string, as: Actor): LeafValue | { children: string[] } {
    const uri = this.#parse(address);
    const place = this.#existing(uri);
    this.#authorise(place, 'Get', as);
    const node = nodeAt(place) as TreeNode;
    if (uri.property !== undefined) return this.#property(uri, node, uri.property);
    if (uri.list !== undefined) throw new TreeError(406, address, `?list=${uri.list.kind} is not supported`);
    if (node instanceof InteriorNode) return { children: [...node.children.keys()] };
    return { format: node.format, type: node.type, data: node.data };
  }

  /** Adds a leaf, or an interior node (`node`, or a value of that format whose type is the MO identifier). */
  add(address: string, value: LeafValue | 'node', as: Actor): void {
    const uri = this.#parsePlain(address, 'Add');
    const place = this.#place(uri);
    if (nodeAt(place) !== undefined) throw new TreeError(418, address, 'exists already');
    this.#plant(place, value, as);
  }

  /** Replaces a leaf's value, or the property that the address names. Never creates anything. */
  replace(address: string, value: LeafValue, as: Actor): void {
    const uri = this.#parse(address);
    if (uri.list !== undefined) throw new TreeError(405, address, 'a listing cannot be replaced');
    const place = this.#existing(uri);
    if (uri.property !== undefined) {
      this.#replaceProperty(uri, place, uri.property, propertyText(address, value.data), as);
      return;
    }
    this.#authorise(place, 'Replace', as);
    const node = nodeAt(place);
    if (!(node instanceof LeafNode))
      throw new TreeError(405, address, 'an interior node has no value to replace');
    const { format, type, data } = checkValue(address, value, place.descriptions[uri.segments.length]);
    this.#count(0, heldSize(data) - heldSize(node.data), address);
    const verNo = nextVersion(node.verNo);
    this.#put(uri.segments, new LeafNode(format, type, data, node.acl, node.title, this.#seconds(), verNo));
  }

  /** Deletes a node with all below it. */
  delete(address: string, as: Actor): void {
    const uri = this.#parsePlain(address, 'Delete');
    if (uri.segments.length === 0) throw new TreeError(405, address, 'the root cannot be deleted');
    const place = this.#existing(uri);
    this.#authorise(place, 'Delete', as);
    if (as !== DEVICE && place.descriptions[uri.segments.length]?.permanent) {
      throw new TreeError(405, address, 'is permanent');
    }
    this.#remove(uri.segments);
  }

  /** Copies a leaf's value to another leaf, which is made if it does not exist. */
  copy(from: string, to: string, as: Actor): void {
    const source = this.#parsePlain(from, 'Copy');
    const place = this.#existing(source);
    this.#authorise(place, 'Get', as, 'Copy');
    const node = nodeAt(place);
    if (!(node instanceof LeafNode)) throw new TreeError(403, from, 'an interior node cannot be copied');
    const value: LeafValue = { format: node.format, type: node.type, data: node.data };
    const target = this.#parsePlain(to, 'Copy');
    const existing = nodeAt(this.#place(target));
    if (existing instanceof InteriorNode)
      throw new TreeError(403, to, 'an interior node cannot be copied over');
    if (existing === undefined) this.add(to, value, as);
    else this.replace(to, value, as);
  }

  /**
   * Checks that a node exists and that an actor may Exec it, which is for others to do.
   *
   * @throws {TreeError} 404, 405, 425
   */
  checkExec(address: string, as: Actor): void {
    this.authorize(address, 'Exec', as);
  }

  /**
   * Checks that a node exists and that its ACL and AccessType let an actor use a command on it.
   *
   * @throws {TreeError} 404, 405, 425
   */
  authorize(address: string, command: AclCommand, as: Actor): void {
    this.#authorise(this.#existing(this.#parsePlain(address, command)), command, as);
  }

  has(address: string): boolean {
    return nodeAt(this.#place(this.#parsePlain(address, 'Get'))) !== undefined;
  }

  /** URIs of the interior nodes whose Type is a management object identifier. */
  find(urn: string): string[] {
    const found: string[] = [];
    const walk = (uri: Uri, node: InteriorNode): void => {
      if (node.type === urn) found.push(uri.toString());
      for (const [name, child] of node.children)
        if (child instanceof InteriorNode) walk(uri.child(name), child);
    };
    walk(Uri.ROOT, this.#root);
    return found;
  }

  /** A node and all below it that the actor may read, parents first. */
  *list(address: string, as: Actor): Iterable<ListedNode> {
    const place = this.#existing(this.#parsePlain(address, 'Get'));
    this.#authorise(place, 'Get', as);
    yield* this.#walk([...place.segments], as);
  }

  /**
   * Takes a server out of every ACL, as when its account is deleted. The root's ACL goes back to its
   * default when nothing is left of it (DM_TND 1.2).
   */
  removeServer(server: string): void {
    const visit = (uri: Uri, node: TreeNode): void => {
      const left = revoke(node.acl, server);
      if (left !== node.acl)
        this.#setProperties(uri, node, {
          acl: left === '' && uri.segments.length === 0 ? ROOT_ACL : detached(left),
        });
      const children = node instanceof InteriorNode ? [...node.children] : [];
      for (const [name, child] of children) visit(uri.child(name), child);
    };
    visit(Uri.ROOT, this.#root);
  }

  /** Does several commands as one: all changes are undone if the work throws. */
  transaction<T>(work: () => T): T {
    const before = { root: this.#root, nodes: this.#nodes, bytes: this.#bytes };
    // What the tree owned until now must stay as it is, so that it can be gone back to.
    this.#owner = newOwner();
    try {
      return work();
    } catch (error) {
      this.#root = before.root;
      this.#nodes = before.nodes;
      this.#bytes = before.bytes;
      this.#owner = newOwner();
      this.#revision += 1;
      throw error;
    }
  }

  *#walk(segments: readonly string[], as: Actor): Iterable<ListedNode> {
    const place = follow(this.#root, this.#description, segments);
    const node = nodeAt(place);
    if (node === undefined || !this.#mayDo(place, 'Get', as)) return;
    const interior = node instanceof InteriorNode;
    yield {
      uri: segments.length === 0 ? '.' : `./${segments.join('/')}`,
      children: interior ? [...node.children.keys()] : undefined,
      format: interior ? 'node' : node.format,
      type: node.type,
      data: interior ? undefined : node.data,
      acl: node.acl,
      title: node.title,
      tstamp: timestamp(node.tstamp),
      verNo: node.verNo,
    };
    if (interior) for (const name of node.children.keys()) yield* this.#walk([...segments, name], as);
  }

  #parse(address: string): Uri {
    const uri = Uri.parse(address, { limits: this.#limits, deviation: () => {} });
    checkLimits(uri, this.#limits);
    return uri;
  }

  /** An address of a node, which is all that most commands take. */
  #parsePlain(address: string, command: string): Uri {
    const uri = this.#parse(address);
    if (uri.property === undefined && uri.list === undefined) return uri;
    throw new TreeError(405, address, `${command} is for nodes, not for their properties`);
  }

  #place(uri: Uri): Place {
    return follow(this.#root, this.#description, uri.segments);
  }

  #existing(uri: Uri): Place {
    const place = this.#place(uri);
    if (nodeAt(place) === undefined) throw new TreeError(404, uri.toString(), 'does not exist');
    return place;
  }

  #mayDo(place: Place, command: AclCommand, as: Actor): boolean {
    if (as === DEVICE) return true;
    const depth = place.segments.length;
    return (
      permits(aclInForce(place, depth), command, as) &&
      (place.descriptions[depth]?.access.has(command) ?? false)
    );
  }

  /** @param access the command in the AccessType, where that is another than in the ACL */
  #authorise(place: Place, command: AclCommand, as: Actor, access: AccessCommand = command): void {
    if (as === DEVICE) return;
    const depth = place.segments.length;
    const uri = `./${place.segments.join('/')}`;
    if (!permits(aclInForce(place, depth), command, as)) {
      throw new TreeError(425, uri, `its ACL does not grant ${command} to ${as}`);
    }
    if (!place.descriptions[depth]?.access.has(access)) {
      throw new TreeError(405, uri, `its AccessType does not have ${access}`);
    }
  }

  #plant(place: Place, value: LeafValue | 'node', as: Actor): void {
    const planted = plan(place, value, {
      server: as === DEVICE ? undefined : as,
      owner: this.#owner,
      tstamp: this.#seconds(),
    });
    const bytes = planted.reduce(
      (sum, { node }) => sum + (node instanceof LeafNode ? heldSize(node.data) : 0),
      0,
    );
    this.#count(planted.length, bytes, planted.at(-1)?.uri ?? '.');
    for (const [index, { name, node }] of planted.entries()) {
      const above = planted[index - 1]?.node;
      if (above instanceof InteriorNode) above.children.set(name, node);
    }
    const [top] = planted;
    if (top !== undefined)
      this.#put([...place.segments.slice(0, place.nodes.length - 1), top.name], top.node);
  }

  #property(uri: Uri, node: TreeNode, property: PropertyName): LeafValue {
    const data = readProperty(node, uri.name, property);
    if (data === undefined) throw new TreeError(406, uri.toString(), `has no property ${property}`);
    return { format: 'chr', type: 'text/plain', data };
  }

  #replaceProperty(uri: Uri, place: Place, property: PropertyName, text: string, as: Actor): void {
    const depth = uri.segments.length;
    const node = nodeAt(place) as TreeNode;
    const address = uri.toString();
    if (property === 'ACL') {
      this.#authoriseAclChange(place, node, as);
      this.#setProperties(uri, node, { acl: checkAcl(address, text, depth === 0) });
      return;
    }
    this.#authorise(place, 'Replace', as);
    if (property === 'Title') {
      this.#setProperties(uri, node, { title: checkTitle(address, text) });
    } else if (property === 'Name') {
      this.#rename(uri, place, node, text, as);
    } else {
      throw new TreeError(405, address, `the property ${property} is read only`);
    }
  }

  /** An interior node's ACL is changed with Replace on it or its parent, a leaf's with Replace on its parent. */
  #authoriseAclChange(place: Place, node: TreeNode, as: Actor): void {
    if (as === DEVICE) return;
    const depth = place.segments.length;
    const own = node instanceof InteriorNode && permits(aclInForce(place, depth), 'Replace', as);
    const parent = depth > 0 && permits(aclInForce(place, depth - 1), 'Replace', as);
    if (!own && !parent) {
      throw new TreeError(425, `./${place.segments.join('/')}`, `${as} may not change its ACL`);
    }
  }

  #setProperties({ segments }: Uri, node: TreeNode, changed: { acl?: string; title?: string }): void {
    const { acl = node.acl, title = node.title } = changed;
    const verNo = nextVersion(node.verNo);
    if (node instanceof LeafNode) {
      this.#put(segments, new LeafNode(node.format, node.type, node.data, acl, title, node.tstamp, verNo));
      return;
    }
    this.#revision += 1;
    Object.assign(this.#own(segments), { acl, title, verNo });
  }

  #rename(uri: Uri, place: Place, node: TreeNode, name: string, as: Actor): void {
    const depth = uri.segments.length;
    const address = uri.toString();
    const parent = place.nodes[depth - 1];
    const said = place.descriptions[depth];
    if (!(parent instanceof InteriorNode))
      throw new TreeError(405, address, 'the root has no name to change');
    if (as !== DEVICE && (said?.permanent || said?.name !== undefined)) {
      throw new TreeError(405, address, 'its name is given by the device');
    }
    const fault = checkName(name);
    if (fault !== undefined) throw new TreeError(400, address, fault);
    if (name === uri.name) return;
    const path = [...uri.segments.slice(0, -1), name];
    checkLimits(
      path.reduce((at: Uri, segment) => at.child(segment), Uri.ROOT),
      this.#limits,
    );
    if (parent.children.has(name)) throw new TreeError(418, address, `a sibling is named ${name}`);
    const kind = node instanceof InteriorNode ? 'node' : 'leaf';
    if (as !== DEVICE && place.descriptions[depth - 1]?.child(name, kind, node.type) !== said) {
      throw new TreeError(405, address, `the device has another node in mind for the name ${name}`);
    }
    this.#own(path.slice(0, -1)).children.delete(uri.name);
    this.#put(path, node);
  }

  /** Counts what is about to change; nothing may fail after it. */
  #count(nodes: number, bytes: number, uri: string): void {
    const { nodes: mostNodes, bytes: mostBytes } = this.#capacity;
    if ((nodes > 0 && this.#nodes + nodes > mostNodes) || (bytes > 0 && this.#bytes + bytes > mostBytes)) {
      throw new TreeError(420, uri, 'the device is full');
    }
    this.#nodes += nodes;
    this.#bytes += bytes;
  }

  /** The interior node at a path, and all above it, as the tree's own to change. */
  #own(path: readonly string[]): InteriorNode {
    if (this.#root.owner !== this.#owner) this.#root = this.#root.copyFor(this.#owner);
    let node = this.#root;
    for (const name of path) {
      let child = node.children.get(name);
      if (!(child instanceof InteriorNode))
        throw new Error(`${name} of ${path.join('/')} is no interior node`);
      if (child.owner !== this.#owner) {
        child = child.copyFor(this.#owner);
        node.children.set(name, child);
      }
      node = child;
    }
    return node;
  }

  #put(path: readonly string[], node: TreeNode): void {
    this.#revision += 1;
    const name = path.at(-1);
    if (name === undefined) {
      if (node instanceof InteriorNode) this.#root = node;
      return;
    }
    const parent = this.#own(path.slice(0, -1));
    if (!parent.children.has(name)) parent.touch(this.#seconds());
    parent.children.set(name, node);
  }

  #remove(path: readonly string[]): void {
    const name = path.at(-1) ?? '';
    const parent = this.#own(path.slice(0, -1));
    const gone = parent.children.get(name);
    if (gone === undefined) return;
    this.#revision += 1;
    const { nodes, bytes } = measure(gone);
    this.#count(-nodes, -bytes, name);
    parent.children.delete(name);
    parent.touch(this.#seconds());
  }

  #seconds(): number {
    return Math.floor(this.#now().getTime() / 1000);
  }
}
