import { type AclCommand, revoke } from './acl.ts';
import type { DdfNode } from './ddf.ts';
import { type Description, describe, homeOf } from './description.ts';
import { TreeError } from './error.ts';
import {
  checkLocks,
  type Instance,
  instancesIn,
  inUse,
  isInstance,
  setMark,
  unlockAll,
} from './instance-state.ts';
import { InteriorNode, kindOf, LeafNode, nextVersion, type TreeNode, typeOf } from './node.ts';
import { type Capacity, NodeStore } from './node-store.ts';
import { follow, namesake, nodeAt, type Place, uriOf } from './place.ts';
import { checkValue, instancesOf, plan } from './planting.ts';
import { checkAcl, checkMark, checkTitle, propertyText, readProperty, timestamp } from './property.ts';
import { type Actor, authorise, authoriseAclChange, DEVICE, mayDo } from './rights.ts';
import { grow, ROOT_ACL, snapshotOf, type TreeSnapshot } from './snapshot.ts';
import { checkLimits, checkName, isMark, type PropertyName, Uri, type UriLimits } from './uri.ts';
import { detached, type LeafData, type LeafValue } from './value.ts';

/** What a tree is made of. */
export interface TreeOptions {
  /** Descriptions of the objects in it; none = everything may be put everywhere. */
  readonly ddf: readonly DdfNode[];
  readonly now: () => Date;
  readonly limits?: UriLimits | undefined;
  readonly snapshot?: TreeSnapshot | undefined;
  /**
   * Bounds on what servers may put into it; more is answered with 420. Bytes are those of values, ACLs and titles;
   * a value that is kept outside the tree counts there.
   */
  readonly capacity?: Capacity | undefined;
  /** Whether the roots of instances have the properties Active, Default and Locked; they do unless this is false. */
  readonly instanceState?: boolean | undefined;
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

const CAPACITY: Capacity = { nodes: 100_000, bytes: 64 * 1024 * 1024 };

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
  readonly #store: NodeStore;
  readonly #hasStates: boolean;

  constructor({ ddf, now, limits, snapshot, capacity = CAPACITY, instanceState = true }: TreeOptions) {
    this.#hasStates = instanceState;
    this.#description = describe(ddf);
    this.#now = now;
    this.#limits = limits;
    this.#store = new NodeStore(grow(this.#description, snapshot), capacity, () => this.#seconds());
  }

  /** Whether the roots of instances have the properties Active, Default and Locked. */
  get hasInstanceState(): boolean {
    return this.#hasStates;
  }

  /** Rises with every change; also by a transaction that was undone. */
  get revision(): number {
    return this.#store.revision;
  }

