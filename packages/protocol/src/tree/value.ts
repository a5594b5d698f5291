import { decodeBase64 } from '../octets/index.ts';
import { isDate, isFloat, isTime } from './lexical.ts';

/** Formats of nodes (DM_TND 1.2; DMDDF DFFormat). `node` is an interior node's. */
export const FORMATS = [
  'b64',
  'bin',
  'bool',
  'chr',
  'int',
  'node',
  'null',
  'xml',
  'date',
  'time',
  'float',
] as const;
export type Format = (typeof FORMATS)[number];

/** MIME type of a leaf whose Type nobody gave. */
export const TEXT_PLAIN = 'text/plain';

/**
 * A value that is kept outside the tree, because it is too large to be held in memory: the tree knows where
 * it is and how large. Whoever keeps it decides what its identifier means and when it is no longer needed; a
 * Copy copies the reference, so that one value may belong to several nodes.
 */
export interface StoredValue {
  /** Identifier by which its keeper finds it; opaque to the tree. */
  readonly stored: string;
  /** Bytes of the raw value (not of its base64). */
  readonly size: number;
}

/** What a leaf holds: text, bytes, or where they are. */
export type LeafData = string | Uint8Array | StoredValue;

/**
 * The value of a leaf node. Bytes (`bin`) are a Uint8Array, all other formats are text. Given to a tree,
 * `b64` with base64 text means the same as `bin` with the bytes; a tree never answers with `b64`.
 *
 * A {@link StoredValue} may stand for the bytes of a `bin` or `b64` and for the UTF-8 text of a `chr` or
 * `xml`; what it holds was checked by whoever stored it, the tree does not see it.
 */
export interface LeafValue {
  readonly format: Format;
  /** MIME type; empty = that of the device description, or text/plain. */
  readonly type: string;
  readonly data: LeafData;
}

/** A value that is at hand as a whole. */
export type HeldValue = LeafValue & { readonly data: string | Uint8Array };

/** Whether a value is kept outside the tree. */
export function isStored(data: LeafData): data is StoredValue {
  return typeof data === 'object' && !(data instanceof Uint8Array);
}

/** The format that a Meta names, whatever its case; undefined when there is none of that name. */
export function formatOf(name: string): Format | undefined {
  const wanted = name.trim().toLowerCase();
  return FORMATS.find((format) => format === wanted);
}

/** A value that does not fit its format or its description. */
export class ValueError extends Error {
  override name = 'ValueError';
  /** With which it is refused: 415, or 413 for one that is too long. */
  readonly status: number;

  constructor(message: string, { status = 415, cause }: { status?: number; cause?: unknown } = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.status = status;
  }
}

/** What a description asks of a leaf's value. */
export interface Wanted {
  readonly format: Format;
  /** MIME types; none = any. */
  readonly types: readonly string[];
}

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

/** How the text of each format is read: the text to keep, or undefined when it is not of that format. */
const TEXTS: Readonly<Record<Exclude<Format, 'bin' | 'b64' | 'node'>, (text: string) => string | undefined>> =
  {
    chr: (text) => text,
    xml: (text) => text,
    null: (text) => (text === '' ? '' : undefined),
    bool: (text) => BOOLEANS.get(text.trim().toLowerCase()),
    int: (text) => {
      const digits = text.trim();
      if (!/^[+-]?\d{1,20}$/.test(digits)) return undefined;
      const value = Number(digits);
      return value >= INT_MIN && value <= INT_MAX ? digits : undefined;
    },
    float: (text) => matching(text, isFloat),
    date: (text) => matching(text, isDate),
    time: (text) => matching(text, isTime),
  };
const BOOLEANS: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['false', 'false'],
  ['1', 'true'],
  ['0', 'false'],
]);

/** What each format's value looks like, for an error. */
const EXPECTED: Readonly<Partial<Record<Format, string>>> = {
  null: 'nothing',
  bool: 'true or false',
  int: `a whole number from ${INT_MIN} to ${INT_MAX}`,
  float: 'a floating point number',
  date: 'an ISO 8601 date with century, such as 2001-07-11',
  time: 'an ISO 8601 time, such as 16:38:17Z',
};

function matching(text: string, fits: (text: string) => boolean): string | undefined {
  const trimmed = text.trim();
  return fits(trimmed) ? trimmed : undefined;
}

/**
 * A value as a tree keeps it: its format is the described one, its data fit the format and share no
 * memory with the message they came from. A value given as chr, the default of a Meta without Format,
 * takes the format of the description.
 *
 * @throws {ValueError}
 */
