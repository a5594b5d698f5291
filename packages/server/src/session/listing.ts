/** Listings as devices send them (`?list=`), and sub-trees as they are sent to devices. */
import {
  contentMarkup,
  decodeBase64,
  type Encoding,
  encodeBase64,
  formatOf,
  type Item,
  itemFormat,
  type ListQuery,
  MalformedError,
  type Meta,
  type ReadTndsNode,
  readTnds,
  serializeTnds,
  TreeError,
  Uri,
} from '@grove/protocol';
import type { DeviceItem, SubtreeNode } from '../steps/index.ts';
import type { ReportedNode } from './state.ts';

/** The listing that a URI asks for, and the node that it is of. */
export interface Listing {
  readonly node: Uri;
  readonly list: ListQuery;
}

/** @returns undefined when the URI asks for none */
export function listingOf(text: string): Listing | undefined {
  if (!text.includes('?list=')) return undefined;
  const uri = Uri.parse(text);
  return uri.list === undefined ? undefined : { node: uri.node, list: uri.list };
}

/**
 * The nodes of a serialized tree in an Item: escaped text, CDATA, markup, or WBXML in an OPAQUE or base64.
 *
 * @returns undefined when it holds none; `problem` then is told why, where it holds something else
 */
export function tndsItems(
  item: Item,
  meta: Meta | undefined,
  target: Uri,
  problem: (what: string) => void,
): DeviceItem[] | undefined {
  if (item.data === undefined) return undefined;
  const markup = contentMarkup(item.data, itemFormat(item, meta));
  if (markup?.element.name !== 'MgmtTree') return undefined;
  try {
    return readTnds(markup, target).map(deviceItem);
  } catch (error) {
    if (!(error instanceof MalformedError || error instanceof TreeError)) throw error;
    problem(error.message);
    return undefined;
  }
}

function deviceItem({ data, ...node }: ReadTndsNode): DeviceItem {
  if (data === undefined || node.format === 'node') return node;
  return { ...node, value: typeof data === 'string' ? data : encodeBase64(data) };
}

/**
 * What a listing says of the device's tree.
 *
 * @param items as the device sent them, read by {@link tndsItems} where they are a serialized tree
 */
export function listedNodes({ node: top, list }: Listing, items: readonly DeviceItem[]): ReportedNode[] {
  const children = new Map<string, string[]>();
  const listed = new Map<string, DeviceItem>();
  for (const item of items) {
    const uri = uriBelow(item.uri, top);
    if (uri === undefined) continue;
    listed.set(uri.toString(), item);
    if (uri.toString() === top.toString() || uri.parent === undefined) continue;
    const parent = uri.parent.toString();
    children.set(parent, [...(children.get(parent) ?? []), uri.name]);
  }
  const valuesSaid = list.kind === 'StructData' || (list.kind === 'TNDS' && says(list.filter, 'Value'));
  return [...listed].map(([uri, { format, type, value }]) => {
    const names = children.get(uri);
    if (names !== undefined || format === 'node') {
      return { uri, format: 'node', type: type ?? null, value: [...new Set(names)].join('/') };
    }
    return {
      uri,
      format: format ?? 'chr',
      type: type ?? null,
      value: valuesSaid ? (value ?? '') : undefined,
    };
  });
}

function says(filter: ListQuery['filter'], name: string): boolean {
  return filter === undefined || filter.names.includes(name) === (filter.mode === 'only');
}

/** The URI of a listed node, whatever way it is written; undefined when it is not in the listed part. */
function uriBelow(text: string | undefined, top: Uri): Uri | undefined {
  try {
    const uri = Uri.parse(text ?? top.toString(), { deviation: () => {} });
    if (uri.property !== undefined || uri.list !== undefined) return undefined;
    return uri.toString() === top.toString() || top.isAncestorOf(uri) ? uri : undefined;
  } catch (error) {
    if (error instanceof TreeError) return undefined;
    throw error;
  }
}

/** The Meta and Data of an Item that carries a sub-tree: XML as text in XML, WBXML as bytes in WBXML. */
export function subtreeItem(
  nodes: readonly SubtreeNode[],
  target: string,
  encoding: Encoding,
): Pick<Item, 'meta' | 'data'> {
  const type = `application/vnd.syncml.dmtnds+${encoding}`;
  const bytes = serializeTnds(
    nodes.map(({ value, format = 'chr', ...node }) => ({
      ...node,
      format: formatOf(format) ?? 'chr',
      data: format === 'node' ? undefined : dataOf(value ?? '', format),
    })),
    Uri.parse(target),
    encoding,
  );
  if (encoding === 'wbxml') return { meta: { format: 'bin', type, emi: [] }, data: bytes };
  return { meta: { format: 'xml', type, emi: [] }, data: new TextDecoder().decode(bytes) };
}

function dataOf(value: string, format: string): string | Uint8Array {
  return format === 'bin' || format === 'b64' ? (decodeBase64(value) ?? value) : value;
}
