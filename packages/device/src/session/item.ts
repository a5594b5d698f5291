/** Items as the device reads and writes them. */
import {
  type Content,
  contentBytes,
  contentMarkup,
  contentText,
  formatOf,
  type Item,
  isStored,
  itemFormat,
  type LeafValue,
  type Meta,
  type ReadTndsNode,
  readTnds,
  STATUS,
  type StoredValue,
  TreeError,
  Uri,
} from '@grove/protocol';

/** A serialized tree, whichever way it is written. */
const TNDS = /^application\/vnd\.syncml\.dmtnds\b/i;

/** The node that an Item of a server's command addresses; undefined where it names none. */
export function targetOf(item: Item): string | undefined {
  const uri = item.target?.locURI.trim();
  return uri === '' ? undefined : uri;
}

/** Whether an Item holds a serialized tree. */
export function isDocument(item: Item, meta: Meta | undefined): boolean {
  return TNDS.test((item.meta?.type ?? meta?.type ?? '').trim());
}

/**
 * The value that an Item gives to a node. Its own Meta wins over the command's; a missing Data is an
 * empty one.
 *
 * @param stored where the value is, if it is not in the Item.
 * @throws {TreeError} 415
 */
export function leafValueOf(
  item: Item,
  meta: Meta | undefined,
  uri: string,
  stored?: StoredValue,
): LeafValue {
  const named = item.meta?.format ?? meta?.format ?? 'chr';
  const type = (item.meta?.type ?? meta?.type ?? '').trim();
  const format = formatOf(named);
  if (format === undefined) throw new TreeError(STATUS.UNSUPPORTED_FORMAT, uri, `no format "${named}"`);
  if (TNDS.test(type))
    throw new TreeError(STATUS.UNSUPPORTED_FORMAT, uri, 'serialised sub-trees are not taken');
  if (format === 'node') return { format, type, data: '' };
  if (stored !== undefined) return { format, type, data: stored };
  const content = item.data ?? '';
  if (format === 'b64' || (format === 'bin' && typeof content !== 'string')) {
    return { format: 'bin', type, data: bytesOf(content, format, uri) };
  }
  return { format, type, data: textOf(content, uri) };
}

/**
 * The nodes of a serialized tree that an Item holds; undefined when it holds a value.
 *
 * @param home where an object of an identifier belongs, if not at the node that the Item addresses.
 * @throws {TreeError} 415 for what claims to be one and is none.
 * @throws {MalformedError} for one with a fault.
 */
export function tndsOf(
  item: Item,
  meta: Meta | undefined,
  uri: string,
  home?: (urn: string) => string | undefined,
): ReadTndsNode[] | undefined {
  if (!isDocument(item, meta)) return undefined;
  const markup = contentMarkup(item.data ?? '', itemFormat(item, meta));
  if (markup === undefined)
    throw new TreeError(STATUS.UNSUPPORTED_FORMAT, uri, 'its Data is no serialized tree');
  return readTnds(markup, Uri.parse(uri, { deviation: () => {} }), home === undefined ? {} : { home });
}

/** The text of an Item's Data, as a property is given. */
export function textOf(content: Content, uri: string): string {
  const text = contentText(content);
  if (text === undefined) throw new TreeError(STATUS.UNSUPPORTED_FORMAT, uri, 'its Data is no text');
  return text;
}

function bytesOf(content: Content, format: string, uri: string): Uint8Array {
  const bytes = contentBytes(content, format);
  if (bytes === undefined) throw new TreeError(STATUS.UNSUPPORTED_FORMAT, uri, 'its Data is no base64');
  return bytes;
}

/**
 * The Item of a Results: Meta says what is not the default of chr and text/plain; binary values travel as
 * base64 in either encoding.
 *
 * @throws {TreeError} 413 for a value that is stored elsewhere.
 */
export function resultItem(uri: string, found: LeafValue | { readonly children: readonly string[] }): Item {
  const source = { locURI: uri };
  if ('children' in found) {
    return { source, meta: { format: 'node', type: 'text/plain', emi: [] }, data: found.children.join('/') };
  }
  const { format, type, data } = found;
  if (isStored(data)) throw new TreeError(STATUS.TOO_LARGE, uri, `${data.size} bytes are not at hand`);
  const meta: Meta = { emi: [] };
  if (format === 'bin') meta.format = 'b64';
  else if (format !== 'chr') meta.format = format;
  if (type !== 'text/plain' && type !== '') meta.type = type;
  const isDefault = meta.format === undefined && meta.type === undefined;
  return {
    source,
    ...(isDefault ? {} : { meta }),
    data: data instanceof Uint8Array ? data.toBase64() : data,
  };
}