  snapshot(): TreeSnapshot {
    return { version: 1, root: snapshotOf('', this.#store.root) };
  }

  /** A leaf's value, an interior node's children, or a property as text. */
  get(address: string, as: Actor): LeafValue | { children: string[] } {
    const uri = this.#parse(address);
    const place = this.#existing(uri);
    authorise(place, 'Get', as);
    const node = nodeAt(place) as TreeNode;
    if (uri.property !== undefined) return propertyOf(place, node, uri.property);
    if (uri.list !== undefined) throw new TreeError(406, address, `?list=${uri.list.kind} is not supported`);
    if (node instanceof InteriorNode) return { children: [...node.children.keys()] };
    return { format: node.format, type: node.type, data: node.data };
  }

  /**
   * Adds a leaf, or an interior node (`node`, or a value of that format whose type is the MO identifier), with
   * the interior nodes that are missing on the way to it.
   */
  add(address: string, value: LeafValue | 'node', as: Actor): void {
    const place = this.#place(this.#parsePlain(address, 'Add'));
    if (nodeAt(place) !== undefined) throw new TreeError(418, address, 'exists already');
    checkLocks(place, as);
    const { path, node } = plan(place, value, { as, owner: this.#store.owner, tstamp: this.#seconds() });
    this.#store.put(path, node, address);
  }

  /** Replaces a leaf's value, or the property that the address names. Never creates anything. */
  replace(address: string, value: LeafValue, as: Actor): void {
    const uri = this.#parse(address);
    if (uri.list !== undefined) throw new TreeError(405, address, 'a listing cannot be replaced');
    const place = this.#existing(uri);
    if (uri.property !== undefined) {
      this.#replaceProperty(place, uri.property, propertyText(address, value.data), as);
      return;
    }
    authorise(place, 'Replace', as);
    checkLocks(place, as);
    const { segments } = place;
    const node = nodeAt(place);
    if (!(node instanceof LeafNode))
      throw new TreeError(405, address, 'an interior node has no value to replace');
    const { format, type, data } = checkValue(address, value, place.descriptions[segments.length], as);
    const verNo = nextVersion(node.verNo);
    const leaf = new LeafNode(format, type, data, node.acl, node.title, this.#seconds(), verNo);
    this.#store.put(segments, leaf, address);
  }

  /**
   * Deletes a node with all below it.
   *
   * @param options.evenLast whether it may be the last of those of which one must be there, as when another follows
   */
  delete(address: string, as: Actor, options: { readonly evenLast?: boolean } = {}): void {
    const uri = this.#parsePlain(address, 'Delete');
    if (uri.segments.length === 0) throw new TreeError(405, address, 'the root cannot be deleted');
    const place = this.#existing(uri);
    authorise(place, 'Delete', as);
    checkLocks(place, as, true);
    if (as !== DEVICE) this.#checkDispensable(place, address, options.evenLast ?? false);
    this.#store.remove(place.segments);
  }

  /**
   * Copies a leaf's value to another leaf, which is made if it does not exist. It takes the rights that the
   * equivalent Get and Add or Replace would take (DM_TND 1.2, "ACL syntax").
   */
  copy(from: string, to: string, as: Actor): void {
    const place = this.#existing(this.#parsePlain(from, 'Copy'));
    authorise(place, 'Get', as, ['Copy', 'Get']);
    const node = nodeAt(place);
    if (!(node instanceof LeafNode)) throw new TreeError(403, from, 'an interior node cannot be copied');
    const value: LeafValue = { format: node.format, type: node.type, data: node.data };
    const existing = nodeAt(this.#place(this.#parsePlain(to, 'Copy')));
    if (existing instanceof InteriorNode)
      throw new TreeError(403, to, 'an interior node cannot be copied over');
    try {
      if (existing === undefined) this.add(to, value, as);
      else this.replace(to, value, as);
    } catch (error) {
      throw uncopied(error, from, to);
    }
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
    authorise(this.#existing(this.#parsePlain(address, command)), command, as);
  }

  has(address: string): boolean {
    return nodeAt(this.#place(this.#parsePlain(address, 'Get'))) !== undefined;
  }

  /** Whether a node is there for good, so that no server can add or delete it. */
  isPermanent(address: string): boolean {
    const { segments, descriptions } = this.#place(this.#parsePlain(address, 'Get'));
    return descriptions[segments.length]?.permanent ?? false;
  }

  /** Whether a node lacks children that are named at run time and of which there must be one. */
  lacks(address: string): boolean {
    const place = this.#place(this.#parsePlain(address, 'Get'));
    const node = nodeAt(place);
    const said = place.descriptions[place.segments.length];
    if (!(node instanceof InteriorNode) || said === undefined) return false;
    return said.unnamed.some((each) => instancesOf(each, node, said) < each.least);
  }

  /** URIs of the interior nodes whose Type is a management object identifier. */
  find(urn: string): string[] {
    const found: string[] = [];
    const walk = (uri: Uri, node: InteriorNode): void => {
      if (node.type === urn) found.push(uri.toString());
      for (const [name, child] of node.children)
        if (child instanceof InteriorNode) walk(uri.child(name), child);
    };
    walk(Uri.ROOT, this.#store.root);
    return found;
  }

  /** The instances of all services or, with an identifier, of that one, whatever its minor version. */
  instances(urn?: string): Instance[] {
    return [...instancesIn(this.#store.root, this.#description, urn)];
  }

  /** The instance that is used of those of a service: the Active one, or where none is the Default one. */
  instanceInUse(urn: string): Instance | undefined {
    return inUse(this.instances(urn));
  }

  /**
   * Where an object of an identifier is to be put: at its described place or, where that is for several objects,
   * beside those that are there. Undefined where no description has such an object.
   */
  home(urn: string): string | undefined {
    const home = homeOf(this.#description, urn);
    if (home === undefined || home.name !== undefined)
      return home && uriOf([...home.above, home.name as string]);
    const parent = nodeAt(follow(this.#store.root, this.#description, home.above));
    const taken = parent instanceof InteriorNode ? parent.children : new Map();
    let number = 1;
    while (taken.has(String(number))) number += 1;
    return uriOf([...home.above, String(number)]);
  }

  /** A node and all below it that the actor may read, parents first. */
  *list(address: string, as: Actor): Iterable<ListedNode> {
    const place = this.#existing(this.#parsePlain(address, 'Get'));
    authorise(place, 'Get', as);
    yield* this.#walk(place.segments, as);
  }

  /**
   * Takes a server out of every ACL, as when its account is deleted. What nobody may do at the root any more, is
   * what everybody may do there by default, or nobody (DM_TND 1.2, "Deletion of DM Server Identifier"). What it has
   * locked is locked no more.
   */
  removeServer(server: string): void {
    const visit = (path: readonly string[], node: TreeNode): void => {
      const left = revoke(node.acl, server, path.length === 0 ? ROOT_ACL : '');
      if (left !== node.acl) this.#store.set(path, { acl: detached(left) }, uriOf(path));
      const children = node instanceof InteriorNode ? [...node.children] : [];
      for (const [name, child] of children) visit([...path, name], child);
    };
    visit([], this.#store.root);
    unlockAll(this.#store, server);
  }

  /** Does several commands as one: all changes are undone if the work throws. */
  transaction<T>(work: () => T): T {
    return this.#store.transaction(work);
  }

  /** Gives what undoes all changes from now on, for work that takes its time. */
  checkpoint(): () => void {
    return this.#store.checkpoint();
  }

  *#walk(segments: readonly string[], as: Actor): Iterable<ListedNode> {
    const place = follow(this.#store.root, this.#description, segments);
    const node = nodeAt(place);
    if (node === undefined || !mayDo(place, 'Get', as)) return;
    const isInterior = node instanceof InteriorNode;
    yield {
      uri: uriOf(segments),
      children: isInterior ? [...node.children.keys()] : undefined,
      format: isInterior ? 'node' : node.format,
      type: node.type,
      data: isInterior ? undefined : node.data,
      acl: node.acl,
      title: node.title,
      tstamp: timestamp(node.tstamp),
      verNo: node.verNo,
    };
    if (isInterior) for (const name of node.children.keys()) yield* this.#walk([...segments, name], as);
  }

  #parse(address: string): Uri {
    const uri = Uri.parse(address, { limits: this.#limits, deviation: () => {} });
    checkLimits(uri, this.#limits);
    if (!this.#hasStates && uri.property !== undefined && isMark(uri.property))
      throw new TreeError(406, address, `the device has no property ${uri.property}`);
    return uri;
  }

  /** An address of a node, which is all that most commands take. */
  #parsePlain(address: string, command: string): Uri {
    const uri = this.#parse(address);
    if (uri.property === undefined && uri.list === undefined) return uri;
    throw new TreeError(405, address, `${command} is for nodes, not for their properties`);
  }

  #place(uri: Uri): Place {
    return follow(this.#store.root, this.#description, uri.segments);
  }

  #existing(uri: Uri): Place {
    const place = this.#place(uri);
    if (nodeAt(place) === undefined) throw new TreeError(404, uri.toString(), 'does not exist');
    return place;
  }

  #replaceProperty(place: Place, property: PropertyName, text: string, as: Actor): void {
    const { segments } = place;
    const uri = uriOf(segments);
    if (property === 'ACL') {
      authoriseAclChange(place, as);
      checkLocks(place, as);
      this.#store.set(segments, { acl: checkAcl(uri, text, segments.length === 0, as !== DEVICE) }, uri);
      return;
    }
    authorise(place, 'Replace', as);
    checkLocks(place, as, property === 'Name');
    if (isMark(property)) setMark(this.#store, place, property, checkMark(uri, text), as);
    else if (property === 'Title') this.#store.set(segments, { title: checkTitle(uri, text) }, uri);
    else if (property === 'Name') this.#rename(place, text, as);
    else throw new TreeError(405, uri, `the property ${property} is read only`);
  }

  #rename(place: Place, name: string, as: Actor): void {
    const { segments, nodes, descriptions } = place;
    const uri = uriOf(segments);
    const depth = segments.length;
    const node = nodeAt(place) as TreeNode;
    const parent = nodes[depth - 1];
    const said = descriptions[depth];
    if (!(parent instanceof InteriorNode)) throw new TreeError(405, uri, 'the root has no name to change');
    if (as !== DEVICE && (said?.permanent || said?.name !== undefined)) {
      throw new TreeError(405, uri, 'its name is given by the device');
    }
    const fault = checkName(name);
    if (fault !== undefined) throw new TreeError(400, uri, fault);
    const before = segments.at(-1) as string;
    if (name === before) return;
    const same = namesake(parent, descriptions[depth - 1], name);
    if (same !== undefined && same !== before) throw new TreeError(418, uri, `a sibling is named ${same}`);
    if (as !== DEVICE && descriptions[depth - 1]?.child(name, kindOf(node), typeOf(node)) !== said) {
      throw new TreeError(405, uri, `the device has another node in mind for the name ${name}`);
    }
    this.#checkReach([...segments.slice(0, -1), name], node);
    this.#store.rename(segments, name);
  }

  /** Checks that a node and all below it can be addressed when the node has a path. */
  #checkReach(path: readonly string[], node: TreeNode): void {
    let uri = Uri.ROOT;
    for (const name of path) uri = uri.child(name);
    const visit = (at: Uri, below: TreeNode): void => {
      checkLimits(at, this.#limits);
      if (below instanceof InteriorNode)
        for (const [name, child] of below.children) visit(at.child(name), child);
    };
    visit(uri, node);
  }

  /** @throws {TreeError} 405 for a permanent node, and for the last of those of which one must be there */
  #checkDispensable({ segments, nodes, descriptions }: Place, address: string, evenLast: boolean): void {
    const said = descriptions[segments.length];
    if (said?.permanent) throw new TreeError(405, address, 'is permanent');
    if (evenLast || said === undefined || said.name !== undefined || said.least === 0) return;
    const parent = nodes[segments.length - 1];
    const above = descriptions[segments.length - 1];
    if (parent instanceof InteriorNode && instancesOf(said, parent, above) <= said.least)
      throw new TreeError(405, address, 'is the last of its kind, of which one must be there');
  }

  #seconds(): number {
    return Math.floor(this.#now().getTime() / 1000);
  }
}

/** A value that does not fit where it is copied to is forbidden there: no other could be sent (DM_RepPro 1.2.1, Copy). */
function uncopied(error: unknown, from: string, to: string): unknown {
  if (!(error instanceof TreeError) || (error.status !== 415 && error.status !== 413)) return error;
  return new TreeError(403, to, `cannot take the value of ${from}`, { cause: error });
}

function propertyOf(place: Place, node: TreeNode, property: PropertyName): LeafValue {
  if (isMark(property) && !isInstance(place))
    throw new TreeError(
      405,
      uriOf(place.segments),
      `is no instance of a service, which alone can be ${property}`,
    );
  const data = readProperty(node, place.segments.at(-1) ?? '', property);
  if (data === undefined) throw new TreeError(406, uriOf(place.segments), `has no property ${property}`);
  return { format: 'chr', type: 'text/plain', data };
}
