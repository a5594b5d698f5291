/** Values that come in several messages (OMA-TS-DM-Protocol 1.2.1, large object handling). */
import { type Content, contentText, type Item, type Meta, STATUS, sizeOf } from '@grove/protocol';
import { targetOf } from './item.ts';

/** A value of which parts have come. JSON. */
export interface Incoming {
  readonly command: 'Add' | 'Replace';
  readonly uri: string;
  readonly format?: string | undefined;
  readonly type?: string | undefined;
  /** Bytes of all parts together as they travel, as far as the server has told. */
  readonly size?: number | undefined;
  /** Text as it is, bytes as base64. */
  readonly parts: readonly { readonly text?: string; readonly bytes?: string }[];
  /** Bytes of the parts so far. */
  readonly received: number;
}

/** What became of a part. */
export interface PartOutcome {
  /** 213: the part is kept; 413 and 424: all parts were thrown away. Absent = the value is whole: see `item`. */
  readonly code?: number;
  /** What goes on being collected. */
  readonly incoming?: Incoming;
  /** The Item as if it had come in one piece. */
  readonly item?: Item;
}

/** Whether an Item is the next part of what is being collected. */
export function continues(incoming: Incoming | undefined, command: string, item: Item): boolean {
  return incoming !== undefined && incoming.command === command && incoming.uri === targetOf(item);
}

/**
 * Takes a part: the first (`incoming` undefined), one in the middle, or the last, which has no MoreData.
 *
 * @param maxSize bytes of the largest value that the device takes.
 */
export function takePart(
  incoming: Incoming | undefined,
  command: Incoming['command'],
  item: Item,
  meta: Meta | undefined,
  maxSize: number,
): PartOutcome {
  const uri = targetOf(item);
  if (uri === undefined) return { code: STATUS.BAD_REQUEST };
  const begun = incoming ?? begin(command, uri, item, meta);
  const { part, bytes } = partOf(item.data ?? '');
  const received = begun.received + bytes;
  if (received > maxSize || (begun.size ?? 0) > maxSize) return { code: STATUS.TOO_LARGE };
  const grown: Incoming = { ...begun, parts: [...begun.parts, part], received };
  if (item.moreData) return { code: STATUS.CHUNK_ACCEPTED, incoming: grown };
  const whole = wholeItem(grown, item);
  const isSize = grown.size === undefined || grown.size === received || grown.size === sizeOfData(whole);
  return isSize ? { item: whole } : { code: STATUS.SIZE_MISMATCH };
}

function begin(command: Incoming['command'], uri: string, item: Item, meta: Meta | undefined): Incoming {
  return {
    command,
    uri,
    format: item.meta?.format ?? meta?.format,
    type: item.meta?.type ?? meta?.type,
    size: item.meta?.size ?? meta?.size,
    parts: [],
    received: 0,
  };
}

function partOf(content: Content): { part: Incoming['parts'][number]; bytes: number } {
  if (content instanceof Uint8Array) return { part: { bytes: content.toBase64() }, bytes: content.length };
  const text = contentText(content) ?? '';
  return { part: { text }, bytes: sizeOf(text) };
}

function wholeItem({ uri, format, type, parts }: Incoming, { source }: Item): Item {
  return { target: { locURI: uri }, source, meta: { format, type, emi: [] }, data: joined(parts) };
}

/** Text stays text, in which base64 may be cut anywhere; bytes among the parts make bytes of all. */
function joined(parts: Incoming['parts']): string | Uint8Array {
  if (parts.every(({ text }) => text !== undefined)) return parts.map(({ text }) => text).join('');
  const utf8 = new TextEncoder();
  const pieces = parts.map(({ text, bytes }) =>
    bytes === undefined ? utf8.encode(text) : Uint8Array.fromBase64(bytes),
  );
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Servers count what travels, as they should, or the value behind its base64. */
function sizeOfData({ data, meta }: Item): number {
  const bytes = typeof data === 'string' && meta?.format?.trim().toLowerCase() === 'b64';
  return bytes ? Math.floor((data.replaceAll(/[\s=]/g, '').length * 3) / 4) : 0;
}
