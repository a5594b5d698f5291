/** Items as the server reads and writes them. */
import { contentBytes, contentText, encodeBase64, type Item, itemFormat, type Meta } from '@grove/protocol';
import type { StepRequest } from '../steps/index.ts';

/** Source, or where that is missing Target: clients are not of one mind which names a reported node. */
export function itemUri(item: Item): string | undefined {
  const uri = item.source?.locURI ?? item.target?.locURI;
  return uri === undefined || uri.trim() === '' ? undefined : uri.trim();
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
  const type = (item.meta?.type ?? meta?.type)?.trim();
  const { data } = item;
  if (format !== 'bin' && format !== 'b64') {
    const text = data === undefined ? '' : contentText(data);
    if (text !== undefined) return { value: text, format, type };
  }
  // Bytes that are no text are binary, whatever the device calls them.
  const bytes =
    data === undefined ? undefined : contentBytes(data, data instanceof Uint8Array ? 'bin' : 'b64');
  return { value: encodeBase64(bytes ?? new Uint8Array()), format: 'bin', type };
}

/** The Item that carries a request. Binary values travel as base64 in either encoding. */
export function requestItem(request: StepRequest): Item {
  const { uri, source, value, format, type } = request;
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
function carriesData({ command, format }: StepRequest): boolean {
  return (command === 'Add' || command === 'Replace') && format !== 'node' && format !== 'null';
}
