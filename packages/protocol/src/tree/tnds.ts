/** Serialized trees: TNDS ↔ a list of nodes (OMA-TS-DM-TNDS 1.2). */
import { decodeBase64, encodeBase64 } from '../octets/index.ts';
import { type Encoding, type Markup, parseMarkup, serializeMarkup } from '../syncml/index.ts';
import { Deviations, excerpt, type Limits } from '../vocabulary/index.ts';
import { TreeError } from './error.ts';
import { type MgmtElement, make, makeText, rootOf, VER_DTD } from './mgmt-tree.ts';
import { checkLimits, checkName, type ListQuery, Uri } from './uri.ts';
import { type Format, isStored, type LeafData, sizeOf, TEXT_PLAIN } from './value.ts';

/** One node of a serialized tree. What is absent is not said. */
export interface TndsNode {
  /** Canonical URI of the node in the tree. */
  readonly uri: string;
  /** `node` for an interior node. Absent only where a listing left it out. */
  readonly format?: Format | undefined;
  /** A leaf's MIME type; an interior node's management object identifier, empty = none. */
  readonly type?: string | undefined;
  /** A leaf's value; bytes where the format is `bin`. One stored elsewhere cannot be written, only left out. */
  readonly data?: LeafData | undefined;
  readonly acl?: string | undefined;
  readonly title?: string | undefined;
  /** `20010711T163817Z`. */
  readonly tstamp?: string | undefined;
  readonly verNo?: number | undefined;
}

/** A node as a document says it: always with a format, and a value that is at hand. */
export type ReadTndsNode = TndsNode & {
  readonly format: Format;
  readonly data?: string | Uint8Array | undefined;
};

/**
 * What of each node a listing shows: as `?list=TNDS+…` and `?list=TNDS-…` ask. Name and Size, which the format has
 * no use for, are shown only where they are asked for.
 */
export type TndsFilter = NonNullable<ListQuery['filter']>;

/**
 * Reads a serialized tree.
 *
 * @param target node that the command addresses, to which what the document says is relative.
 * @throws {MalformedError} when it is none: names the element.
 * @throws {TreeError} when a node's name or Path cannot be, with the status to answer.
 */
export function parseTnds(
  bytes: Uint8Array,
  encoding: Encoding,
  target: Uri,
  options: { limits?: Limits; deviations?: Deviations } = {},
): ReadTndsNode[] {
  const deviations = options.deviations ?? new Deviations();
  return readTnds(parseMarkup(bytes, encoding, { ...options, deviations }), target, { deviations });
}

/** Writes a serialized tree as a document of its own; see {@link tndsMarkup}. */
export function serializeTnds(
  nodes: Iterable<TndsNode>,
  target: Uri,
  encoding: Encoding,
  filter?: TndsFilter,
): Uint8Array {
  return serializeMarkup(tndsMarkup(nodes, target, filter), encoding);
}

/**
 * Reads a serialized tree that came as markup, as the Data of an Item holds it.
 *
 * A node stands below the one that holds it or, if it has a Path, where that leads: from the target or, if
 * it begins with `./` and leads to the target or below, from the root. A node at the top that has no name,
 * or no Path and the target's own name, is the target itself. An interior node may appear again with
 * further children.
 *
 * @param options.home where an object of an identifier belongs, for nodes at the top that say their identifier and
 *   neither name nor Path; undefined = at the target.
 * @returns each node once, in the order of the document but that parents come before their children.
 * @throws {MalformedError}
 * @throws {TreeError} both as {@link parseTnds}.
 */
export function readTnds(
  markup: Markup,
  target: Uri,
  options: { readonly deviations?: Deviations; readonly home?: (urn: string) => string | undefined } = {},
): ReadTndsNode[] {
  const { deviations = new Deviations(), home = () => undefined } = options;
  const root = rootOf(markup, deviations);
  if (root.first('VerDTD') === undefined) root.note('no VerDTD', VER_DTD);
  const found = new Map<string, ReadTndsNode>();
  const tops = root.all('Node');
  if (tops.length === 0) root.fail('no Node', 'at least one');
  for (const top of tops) readNode(top, homeOf(top, home) ?? topUri(top, target), target, found);
  return parentsFirst(found);
}

