/** Sends a value in as many messages as the device needs for it (DM_Protocol 1.2.1, large objects). */
import {
  type Content,
  decodeMessage,
  EncodeError,
  type Encoding,
  encodeBase64,
  encodeMessage,
  type Item,
  isMarkup,
  type Meta,
} from '@grove/protocol';
import type { NodeRequest, StepRequest } from '../steps/index.ts';
import { leastRawSize, requestItem } from './item.ts';
import type { Needing, ReadNeed, Span } from './needs.ts';

/** A request of which a piece is to be sent. */
export interface Sending {
  readonly request: StepRequest & NodeRequest;
  /** Bytes of the value that the device has. */
  readonly from: number;
  /** How often the value was begun, this time included. */
  readonly tries: number;
}

/** A message with a piece of a value, or with the whole of it. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** Absent where it is the whole. */
  readonly piece?: { readonly end: number; readonly last: boolean };
  /** Where it is not all of the message that people shall see. */
  readonly shown?: Shown;
}

/** A message without the bytes of a value. */
export interface Shown {
  readonly bytes: Uint8Array;
  /** Which bytes of which content have to be put into it to have it again. */
  readonly span?: Span;
}

/** Why a value cannot be sent. */
export interface Unsendable {
  readonly problem: string;
}

export interface SendingOptions {
  readonly encoding: Encoding;
  /** Bytes of a message. */
  readonly limit: number;
  /** Bytes of an object that the device takes; all when absent. */
  readonly maxObjSize: number | undefined;
  /** Whether the device is known not to put pieces together. */
  readonly wholeOnly: boolean;
  /** The message with a command that has this Item. */
  readonly make: (item: Item, final: boolean) => Uint8Array;
}

/** A piece carries at least so many bytes: less is not worth a message. */
const LEAST = 24;
/** Bytes that the length of an OPAQUE takes, and the switch of the token before it. */
const OPAQUE_HEAD = 8;

/** Digits of base64 that stand for whole bytes. */
const BASE64_GRAIN = 4;

/** Where a value comes from and how it travels. */
interface Source {
  /** Bytes in all. */
  readonly total: number;
  /** Meta without Size. */
  readonly meta: Meta;
  /** How the bytes travel: as they are, as base64, or as characters in UTF-8. */
  readonly as: 'bytes' | 'base64' | 'text';
  /** Pieces are cut at multiples of this many bytes. */
  readonly grain: number;
  /** The content; undefined where the value is in the request. */
  readonly content: number | undefined;
}

/** Makes the message with the next piece of a value, as large as the device takes. */
export function* nextPiece(sending: Sending, options: SendingOptions): Needing<Piece | Unsendable> {
  const { request, from } = sending;
  const { content } = request;
  const { limit, encoding } = options;
  let bytes: Uint8Array;
  let source: Source;
  const item = requestItem({ ...request, content: undefined }, encoding);
  if (content === undefined) {
    const { data = '' } = item;
    if (isMarkup(data)) throw new Error('a request holds its value as text or bytes');
    const all = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    bytes = all.subarray(from);
    source = {
      total: all.length,
      meta: item.meta ?? { emi: [] },
      as: typeof data === 'string' ? 'text' : 'bytes',
      grain: item.meta?.format === 'b64' ? BASE64_GRAIN : 1,
      content,
    };
  } else {
    const need: ReadNeed = { kind: 'read', content, offset: from, length: limit };
    yield need;
    if (need.slice === undefined) return { problem: `content ${content} is no longer there` };
    bytes = need.slice.bytes;
    source = contentSource(request, content, need.slice.size, encoding);
  }
  return makePiece({ source, bytes, from, item }, options);
}

function contentSource(request: NodeRequest, content: number, total: number, encoding: Encoding): Source {
  const { format = 'bin', type } = request;
  const isBinary = format === 'bin' || format === 'b64';
  const as = !isBinary ? 'text' : encoding === 'xml' ? 'base64' : 'bytes';
  // Binary is base64 in XML; in WBXML it may be bytes as they are, under the Format bin (DM_TND 1.2).
  const travels = as === 'base64' ? 'b64' : isBinary ? 'bin' : format;
  const meta: Meta = { emi: [], format: travels === 'chr' ? undefined : travels, type };
  return { total, meta, as, grain: as === 'base64' ? 3 : 1, content };
}

/** Bytes of a value as it travels: its Meta Size. */
function travelSize(as: Source['as'], bytes: number): number {
  return as === 'base64' ? Math.ceil(bytes / 3) * 4 : bytes;
}

