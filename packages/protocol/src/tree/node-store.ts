import { TreeError } from './error.ts';
import type { InstanceState } from './instance-state.ts';
import { InteriorNode, LeafNode, newOwner, type TreeNode } from './node.ts';
import { type Grown, measure } from './snapshot.ts';

/** Bounds on what servers may put into a tree. */
export interface Capacity {
  readonly nodes: number;
  /** Bytes of what the tree holds itself: values, ACLs and titles. */
  readonly bytes: number;
}

/**
 * The nodes of one tree. Those that it shares with others it copies before it changes them, so that a thousand
 * trees grown from one snapshot cost what they differ in, and a transaction is undone by going back to the root
 * that it began with.
 */
export class NodeStore {
  readonly #capacity: Capacity;
  readonly #seconds: () => number;
  #root: InteriorNode;
  #owner = newOwner();
  #revision = 0;
  #nodes: number;
  #bytes: number;

  /** @param seconds the time, in seconds since 1970, that a change gets */
  constructor({ root, nodes, bytes }: Grown, capacity: Capacity, seconds: () => number) {
    this.#root = root;
    this.#nodes = nodes;
    this.#bytes = bytes;
    this.#capacity = capacity;
    this.#seconds = seconds;
  }

  get root(): InteriorNode {
    return this.#root;
  }

  /** Owner of the interior nodes that are made for this store: see {@link InteriorNode.owner}. */
  get owner(): number {
    return this.#owner;
  }

  /** Rises with every change; also by a transaction that was undone. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Puts a node, with all below it, in its place or in that of the one which is there.
   *
   * @throws {TreeError} 420
   */
  put(path: readonly string[], node: TreeNode, uri: string): void {
    const above = path.slice(0, -1);
    const name = path.at(-1) as string;
    const before = this.#find(path);
    const added = measure(node);
    const gone = before === undefined ? { nodes: 0, bytes: 0 } : measure(before);
    this.#count(added.nodes - gone.nodes, added.bytes - gone.bytes, uri);
    const parent = this.#own(above);
    if (before === undefined) parent.touch(this.#seconds());
    parent.children.set(name, node);
  }

  remove(path: readonly string[]): void {
    const gone = this.#find(path);
    if (gone === undefined) return;
    const { nodes, bytes } = measure(gone);
    this.#count(-nodes, -bytes, '');
    const parent = this.#own(path.slice(0, -1));
    parent.children.delete(path.at(-1) as string);
    parent.touch(this.#seconds());
  }

  rename(path: readonly string[], name: string): void {
    const node = this.#find(path);
    if (node === undefined) return;
    const tstamp = this.#seconds();
    this.#count(0, 0, '');
    const parent = this.#own(path.slice(0, -1));
    parent.children.delete(path.at(-1) as string);
    parent.children.set(name, node instanceof LeafNode ? node.changed({}, tstamp) : node);
    parent.touch(tstamp);
    if (node instanceof InteriorNode) this.#own([...path.slice(0, -1), name]).touch(tstamp);
  }

  /**
   * Sets properties of a node.
   *
   * @throws {TreeError} 420
   */
  set(path: readonly string[], properties: { acl?: string; title?: string }, uri: string): void {
    const node = this.#find(path);
    if (node === undefined) return;
    const { acl = node.acl, title = node.title } = properties;
    this.#count(0, acl.length - node.acl.length + title.length - node.title.length, uri);
    const tstamp = this.#seconds();
    if (node instanceof LeafNode) {
      const parent = this.#own(path.slice(0, -1));
      parent.children.set(path.at(-1) as string, node.changed({ acl, title }, tstamp));
      return;
    }
    const own = this.#own(path);
    own.acl = acl;
    own.title = title;
    own.touch(tstamp);
  }

  /** Does several things as one: all changes are undone if the work throws. */
  transaction<T>(work: () => T): T {
    const undo = this.checkpoint();
    try {
      return work();
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** Gives what undoes all changes from now on. */
  checkpoint(): () => void {
    const before = { root: this.#root, nodes: this.#nodes, bytes: this.#bytes };
    // What the store owned until now must stay as it is, so that it can be gone back to.
    this.#owner = newOwner();
    return () => {
      this.#root = before.root;
      this.#nodes = before.nodes;
      this.#bytes = before.bytes;
      this.#owner = newOwner();
      this.#revision += 1;
    };
  }

  /** Sets whether an instance is Active, Default and Locked. */
  mark(path: readonly string[], state: InstanceState | undefined): void {
    this.#count(0, 0, '');
    const own = this.#own(path);
    own.state = state;
    own.touch(this.#seconds());
  }

  #find(path: readonly string[]): TreeNode | undefined {
    let node: TreeNode | undefined = this.#root;
    for (const name of path) {
      if (!(node instanceof InteriorNode)) return undefined;
      node = node.children.get(name);
    }
    return node;
  }

  /** Counts what is about to change; nothing may fail after it. */
  #count(nodes: number, bytes: number, uri: string): void {
    const { nodes: mostNodes, bytes: mostBytes } = this.#capacity;
    if ((nodes > 0 && this.#nodes + nodes > mostNodes) || (bytes > 0 && this.#bytes + bytes > mostBytes)) {
      throw new TreeError(420, uri, 'the device is full');
    }
    this.#revision += 1;
    this.#nodes += nodes;
    this.#bytes += bytes;
  }

  /** The interior node at a path, and all above it, as the store's own to change. */
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
}
