/** The encodings that values of headers and parameters are made of (WSP, basic rules of header encoding). */
import {
  type ByteReader,
  bytesOf,
  decodeUtf8,
  EncodeError,
  joined,
  LimitError,
  MalformedError,
  numberOf,
} from '@grove/protocol';
import { isHeaderText } from '../media-type/index.ts';

/** Starts a text whose first byte could be taken for a number. */
const QUOTE = 0x7f;
/** Says that a length follows as an uintvar. */
const LENGTH_QUOTE = 31;
/** Set in the byte that is a number itself. */
const SHORT = 0x80;
/** Bytes of an uintvar that carries 32 bits. */
const MOST_UINTVAR = 5;
const MOST_UINT32 = 0xffff_ffff;
/** Bytes of a number that JavaScript can hold. */
const MOST_INTEGER = 6;

const encoder = new TextEncoder();

/** A value as it is told from others by its first byte, whatever header it is of. */
export type Value =
  | { readonly form: 'number'; readonly number: number }
  | { readonly form: 'bytes'; readonly bytes: Uint8Array }
  | { readonly form: 'text'; readonly text: string };

/**
 * A number of any size in seven bits a byte, the most significant first; all bytes but the last have the high bit set.
 *
 * @param number 0 to 2^32 - 1
 */
export function writeUintvar(number: number): Uint8Array {
  const bytes = [number % 0x80];
  for (let rest = Math.floor(number / 0x80); rest > 0; rest = Math.floor(rest / 0x80)) {
    bytes.unshift(SHORT | (rest % 0x80));
  }
  return Uint8Array.from(bytes);
}

/** @throws {MalformedError} */
export function readUintvar(reader: ByteReader, what: string): number {
  const { at } = reader;
  let number = 0;
  for (let count = 0; count < MOST_UINTVAR; count++) {
    const byte = reader.number(1, what);
    number = number * 0x80 + (byte & 0x7f);
    if (byte < SHORT) {
      if (number > MOST_UINT32) break;
      return number;
    }
  }
  throw new MalformedError(`${what} is longer than 32 bits`, at);
}

/** Bytes with their number before them. */
export function writeCounted(bytes: Uint8Array): Uint8Array {
  return bytes.length < LENGTH_QUOTE
    ? joined(Uint8Array.of(bytes.length), bytes)
    : joined(Uint8Array.of(LENGTH_QUOTE), writeUintvar(bytes.length), bytes);
}

/** A number as a short integer where it fits, else as a long one. */
export function writeInteger(number: number): Uint8Array {
  return number < SHORT ? Uint8Array.of(SHORT | number) : writeLongInteger(number);
}

/** A number with the count of its bytes before them, as dates are written whatever their size. */
export function writeLongInteger(number: number): Uint8Array {
  let count = 1;
  while (count < MOST_INTEGER && number >= 2 ** (8 * count)) count++;
  return writeCounted(bytesOf(number, count));
}

/** A text with a NUL behind it. */
export function writeText(text: string): Uint8Array {
  if (!isHeaderText(text)) {
    throw new EncodeError(`a header holds ${JSON.stringify(text)}; expected no control characters`);
  }
  const bytes = encoder.encode(text);
  return joined(Uint8Array.from((bytes[0] ?? 0) < SHORT ? [] : [QUOTE]), bytes, Uint8Array.of(0));
}

/** @throws {MalformedError} when it does not end. */
export function readText(reader: ByteReader, what: string): string {
  const bytes = reader.takeUntil(0, what);
  const text = bytes[0] === QUOTE ? bytes.subarray(1) : bytes;
  // Before there was UTF-8 these were ISO-8859-1.
  return decodeUtf8(text) ?? String.fromCharCode(...text);
}

/**
 * Reads a value, or passes over it where its header is not known.
 *
 * @throws {MalformedError}
 */
export function readValue(reader: ByteReader, what: string): Value {
  const first = reader.next ?? 0;
  if (first >= SHORT) return { form: 'number', number: reader.number(1, what) & 0x7f };
  if (first > LENGTH_QUOTE) return { form: 'text', text: readText(reader, what) };
  return { form: 'bytes', bytes: readCounted(reader, what).bytes };
}

/**
 * Reads bytes with their number before them.
 *
 * @throws {MalformedError}
 */
export function readCounted(reader: ByteReader, what: string): { bytes: Uint8Array; at: number } {
  const first = reader.number(1, what);
  const length = first === LENGTH_QUOTE ? readUintvar(reader, `the length of ${what}`) : first;
  const { at } = reader;
  return { bytes: reader.take(length, what), at };
}

/**
 * The number that a value is; undefined where it is none.
 *
 * @throws {LimitError} when it is larger than any that means something.
 */
export function numberIn(value: Value, what: string): number | undefined {
  if (value.form === 'number') return value.number;
  if (value.form === 'text' || value.bytes.length === 0) return undefined;
  if (value.bytes.length > MOST_INTEGER) {
    throw new LimitError(
      `${what} is a number of ${value.bytes.length} bytes; expected at most ${MOST_INTEGER}`,
    );
  }
  return numberOf(value.bytes);
}

const INTEGER = /^(?:0|[1-9][0-9]{0,13})$/;

/** The number that decimal digits are; undefined for other texts, and for numbers that are too large. */
export function integerOf(text: string): number | undefined {
  return INTEGER.test(text) ? Number(text) : undefined;
}
