/**
 * The device description framework as data (OMA-TS-DM-DDF 1.2): what nodes a management object has and
 * what may be done with them.
 */
import type { Allowed } from './allowed.ts';
import type { Format } from './value.ts';

/** Commands that an AccessType lists. */
export const ACCESS_COMMANDS = ['Add', 'Copy', 'Delete', 'Exec', 'Get', 'Replace'] as const;
export type AccessCommand = (typeof ACCESS_COMMANDS)[number];

/** How many instances of a node its parent may have. `n` is 2…65536. */
export type Occurrence =
  | 'One'
  | 'ZeroOrOne'
  | 'ZeroOrMore'
  | 'OneOrMore'
  | { readonly zeroOrN: number }
  | { readonly oneOrN: number };

/** `Permanent` nodes are there for good; `Dynamic` ones come and go by Add and Delete. */
export type Scope = 'Permanent' | 'Dynamic';

/** The description of one node. */
export interface DdfNode {
  /** Absent = named at run time, by whoever adds it. */
  readonly name?: string | undefined;
  /**
   * URI of the node under which this one lies: from the root if it begins with `.`, else from the node in whose
   * description it stands. Absent = that node; for the outermost one of a description, the root.
   */
  readonly path?: string | undefined;
  /**
   * What servers may do. `Add` on an interior node allows children to be added to it, on any node allows
   * the node itself to be added.
   */
  readonly access: readonly AccessCommand[];
  readonly format: Format;
  /** A leaf's MIME types, or an interior node's management object identifier (DDFName); may be empty. */
  readonly types: readonly string[];
  /** Absent = One. */
  readonly occurrence?: Occurrence | undefined;
  /** Absent = Dynamic. */
  readonly scope?: Scope | undefined;
  /** Whether its name and those of all nodes below differ by case (CS) or not (CIS). Absent = as above it, else CS. */
  readonly caseSense?: 'CS' | 'CIS' | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** Value that a permanent leaf has from the start; bin as base64. */
  readonly defaultValue?: string | undefined;
  /** Values that a leaf may have; absent = all of its format. */
  readonly allowed?: Allowed | undefined;
  /** ACL that a permanent node has from the start; absent = it inherits. */
  readonly acl?: string | undefined;
  /**
   * Children. An interior node that describes none is open: anything may be put below it, under its own
   * AccessType. That is how vendor extensions (`Ext`) and the Inbox work.
   */
  readonly children?: readonly DdfNode[] | undefined;
}

/** A whole description document. */
export interface DdfDocument {
  readonly verDTD: string;
  readonly man?: string | undefined;
  readonly mod?: string | undefined;
  readonly nodes: readonly DdfNode[];
}

/** Fewest instances that an occurrence allows. */
export function minOccurrence(occurrence: Occurrence | undefined): 0 | 1 {
  if (occurrence === undefined || occurrence === 'One' || occurrence === 'OneOrMore') return 1;
  return typeof occurrence === 'object' && 'oneOrN' in occurrence ? 1 : 0;
}

/** Most instances that an occurrence allows. */
export function maxOccurrence(occurrence: Occurrence | undefined): number {
  if (occurrence === undefined || occurrence === 'One' || occurrence === 'ZeroOrOne') return 1;
  if (typeof occurrence === 'string') return Number.POSITIVE_INFINITY;
  return 'zeroOrN' in occurrence ? occurrence.zeroOrN : occurrence.oneOrN;
}

/**
 * What a description says of a node below the one that it describes.
 *
 * @param names from the described node down; none = that node itself.
 * @returns `open` where the description leaves everything open, undefined where there is no such node.
 */
export function describedAt(ddf: DdfNode, names: readonly string[]): DdfNode | 'open' | undefined {
  let node = ddf;
  for (const [index, name] of names.entries()) {
    if (node.format !== 'node') return undefined;
    const children = node.children ?? [];
    if (children.length === 0) return 'open';
    const unnamed = children.filter((child) => child.name === undefined);
    const interior = index < names.length - 1;
    const child =
      children.find((each) => each.name === name) ??
      unnamed.find(({ format }) => (format === 'node') === interior) ??
      unnamed[0];
    if (child === undefined) return undefined;
    node = child;
  }
  return node;
}