/** Where a node that says only which object it is belongs. */
function homeOf(top: MgmtElement, home: (urn: string) => string | undefined): Uri | undefined {
  if (top.first('NodeName') !== undefined || top.first('Path') !== undefined) return undefined;
  const urn = top.first('RTProperties')?.first('Type')?.textIn('DDFName');
  const uri = urn === undefined || urn === '' ? undefined : home(urn);
  return uri === undefined ? undefined : Uri.parse(uri);
}

function parentsFirst(found: ReadonlyMap<string, ReadTndsNode>): ReadTndsNode[] {
  const sorted = new Set<ReadTndsNode>();
  for (const node of found.values()) {
    const above: ReadTndsNode[] = [];
    for (let uri = Uri.parse(node.uri).parent; uri !== undefined; uri = uri.parent) {
      const parent = found.get(uri.toString());
      if (parent === undefined) continue;
      if (sorted.has(parent)) break;
      above.unshift(parent);
    }
    for (const each of above) sorted.add(each);
    sorted.add(node);
  }
  return [...sorted];
}

function readNode(node: MgmtElement, uri: Uri, target: Uri, found: Map<string, ReadTndsNode>): void {
  checkLimits(uri, undefined);
  const children = node.all('Node');
  const read = nodeOf(node, uri.toString(), children.length > 0);
  const earlier = found.get(read.uri);
  if (earlier === undefined) found.set(read.uri, read);
  else if (earlier.format !== 'node' || read.format !== 'node')
    node.fail(`${read.uri} again`, 'each leaf once');
  for (const child of children) readNode(child, childUri(child, uri, target), target, found);
}

function topUri(node: MgmtElement, target: Uri): Uri {
  const name = nameOf(node);
  const path = node.textIn('Path');
  if (path !== undefined && path !== '') return placed(path, name, target);
  return name === '' || name === target.name ? target : target.child(name);
}

function childUri(node: MgmtElement, parent: Uri, target: Uri): Uri {
  const name = nameOf(node);
  if (name === '') node.fail('no NodeName', 'a name');
  const path = node.textIn('Path');
  return path === undefined || path === '' ? parent.child(name) : placed(path, name, target);
}

/** Where a Path and a name lead. */
function placed(path: string, name: string, target: Uri): Uri {
  const above = Uri.parse(path, { deviation: () => {} });
  const absolute = name === '' ? above.node : above.child(name);
  const inTarget = absolute.toString() === target.toString() || target.isAncestorOf(absolute);
  if (path.startsWith('./') && inTarget) return absolute;
  return absolute.segments.reduce((uri, segment) => uri.child(segment), target);
}

/** @throws {TreeError} 400 */
function nameOf(node: MgmtElement): string {
  const name = node.textIn('NodeName') ?? '';
  const fault = name === '' ? undefined : checkName(name);
  if (fault !== undefined) throw new TreeError(400, name, fault);
  return name;
}

function nodeOf(node: MgmtElement, uri: string, hasChildren: boolean): ReadTndsNode {
  const properties = node.first('RTProperties');
  const type = properties?.first('Type');
  const value = node.first('Value');
  const said = properties?.first('Format')?.format();
  const leaf = value !== undefined || type?.first('MIME') !== undefined;
  const format = said ?? (leaf && !hasChildren ? 'chr' : 'node');
  if (hasChildren && format !== 'node') node.fail(`Node in a leaf of format ${format}`, 'no Node');
  const rest = { uri, ...propertiesOf(properties) };
  const [typed = format === 'node' ? '' : TEXT_PLAIN] = type?.types() ?? [];
  if (format !== 'node')
    return { ...rest, format: format === 'b64' ? 'bin' : format, type: typed, data: dataOf(value, format) };
  if (value !== undefined && value.content.length > 0) value.fail('a value of an interior node', 'none');
  return { ...rest, format, type: typed };
}

function propertiesOf(
  properties: MgmtElement | undefined,
): Pick<TndsNode, 'acl' | 'title' | 'tstamp' | 'verNo'> {
  const [acl, tstamp, verNo] = ['ACL', 'TStamp', 'VerNo'].map((name) => properties?.textIn(name));
  const title = properties?.first('Title')?.text;
  return {
    ...(acl === undefined ? {} : { acl }),
    ...(title === undefined ? {} : { title }),
    ...(tstamp === undefined ? {} : { tstamp }),
    ...(verNo !== undefined && /^\d{1,5}$/.test(verNo) ? { verNo: Number(verNo) } : {}),
  };
}

