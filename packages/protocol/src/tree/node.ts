import type { InstanceState } from './instance-state.ts';
import type { Format, LeafData } from './value.ts';

/**
 * A leaf node as a tree keeps it: never changed, so that many trees and snapshots may hold the same one.
 */
export class LeafNode {
  readonly format: Format;
  readonly type: string;
  readonly data: LeafData;
  /** Its own ACL; empty = inherited. */
  readonly acl: string;
  readonly title: string;
  /** Last change in seconds since 1970; 0 = none since the tree was made. */
  readonly tstamp: number;
  /** Changes, modulo 2^16. */
  readonly verNo: number;

  constructor(
    format: Format,
    type: string,
    data: LeafData,
    acl: string,
    title: string,
    tstamp: number,
    verNo: number,
  ) {
    this.format = format;
    this.type = type;
    this.data = data;
    this.acl = acl;
    this.title = title;
    this.tstamp = tstamp;
    this.verNo = verNo;
  }

  /** The same node with other properties, changed at a time. */
  changed(
    { acl = this.acl, title = this.title }: { acl?: string; title?: string },
    tstamp: number,
  ): LeafNode {
    return new LeafNode(this.format, this.type, this.data, acl, title, tstamp, nextVersion(this.verNo));
  }
}

/**
 * An interior node. A tree changes only those it owns and copies the others first, so that trees made
 * from one snapshot share what none of them has changed, and a transaction is undone by going back to the
 * root it began with.
 */
export class InteriorNode {
  readonly children: Map<string, TreeNode>;
  /** Management object identifier, or empty. */
  type: string;
  acl: string;
  title: string;
  tstamp: number;
  verNo: number;
  /** Of the root of an instance: whether it is Active, Default and Locked; undefined = none of them. */
  state: InstanceState | undefined;
  /** Who may change it: see {@link newOwner}; {@link NOBODY} = it is shared. */
  readonly owner: number;

  constructor(
    children: Map<string, TreeNode>,
    type: string,
    acl: string,
    title: string,
    tstamp: number,
    verNo: number,
    owner: number,
    state?: InstanceState,
  ) {
    this.children = children;
    this.type = type;
    this.acl = acl;
    this.title = title;
    this.tstamp = tstamp;
    this.verNo = verNo;
    this.owner = owner;
    this.state = state;
  }

  /** A copy for another owner; the children themselves stay shared. */
  copyFor(owner: number, children = new Map(this.children)): InteriorNode {
    const { type, acl, title, tstamp, verNo, state } = this;
    return new InteriorNode(children, type, acl, title, tstamp, verNo, owner, state);
  }

  /** Notes that its properties have changed, or the list of its children, which is its value. */
  touch(tstamp: number): void {
    this.tstamp = tstamp;
    this.verNo = nextVersion(this.verNo);
  }
}

export type TreeNode = LeafNode | InteriorNode;

/** What a node is, for descriptions. */
export function kindOf(node: TreeNode): 'node' | 'leaf' {
  return node instanceof InteriorNode ? 'node' : 'leaf';
}

/** The management object identifier of an interior node; empty for none, and for a leaf. */
export function typeOf(node: TreeNode): string {
  return node instanceof InteriorNode ? node.type : '';
}

/** Owner of nodes that no tree may change. */
export const NOBODY = 0;

let lastOwner: number = NOBODY;

/** A number that no other tree and no earlier transaction has. */
export function newOwner(): number {
  lastOwner += 1;
  return lastOwner;
}

/** VerNo has 16 bits and wraps from FFFF to 0 (DM_TND 1.2). */
export function nextVersion(verNo: number): number {
  return (verNo + 1) & 0xffff;
}