export function normaliseValue(value: LeafValue, wanted?: Wanted): LeafValue {
  const given = value.format === 'b64' ? 'bin' : value.format;
  const described = wanted?.format === 'b64' ? 'bin' : wanted?.format;
  if (given === 'node') throw new ValueError('format node is an interior node, not a value');
  const format = described ?? given;
  if (given !== format && !(given === 'chr' && format !== 'bin'))
    throw new ValueError(`format ${value.format}, expected ${format}`);
  const type = normaliseType(value.type, wanted?.types ?? []);
  return { format, type, data: ownData(value, format) };
}

function ownData({ format: given, data }: LeafValue, format: Format): LeafData {
  if (isStored(data)) {
    if (!STORABLE.has(format)) throw new ValueError(`${format} data kept outside the tree: expected text`);
    return { stored: data.stored, size: data.size };
  }
  return format === 'bin' ? ownBytes(data, given) : ownText(data, format);
}

/** Formats of values that may be large enough to be kept outside the tree. */
const STORABLE: ReadonlySet<Format> = new Set(['bin', 'chr', 'xml']);

/**
 * The type that a value given with one gets where some are described.
 *
 * @throws {ValueError} when it is none of them
 */
export function normaliseType(given: string, types: readonly string[]): string {
  const bare = given.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const first = types[0];
  if (first === undefined) return bare === '' || bare === TEXT_PLAIN ? TEXT_PLAIN : detached(given.trim());
  const described = types.find((type) => type.toLowerCase() === bare);
  if (described !== undefined) return described;
  if (bare === '' || bare === TEXT_PLAIN) return first;
  if (types.includes('*/*')) return detached(given.trim());
  throw new ValueError(`type ${given}, expected ${types.join(' or ')}`);
}

function ownBytes(data: string | Uint8Array, format: Format): Uint8Array {
  if (typeof data !== 'string') return new Uint8Array(data);
  if (format !== 'b64') throw new ValueError('bin data as text: expected bytes, or base64 with format b64');
  const bytes = decodeBase64(data);
  if (bytes === undefined) throw new ValueError('b64 data is no base64');
  return bytes;
}

function ownText(data: string | Uint8Array, format: Format): string {
  let text: string;
  if (typeof data === 'string') text = data;
  else
    try {
      text = strictUtf8.decode(data);
    } catch (cause) {
      throw new ValueError(`${format} data came as bytes that are no UTF-8`, { cause });
    }
  const kept = format === 'bin' || format === 'b64' || format === 'node' ? undefined : TEXTS[format](text);
  if (kept === undefined)
    throw new ValueError(`"${text.slice(0, 40)}" is no ${format}: expected ${EXPECTED[format] ?? 'text'}`);
  return detached(kept);
}

/** Length from which JavaScript engines let a piece of a string refer to the whole instead of copying it. */
const SLICED = 13;

/** The same text in memory of its own, so that it does not keep alive the message it was cut from. */
export function detached(text: string): string {
  return text.length < SLICED ? text : strictUtf8.decode(utf8.encode(text));
}

/** Size of a value in bytes, as the Size property counts: text as UTF-8, binary data raw. */
export function sizeOf(data: LeafData): number {
  if (typeof data !== 'string') return isStored(data) ? data.size : data.length;
  let size = data.length;
  for (let at = 0; at < data.length; at++) {
    const unit = data.charCodeAt(at);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair counts two of the four bytes.
    size += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return size;
}

/** Bytes that a tree itself holds of a value: what is stored elsewhere, its keeper has to bound. */
export function heldSize(data: LeafData): number {
  return isStored(data) ? 0 : sizeOf(data);
}

/** What is empty of each format whose values cannot be the empty text. */
const EMPTY: Readonly<Partial<Record<Format, string>>> = {
  bool: 'false',
  int: '0',
  float: '0',
  date: '1970-01-01',
  time: '00:00:00',
};

/**
 * The value that a leaf has when nobody gave it one: its described default or, where that is absent or none of its
 * format, what is empty of that format.
 *
 * @param described format other than `node`, MIME types, and default; bin as base64
 */
export function initialValue(described: {
  readonly format: Format;
  readonly types: readonly string[];
  readonly defaultValue?: string | undefined;
}): HeldValue {
  const { types, defaultValue } = described;
  const format = described.format === 'b64' ? 'bin' : described.format;
  const type = types[0] ?? TEXT_PLAIN;
  if (defaultValue !== undefined) {
    const given: HeldValue = { format: format === 'bin' ? 'b64' : format, type: '', data: defaultValue };
    try {
      const { data } = normaliseValue(given);
      if (!isStored(data)) return { format, type, data };
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
    }
  }
  return { format, type, data: format === 'bin' ? new Uint8Array() : (EMPTY[format] ?? '') };
}