/** A leaf's value. Binary data are an OPAQUE, or base64 (DM_TND 1.2). */
function dataOf(value: MgmtElement | undefined, format: Format): string | Uint8Array {
  const content = value?.content ?? '';
  if (value === undefined || (format !== 'bin' && format !== 'b64')) {
    return typeof content === 'string' ? content : (value?.text ?? '');
  }
  if (content instanceof Uint8Array && format === 'bin') return content;
  return decodeBase64(value.text) ?? value.fail(excerpt(value.text), 'base64');
}

const ALL: TndsFilter = { mode: 'without', names: [] };

/**
 * A serialized tree as markup, for a document or the Data of an Item.
 *
 * Nodes stand inside their parents; a node whose parent is not among them stands at the top. Bytes are
 * base64 under the format `b64`, which every reader takes for the same in both encodings.
 *
 * @param target node that the command addresses.
 * @throws {TreeError} 413 for the value of a node that is stored elsewhere, unless values are not wanted.
 * @throws {Error} when a node is not the target or below: a fault of the program.
 */
export function tndsMarkup(nodes: Iterable<TndsNode>, target: Uri, filter: TndsFilter = ALL): Markup {
  const made = new Map<string, Markup[]>();
  const tops: Markup[] = [];
  for (const node of nodes) {
    const uri = Uri.parse(node.uri);
    if (uri.toString() !== target.toString() && !target.isAncestorOf(uri))
      throw new Error(`${node.uri} is not in the tree below ${target.toString()}`);
    const siblings = uri.parent === undefined ? undefined : made.get(uri.parent.toString());
    const children: Markup[] = [];
    const path = siblings === undefined ? pathOf(uri, target) : undefined;
    const parts = [
      makeText('NodeName', uri.name),
      makeText('Path', path),
      ...contentOf(node, uri.name, filter),
    ];
    children.push(...parts.filter((part) => part !== undefined));
    made.set(uri.toString(), children);
    (siblings ?? tops).push({ element: make('Node').element, children });
  }
  return make('MgmtTree', make('VerDTD', VER_DTD), ...tops);
}

/** The Path of a node at the top: none for the target, and for its children unless one has its name. */
function pathOf(uri: Uri, target: Uri): string | undefined {
  const between = uri.segments.slice(target.segments.length, -1);
  if (between.length > 0) return between.join('/');
  return uri.segments.length > target.segments.length && uri.name === target.name ? '.' : undefined;
}

function contentOf(node: TndsNode, name: string, filter: TndsFilter): (Markup | undefined)[] {
  const shows = (name: string): boolean => filter.names.includes(name) === (filter.mode === 'only');
  const text = (name: string, value: string | undefined): Markup | undefined =>
    value !== undefined && value !== '' && shows(name) ? makeText(name, value) : undefined;
  const asked = (property: string): boolean => filter.mode === 'only' && filter.names.includes(property);
  const { format, type, data } = node;
  const written = format === 'bin' ? 'b64' : format;
  const properties = [
    text('ACL', node.acl),
    written !== undefined && shows('Format') ? make('Format', make(written)) : undefined,
    asked('Name') ? makeText('Name', name) : undefined,
    asked('Size') && data !== undefined && format !== 'node'
      ? makeText('Size', String(sizeOf(data)))
      : undefined,
    text('Title', node.title),
    text('TStamp', node.tstamp),
    type !== undefined && shows('Type') ? make('Type', typeMarkup(format, type)) : undefined,
    text('VerNo', node.verNo?.toString()),
  ].filter((property) => property !== undefined);
  return [
    properties.length > 0 ? make('RTProperties', ...properties) : undefined,
    data !== undefined && format !== 'node' && shows('Value')
      ? makeText('Value', valueText(node.uri, data))
      : undefined,
  ];
}

function valueText(uri: string, data: LeafData): string {
  if (isStored(data))
    throw new TreeError(413, uri, `its ${data.size} bytes are too large for a serialized tree`);
  return typeof data === 'string' ? data : encodeBase64(data);
}

function typeMarkup(format: Format | undefined, type: string): Markup | undefined {
  return makeText(format === 'node' ? 'DDFName' : 'MIME', type);
}
