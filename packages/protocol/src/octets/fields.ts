/** Fields of binary formats: numbers, bytes and texts within bounds. */
import { EncodeError, LimitError, MalformedError } from '../vocabulary/index.ts';
import { decodeUtf8 } from './text.ts';

const encoder = new TextEncoder();

/** The UTF-8 bytes of a text of ours, whose number is bounded. */
export function utf8Within(text: string, what: string, least: number, most: number): Uint8Array {
  if (!text.isWellFormed()) throw new EncodeError(`${what} has half a character; expected Unicode text`);
  const bytes = encoder.encode(text);
  if (bytes.length < least || bytes.length > most) {
    throw new EncodeError(`${what} has ${bytes.length} bytes in UTF-8; expected ${least} to ${most}`);
  }
  return bytes;
}

/** A whole number of ours within bounds. */
export function within(value: number, what: string, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new EncodeError(`${what} is ${value}; expected ${least} to ${most}`);
}

/** Reads big-endian numbers, bytes and texts one after the other. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #offset: number;
  #at = 0;

  /** @param offset where the bytes stand in the whole, for errors to say so */
  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.#offset = offset;
  }

  /** Where it is, in bytes from the start of the whole. */
  get at(): number {
    return this.#offset + this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next byte, which stays; undefined at the end. */
  get next(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** @throws {MalformedError} when there are fewer. */
  take(count: number, what: string): Uint8Array {
    if (count > this.left) {
      throw new MalformedError(`${what} ends early: expected ${count} bytes, found ${this.left}`, this.at);
    }
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  /**
   * The bytes before the next one that has this value; both are passed over.
   *
   * @throws {MalformedError} when there is none.
   */
  takeUntil(value: number, what: string): Uint8Array {
    const end = this.#bytes.indexOf(value, this.#at);
    if (end < 0) {
      throw new MalformedError(
        `${what} ends early: expected a byte 0x${value.toString(16)} behind it`,
        this.at,
      );
    }
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end + 1;
    return taken;
  }

  /**
   * A reader of the next bytes alone, which are passed over.
   *
   * @throws {MalformedError} when there are fewer.
   */
  part(count: number, what: string): ByteReader {
    const { at } = this;
    return new ByteReader(this.take(count, what), at);
  }

  /** @throws {MalformedError} when there are too few bytes. */
  number(count: number, what: string): number {
    return numberOf(this.take(count, what));
  }
}

/** The number that bytes are, the most significant first. */
export function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

/** A number as so many bytes, the most significant first. */
export function bytesOf(number: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let rest = number;
  for (let at = count - 1; at >= 0; at--) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

/** @throws {MalformedError} where bytes from outside are not UTF-8, or too many. */
export function textOf(bytes: Uint8Array, what: string, most: number, offset: number): string {
  if (bytes.length > most) {
    throw new LimitError(`${what} has ${bytes.length} bytes; expected at most ${most}`, offset);
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new MalformedError(`${what} is not UTF-8`, offset);
  return text;
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
