import { ACCESS_COMMANDS, type AccessCommand, type DdfNode, maxOccurrence } from './ddf.ts';
import { Uri } from './uri.ts';
import type { Format } from './value.ts';

/**
 * What the registered DDFs say of one place in the tree, ready for look-ups. Compiled once for a list of
 * DDFs and shared by all trees that are made with that list.
 */
export class Description {
  /** Name given by the DDF; undefined = named at run time, or nothing is said of this place. */
  readonly name: string | undefined;
  /** Undefined = any. */
  readonly format: Format | undefined;
  readonly types: readonly string[];
  readonly access: ReadonlySet<AccessCommand>;
  readonly permanent: boolean;
  /** Most instances under one parent. */
  readonly most: number;
  readonly defaultValue: string | undefined;
  /** Children whose names the DDF gives. */
  readonly named = new Map<string, Description>();
  /** Children that are named at run time. */
  readonly unnamed: Description[] = [];
  #below: Description | undefined;

  constructor(facts: {
    name?: string | undefined;
    format?: Format | undefined;
    types?: readonly string[];
    access: ReadonlySet<AccessCommand>;
    permanent?: boolean;
    most?: number;
    defaultValue?: string | undefined;
  }) {
    this.name = facts.name;
    this.format = facts.format;
    this.types = facts.types ?? [];
    this.access = facts.access;
    this.permanent = facts.permanent ?? false;
    this.most = facts.most ?? Number.POSITIVE_INFINITY;
    this.defaultValue = facts.defaultValue;
  }

  get interior(): boolean {
    return this.format === 'node';
  }

  /** Whether anything may be put below: an interior node of which no children are described. */
  get open(): boolean {
    return (this.format === undefined || this.interior) && this.named.size === 0 && this.unnamed.length === 0;
  }

  /**
   * The description of a child, or undefined when this place is described and has no such child.
   *
   * @param kind what the child is or is to be; decides between several children named at run time.
   * @param type the child's management object identifier, which decides first.
   */
  child(name: string, kind: 'node' | 'leaf', type: string): Description | undefined {
    const named = this.named.get(name);
    if (named !== undefined) return named;
    if (this.unnamed.length > 0)
      return (
        (type === '' ? undefined : this.unnamed.find((each) => each.types.includes(type))) ??
        this.unnamed.find((each) => each.interior === (kind === 'node')) ??
        this.unnamed[0]
      );
    return this.open ? this.#anything() : undefined;
  }

  /** What holds below an open node: its own AccessType, and nothing else. */
  #anything(): Description {
    if (this.format === undefined) return this;
    this.#below ??= new Description({ access: this.access });
    return this.#below;
  }
}

const EVERYTHING: ReadonlySet<AccessCommand> = new Set(ACCESS_COMMANDS);
const ROOT_ACCESS: ReadonlySet<AccessCommand> = new Set(['Add', 'Get']);
/** A node that lies on the path to a described one and is described nowhere itself. */
const IMPLIED_ACCESS: ReadonlySet<AccessCommand> = new Set(['Get']);

const compiled = new WeakMap<readonly DdfNode[], Description>();

/**
 * The root's description from a list of DDFs; the same list gives the same object. Without any DDF the
 * whole tree is open.
 *
 * @throws {TreeError} when a DDF's Path is no URI.
 */
export function describe(ddf: readonly DdfNode[]): Description {
  const known = compiled.get(ddf);
  if (known !== undefined) return known;
  const root = new Description({
    format: 'node',
    access: ddf.length === 0 ? EVERYTHING : ROOT_ACCESS,
    permanent: true,
  });
  for (const node of ddf) {
    let parent = root;
    for (const name of node.path === undefined ? [] : Uri.parse(node.path).segments) {
      let next = parent.named.get(name);
      if (next === undefined) {
        next = new Description({ name, format: 'node', access: IMPLIED_ACCESS, permanent: true, most: 1 });
        parent.named.set(name, next);
      }
      parent = next;
    }
    register(parent, node);
  }
  compiled.set(ddf, root);
  return root;
}

function register(parent: Description, node: DdfNode): void {
  const made = new Description({
    name: node.name,
    format: node.format,
    types: node.types.filter((type) => type !== ''),
    access: new Set(node.access),
    permanent: node.scope === 'Permanent',
    most: maxOccurrence(node.occurrence),
    defaultValue: node.defaultValue,
  });
  if (node.name === undefined) parent.unnamed.push(made);
  else {
    // Two objects may share an interior node (./Vendor, say): the children of both are described.
    const earlier = parent.named.get(node.name);
    for (const [name, child] of earlier?.named ?? []) made.named.set(name, child);
    made.unnamed.push(...(earlier?.unnamed ?? []));
    parent.named.set(node.name, made);
  }
  for (const child of node.children ?? []) register(made, child);
}
