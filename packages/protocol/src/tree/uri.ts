import { TreeError } from './error.ts';

/** Run-time properties of a node (DM_TND 1.2). */
export const NODE_PROPERTIES = ['ACL', 'Format', 'Name', 'Size', 'Title', 'TStamp', 'Type', 'VerNo'] as const;

/**
 * Properties of the root of an instance of a management object. The requirements of OMA DM speak of them, and no
 * specification of DM 1.2 says how they travel: that they do as all other properties is Grove's own.
 */
export const MARKS = ['Active', 'Default', 'Locked'] as const;
export type Mark = (typeof MARKS)[number];

/** All properties that `?prop=` may name. */
export const PROPERTIES = [...NODE_PROPERTIES, ...MARKS] as const;
export type PropertyName = (typeof PROPERTIES)[number];

/** What a `?list=TNDS` may ask for or leave out: what its format has elements for. */
const LISTABLE: ReadonlySet<string> = new Set<string>([...NODE_PROPERTIES, 'Value']);

/** Whether a property is one of the three of instances. */
export function isMark(property: PropertyName): property is Mark {
  return MARKS.some((mark) => mark === property);
}

/** The query of `?list=…`: what of a sub-tree is asked for. */
export interface ListQuery {
  readonly kind: 'Struct' | 'StructData' | 'TNDS';
  /** With TNDS: the only properties wanted (`+A+B`), or all but these (`-A-B`); absent = all. */
  readonly filter?: { readonly mode: 'only' | 'without'; readonly names: readonly string[] } | undefined;
}

/**
 * Longest URIs that are accepted, from `./DevDetail/URI`; they hold for property URIs as well.
 * 0 or absent = {@link URI_BOUNDS}.
 */
export interface UriLimits {
  /** Names between slashes, the root not counted. */
  readonly maxDepth?: number | undefined;
  /** Characters of the canonical form, `./` and `?prop=…` included. */
  readonly maxTotLen?: number | undefined;
  /** Characters of one name. */
  readonly maxSegLen?: number | undefined;
}

/** What holds where a device declares no limit: a tree is walked by recursion, so some limit must. */
export const URI_BOUNDS = { maxDepth: 64, maxTotLen: 4096, maxSegLen: 255 } as const;

export interface UriOptions {
  readonly limits?: UriLimits | undefined;
  /**
   * Takes what is not quite a URI but has one sensible meaning (`/A`, `./A/`, `./`, blanks around it,
   * `?PROP=acl`), and is told what was wrong. Without it such a URI is an error.
   */
  readonly deviation?: ((what: string) => void) | undefined;
}

/**
 * The address of a node, or of a property or listing of one. Immutable. Names are kept as they were
 * sent: percent-encoding is neither added nor removed.
 *
 * Source: DM_Protocol 1.2.1, "Node addressing"; DM_RepPro 1.2.1 for `?list=`.
 */
export class Uri {
  static readonly ROOT = new Uri([]);

  /** Names from the root down; empty for the root. */
  readonly segments: readonly string[];
  /** The property addressed by `?prop=`. */
  readonly property: PropertyName | undefined;
  readonly list: ListQuery | undefined;
  #text: string | undefined;

  private constructor(segments: readonly string[], property?: PropertyName, list?: ListQuery) {
    this.segments = segments;
    this.property = property;
    this.list = list;
  }

  /**
   * @throws {TreeError} 400 when the text is no URI, 406 when its query asks for something unknown, 414
   *   when it is too long.
   */
  static parse(text: string, options: UriOptions = {}): Uri {
    const deviation = options.deviation;
    let path = text;
    if (deviation !== undefined && path.trim() !== path) {
      deviation('blanks around a URI');
      path = path.trim();
    }
    const mark = path.indexOf('?');
    const query = mark < 0 ? undefined : path.slice(mark + 1);
    if (mark >= 0) path = path.slice(0, mark);
    const segments = readPath(path, text, options);
    if (query === undefined) return new Uri(segments);
    return readQuery(query, text, deviation, (property, list) => new Uri(segments, property, list));
  }

  /** The node itself, without property or listing. */
  get node(): Uri {
    return this.property === undefined && this.list === undefined ? this : new Uri(this.segments);
  }

  /** Last name; empty for the root. */
  get name(): string {
    return this.segments.at(-1) ?? '';
  }

  /** The node above; undefined for the root. */
  get parent(): Uri | undefined {
    return this.segments.length === 0 ? undefined : new Uri(this.segments.slice(0, -1));
  }

  /** The node of that name below this one. The name is taken as it is: see {@link checkName}. */
  child(name: string): Uri {
    return new Uri([...this.segments, name]);
  }

  /** The same node's property. */
  prop(property: PropertyName): Uri {
    return new Uri(this.segments, property);
  }

  isAncestorOf(other: Uri): boolean {
    return (
      other.segments.length > this.segments.length &&
      this.segments.every((name, depth) => name === other.segments[depth])
    );
  }

  /** Canonical form: `.` or `./A/B`, with its query. */
  toString(): string {
    this.#text ??= `${this.segments.length === 0 ? '.' : `./${this.segments.join('/')}`}${this.#query()}`;
    return this.#text;
  }

