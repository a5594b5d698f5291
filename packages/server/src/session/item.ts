/** Items as the server reads and writes them. */
import {
  contentBytes,
  EncodeError,
  type Encoding,
  encodeBase64,
  type Item,
  isMarkup,
  itemFormat,
  type Markup,
  type Meta,
  SYNCML_1_2,
  serializeMarkup,
} from '@grove/protocol';
import type { NodeRequest } from '../steps/index.ts';
import { subtreeItem } from './listing.ts';

/** Source, or where that is missing Target: clients are not of one mind which names a reported node. */
export function itemUri(item: Item): string | undefined {
  const uri = item.source?.locURI ?? item.target?.locURI;
  return uri === undefined || uri.trim() === '' ? undefined : uri.trim();
}

/** `./A/B` for `A/B`, `/A/B`, `./A/B/` and the like; the root is `.`. */
export function canonicalUri(uri: string): string {
  const names = uri.split('/').filter((name) => name !== '' && name !== '.');
  return ['.', ...names].join('/');
}

/**
 * Value, format and type of an Item, whose own Meta wins over the command's. Binary values are base64,
 * under the format `bin` that the node has, whether they travelled as base64 or as bytes.
 */
export function itemValue(
  item: Item,
  meta: Meta | undefined,
): { value: string; format: string; type: string | undefined } {
  const format = itemFormat(item, meta);
  const type = item.meta?.type ?? meta?.type;
  const { data = '' } = item;
  if (isMarkup(data)) return { value: markupText(data), format, type };
  const isBinary = format === 'bin' || format === 'b64';
  if (typeof data === 'string' && !isBinary) return { value: data, format, type };
  // Bytes that are no text are binary, whatever the device calls them; and what should be base64 and is
  // not is the value itself.
  const isBase64 = typeof data === 'string' || format === 'b64';
  const bytes = (isBase64 ? contentBytes(data, 'b64') : undefined) ?? contentBytes(data);
  return { value: encodeBase64(bytes ?? new Uint8Array()), format: 'bin', type };
}

/** Markup as an XML document: one of its own where its root is one's, else with what is around it. */
export function markupText(markup: Markup): string {
  for (const type of [undefined, SYNCML_1_2]) {
    try {
      return new TextDecoder().decode(serializeMarkup(markup, 'xml', type));
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error;
    }
  }
  // Markup out of WBXML may hold characters that XML cannot carry.
  return '';
}

/** The Item that carries a request. Binary values travel as base64 in either encoding. */
export function requestItem(request: NodeRequest, encoding: Encoding): Item {
  const { uri, source, value, format, type, tree } = request;
  if (tree !== undefined) return { target: { locURI: uri }, ...subtreeItem(tree, uri, encoding) };
  const meta: Meta = { emi: [] };
  if (format !== undefined && format !== 'chr') meta.format = format === 'bin' ? 'b64' : format;
  if (type !== undefined) meta.type = type;
  return {
    target: { locURI: uri },
    source: source === undefined ? undefined : { locURI: source },
    meta: meta.format === undefined && meta.type === undefined ? undefined : meta,
    data: carriesData(request) ? (value ?? '') : value,
  };
}

/** A node of any format but `node` and `null` is written with a Data, be it empty. */
function carriesData({ command, format }: NodeRequest): boolean {
  return (command === 'Add' || command === 'Replace') && format !== 'node' && format !== 'null';
}

/** Bytes that base64 of this length stands for at least, however it is padded. */
export function leastRawSize(digits: number): number {
  return Math.max(0, Math.floor((digits * 3) / 4) - 2);
}