interface Part {
  readonly source: Source;
  /** Bytes from `from` on, more than fit or all that there are. */
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly item: Item;
}

function makePiece({ source, bytes, from, item }: Part, options: SendingOptions): Piece | Unsendable {
  const { total, as } = source;
  const size = travelSize(as, total);
  const { limit, maxObjSize } = options;
  // What counts is the value, not how it travels.
  const least = source.grain === BASE64_GRAIN ? leastRawSize(total) : total;
  if (maxObjSize !== undefined && least > maxObjSize) {
    return {
      problem: `it has ${least} bytes, and the device takes objects of ${maxObjSize} (MaxObjSize, status 413)`,
    };
  }
  const make = (data: Content, more: boolean, isPiece: boolean): Uint8Array => {
    const isFirst = isPiece && from === 0;
    const meta: Meta = isFirst ? { ...source.meta, size } : source.meta;
    return options.make({ ...item, meta: isEmpty(meta) ? undefined : meta, data, moreData: more }, !more);
  };
  try {
    if (from === 0 && bytes.length >= total) {
      const data = dataOf(source, bytes);
      const whole = data === undefined ? undefined : make(data, false, false);
      if (whole !== undefined && whole.length <= limit) {
        return source.content === undefined
          ? { bytes: whole }
          : { bytes: whole, shown: shownOf(0, total, false) };
      }
    }
    if (options.wholeOnly) {
      return {
        problem: `it does not fit into the ${limit} bytes that the device takes, and the device does not put pieces together`,
      };
    }
    const room = limit - make('', true, true).length;
    for (let length = roomFor(as, room); length >= LEAST; ) {
      const end = cut(source, bytes, from, length);
      const last = from + end >= total;
      const data = dataOf(source, bytes.subarray(0, end));
      if (data === undefined) return { problem: 'it is not text in UTF-8, as its format says' };
      const message = make(data, !last, true);
      // Text grows where markup in it is escaped.
      length = Math.floor(length * Math.min(0.9, limit / message.length));
      if (message.length > limit || end === 0) continue;
      return { bytes: message, piece: { end: from + end, last }, shown: shownOf(from, end, !last, true) };
    }
    return { problem: `there is no room for a piece of it in the ${limit} bytes that the device takes` };
  } catch (error) {
    if (error instanceof EncodeError) return { problem: error.message };
    throw error;
  }

  function shownOf(offset: number, length: number, more: boolean, isPiece = false): Shown {
    const { content } = source;
    const place = content === undefined ? '' : ` of content ${content}`;
    // Brackets, so that nobody takes it for base64.
    const bytes = make(`(${length} bytes${place} from ${offset})`, more, isPiece);
    return content === undefined ? { bytes } : { bytes, span: { content, offset, length } };
  }
}

function isEmpty({ format, type, size }: Meta): boolean {
  return format === undefined && type === undefined && size === undefined;
}

/** Bytes of the value that fit into so much room. */
function roomFor(as: Source['as'], room: number): number {
  if (as === 'base64') return Math.floor(room / 4) * 3;
  return as === 'bytes' ? room - OPAQUE_HEAD : room;
}

/** Where a piece of at most this length ends: not within a character, nor within four digits of base64. */
function cut({ as, grain, total }: Source, bytes: Uint8Array, from: number, length: number): number {
  if (from + length >= total && bytes.length <= length) return bytes.length;
  let end = Math.min(length - (length % grain), bytes.length);
  if (as === 'text') while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}

/** Bytes as they travel; undefined where they should be text and are not. */
function dataOf({ as }: Source, bytes: Uint8Array): Content | undefined {
  if (as === 'bytes') return bytes;
  if (as === 'base64') return encodeBase64(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A message as it was sent, from what is shown of it and the bytes that are not. Everything else of it is written by
 * the same rules again.
 */
export function withBytes(shown: Uint8Array, encoding: Encoding, bytes: Uint8Array): Uint8Array {
  const { message } = decodeMessage(shown, encoding);
  const command = message.body.commands.at(-1);
  const item = command !== undefined && 'items' in command ? command.items[0] : undefined;
  if (item === undefined) throw new Error('what is kept of a message with a piece has no Item');
  const format = item.meta?.format;
  if (format === 'bin') item.data = bytes;
  else
    item.data =
      format === 'b64' ? encodeBase64(bytes) : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return encodeMessage(message, encoding);
}
