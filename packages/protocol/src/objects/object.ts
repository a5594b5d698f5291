import type { DdfNode, HeldValue } from '../tree/index.ts';

/** A standard management object: its identifier, its description, and where its instances stand. */
export interface ManagementObject {
  /** Registered identifier: the Type of the root of each instance. */
  readonly urn: string;
  /** What people call it. */
  readonly title: string;
  /**
   * Its device description. Without a name, instances are named at run time and stand below `path`;
   * with one, there is one instance. Another device may keep the object elsewhere: {@link findObjects}.
   */
  readonly ddf: DdfNode;
}

/** One node to be written: what a management object's typed form becomes. Parents come before children. */
export interface NodeValue {
  /** Canonical URI, `./DMAcc/Operator/Name`. */
  readonly path: string;
  /** `node` = an interior node; with a management object identifier, a value of format `node` and that type. */
  readonly value: HeldValue | 'node';
}

/** What is known of a tree: the device's own, or the copy that a server has. */
export interface TreeReader {
  /** The value of a leaf; undefined = no such leaf, or its value is not known. */
  read(uri: string): string | Uint8Array | undefined;
  /** Names of the children of an interior node; none for anything else. */
  children(uri: string): readonly string[];
}

/** A tree of which the Types of nodes are known as well. */
export interface TypedTreeReader extends TreeReader {
  /** The Type property of a node; undefined or empty = none. */
  type(uri: string): string | undefined;
}

/** A tree has an instance of a management object that lacks what it must have. */
export class ObjectError extends Error {
  /** URI of the node that is missing or wrong. */
  readonly uri: string;

  constructor(uri: string, reason: string) {
    super(`${uri}: ${reason}`);
    this.name = 'ObjectError';
    this.uri = uri;
  }
}

/** The root of an instance. */
export function instanceNode(path: string, { urn }: ManagementObject): NodeValue {
  return { path, value: { format: 'node', type: urn, data: '' } };
}

/** URI of a child. */
export function childUri(uri: string, name: string): string {
  return `${uri}/${name}`;
}