  #query(): string {
    if (this.property !== undefined) return `?prop=${this.property}`;
    if (this.list === undefined) return '';
    const sign = this.list.filter?.mode === 'only' ? '+' : '-';
    return `?list=${this.list.kind}${this.list.filter?.names.map((name) => sign + name).join('') ?? ''}`;
  }
}

/**
 * Why a text cannot be the name of a node, or undefined when it can: one to many characters, no `/`, no
 * `?`, no control characters, neither `.` nor `..`, and no blank at either end, which a URI would lose.
 */
export function checkName(name: string): string | undefined {
  if (name === '') return 'a name is empty';
  if (name === '.' || name === '..') return `"${name}" is no name: a URI has it at its start only`;
  if (name.trim() !== name) return 'a name has a blank at its end';
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    if (unit < 0x20 || unit === 0x7f) return 'a name has a control character';
    if (unit === 0x2f || unit === 0x3f) return `a name has a "${name[at]}"`;
  }
  return undefined;
}

/**
 * Checks an address against a device's limits.
 *
 * @throws {TreeError} 414
 */
export function checkLimits(uri: Uri, limits: UriLimits | undefined): void {
  checkDepthAndNames(uri.segments, limits, () => uri.toString());
  checkLength(uri.toString().length, limits, () => uri.toString());
}

function checkLength(length: number, limits: UriLimits | undefined, text: () => string): void {
  const most = limits?.maxTotLen || URI_BOUNDS.maxTotLen;
  if (length > most) throw new TreeError(414, text(), `URI of ${length} characters, at most ${most} allowed`);
}

function checkDepthAndNames(
  segments: readonly string[],
  limits: UriLimits | undefined,
  text: () => string,
): void {
  const depth = limits?.maxDepth || URI_BOUNDS.maxDepth;
  if (segments.length > depth)
    throw new TreeError(414, text(), `URI of ${segments.length} segments, at most ${depth} allowed`);
  const longest = limits?.maxSegLen || URI_BOUNDS.maxSegLen;
  for (const name of segments)
    if (name.length > longest)
      throw new TreeError(
        414,
        text(),
        `URI segment of ${name.length} characters, at most ${longest} allowed`,
      );
}

function readPath(path: string, text: string, { limits, deviation }: UriOptions): string[] {
  const refuse = (reason: string): never => {
    throw new TreeError(400, text, reason);
  };
  const tolerate = (what: string): void => {
    if (deviation === undefined) refuse(`a URI is ".", "./A/B" or "A/B", not one with ${what}`);
    else deviation(what);
  };
  checkLength(text.length, limits, () => text);
  if (path === '.') return [];
  let rest = path;
  if (rest.startsWith('/')) {
    tolerate('a leading "/"');
    rest = rest.slice(1);
  } else if (rest.startsWith('./')) {
    rest = rest.slice(2);
    if (rest === '') {
      tolerate('"./" for the root');
      return [];
    }
  }
  if (rest.endsWith('/') && rest !== '/') {
    tolerate('a trailing "/"');
    rest = rest.slice(0, -1);
  }
  const segments = rest.split('/');
  for (const name of segments) {
    const fault = checkName(name);
    if (fault !== undefined) refuse(fault);
  }
  checkDepthAndNames(segments, limits, () => text);
  return segments;
}

function readQuery(
  query: string,
  text: string,
  deviation: ((what: string) => void) | undefined,
  make: (property?: PropertyName, list?: ListQuery) => Uri,
): Uri {
  const equals = query.indexOf('=');
  const key = query.slice(0, Math.max(equals, 0));
  const value = query.slice(equals + 1);
  const is = (given: string, wanted: string): boolean => {
    if (given === wanted) return true;
    if (deviation === undefined || given.toLowerCase() !== wanted.toLowerCase()) return false;
    deviation(`"${given}" for "${wanted}"`);
    return true;
  };
  if (is(key, 'prop')) {
    const property = PROPERTIES.find((name) => is(value, name));
    if (property !== undefined) return make(property);
    throw new TreeError(406, text, `no property "${value}": expected one of ${PROPERTIES.join(', ')}`);
  }
  if (is(key, 'list')) {
    const list = readList(value);
    if (list !== undefined) return make(undefined, list);
    throw new TreeError(
      406,
      text,
      `no listing "${value}": expected Struct, StructData, or TNDS with properties either all added (+) or all removed (-)`,
    );
  }
  throw new TreeError(406, text, `no query "?${query}": expected ?prop=… or ?list=…`);
}

function readList(value: string): ListQuery | undefined {
  if (value === 'Struct' || value === 'StructData' || value === 'TNDS') return { kind: value };
  const found = /^TNDS(?:(?:\+\w+)+|(?:-\w+)+)$/.exec(value);
  if (found === null) return undefined;
  const sign = value.charAt(4);
  const names = value.slice(5).split(sign);
  if (!names.every((name) => LISTABLE.has(name))) return undefined;
  return { kind: 'TNDS', filter: { mode: sign === '+' ? 'only' : 'without', names } };
}
