import type { Allowed } from './allowed.ts';
import { ACCESS_COMMANDS, type AccessCommand, type DdfNode, maxOccurrence, minOccurrence } from './ddf.ts';
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
  /** Fewest and most instances under one parent. */
  readonly least: number;
  readonly most: number;
  readonly defaultValue: string | undefined;
  /** Values that a leaf may have; undefined = all of its format. */
  readonly allowed: Allowed | undefined;
  /** ACL that the node has from the start; empty = inherited. */
  readonly acl: string;
  /** Whether names that differ only by case are one name: CaseSense CIS, of the node or of one above it. */
  readonly ignoresCase: boolean;
  /** Children whose names the DDF gives. */
  readonly named = new Map<string, Description>();
  /** Children that are named at run time. */
  readonly unnamed: Description[] = [];
  #folds: boolean;
  #below: Description | undefined;

  constructor(facts: {
    name?: string | undefined;
    format?: Format | undefined;
    types?: readonly string[];
    access: ReadonlySet<AccessCommand>;
    permanent?: boolean;
    least?: number;
    most?: number;
    defaultValue?: string | undefined;
    allowed?: Allowed | undefined;
    acl?: string | undefined;
    ignoresCase?: boolean;
  }) {
    this.name = facts.name;
    this.format = facts.format;
    this.types = facts.types ?? [];
    this.access = facts.access;
    this.permanent = facts.permanent ?? false;
    this.least = facts.least ?? 0;
    this.most = facts.most ?? Number.POSITIVE_INFINITY;
    this.defaultValue = facts.defaultValue;
    this.allowed = facts.allowed;
    this.acl = facts.acl ?? '';
    this.ignoresCase = facts.ignoresCase ?? false;
    this.#folds = this.ignoresCase;
  }

  get interior(): boolean {
    return this.format === 'node';
  }

  /** Whether anything may be put below: an interior node of which no children are described. */
  get open(): boolean {
    return (this.format === undefined || this.interior) && this.named.size === 0 && this.unnamed.length === 0;
  }

  /** Whether there may be children of which the case of the name does not matter. */
  get folds(): boolean {
    return this.#folds;
  }

  /** Describes a child; one that was described by that name before is replaced and keeps its children. */
  put(child: Description): void {
    if (child.ignoresCase) this.#folds = true;
    if (child.name === undefined) {
      this.unnamed.push(child);
      return;
    }
    const earlier = this.named.get(child.name);
    for (const below of earlier?.named.values() ?? []) child.put(below);
    for (const below of earlier?.unnamed ?? []) child.put(below);
    this.named.set(child.name, child);
  }

  /**
   * The description of a child, or undefined when this place is described and has no such child.
   *
   * @param kind what the child is or is to be; decides between several children named at run time.
   * @param type the child's management object identifier, which decides first.
   */
  child(name: string, kind: 'node' | 'leaf', type: string): Description | undefined {
    const named = this.named.get(name) ?? (this.#folds ? this.#namesake(name) : undefined);
    if (named !== undefined) return named;
    if (this.unnamed.length > 0)
      return (
        (type === '' ? undefined : this.unnamed.find((each) => each.types.includes(type))) ??
        this.unnamed.find((each) => each.interior === (kind === 'node')) ??
        this.unnamed[0]
      );
    return this.open ? this.#anything() : undefined;
  }

  #namesake(name: string): Description | undefined {
    const wanted = name.toLowerCase();
    for (const child of this.named.values())
      if (child.ignoresCase && child.name?.toLowerCase() === wanted) return child;
    return undefined;
  }

  /** What holds below an open node: its own AccessType, and nothing else. */
  #anything(): Description {
    if (this.format === undefined) return this;
    this.#below ??= new Description({ access: this.access, ignoresCase: this.ignoresCase });
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
  for (const node of ddf) register(root, root, node);
  compiled.set(ddf, root);
  return root;
}

function register(root: Description, parent: Description, node: DdfNode): void {
  const above = node.path === undefined ? parent : reach(root, parent, node.path);
  const made = new Description({
    name: node.name,
    format: node.format,
    types: node.types.filter((type) => type !== ''),
    access: new Set(node.access),
    permanent: node.scope === 'Permanent',
    least: minOccurrence(node.occurrence),
    most: maxOccurrence(node.occurrence),
    defaultValue: node.defaultValue,
    allowed: node.allowed,
    acl: node.acl,
    ignoresCase: node.caseSense === undefined ? above.ignoresCase : node.caseSense === 'CIS',
  });
  above.put(made);
  for (const child of node.children ?? []) register(root, made, child);
}

/** The place that a Path leads to: from the root, or from the node in which it stands. */
function reach(root: Description, parent: Description, path: string): Description {
  let at = path === '.' || path.startsWith('./') ? root : parent;
  for (const name of Uri.parse(path).segments) {
    let next = at.named.get(name);
    if (next === undefined) {
      const { ignoresCase } = at;
      next = new Description({
        name,
        format: 'node',
        access: IMPLIED_ACCESS,
        permanent: true,
        least: 1,
        most: 1,
        ignoresCase,
      });
      at.put(next);
    }
    at = next;
  }
  return at;
}

/** Where an object of an identifier belongs: below which nodes, and by which name; undefined = one of its own. */
export interface Home {
  readonly above: readonly string[];
  readonly name: string | undefined;
}

/** The first described place that an object of an identifier may stand at and that has a name for every node above. */
export function homeOf(
  description: Description,
  urn: string,
  above: readonly string[] = [],
): Home | undefined {
  for (const child of [...description.named.values(), ...description.unnamed]) {
    if (child.interior && child.types.includes(urn)) return { above, name: child.name };
    const found = child.name === undefined ? undefined : homeOf(child, urn, [...above, child.name]);
    if (found !== undefined) return found;
  }
  return undefined;
}
