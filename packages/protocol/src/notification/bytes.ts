import { decodeUtf8 } from '../octets/index.ts';
import { EncodeError, LimitError, MalformedError } from '../vocabulary/index.ts';

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
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** @throws {MalformedError} when there are fewer. */
  take(count: number, what: string): Uint8Array {
    if (count > this.left) {
      throw new MalformedError(`${what} ends early: expected ${count} bytes, found ${this.left}`, this.#at);
    }
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
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
