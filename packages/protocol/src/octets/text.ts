/** Decoders are without state between calls, so one of each serves all. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
/** From this many bytes on, a fault may cost an exception. */
const LONG = 128;
/** So many texts are decoded on their own before the whole document is. */
const FEW = 2;
/** Of a long document one for so many bytes: most of it may be one value of bytes. */
const LONG_SHARE = 256;
const scratch = new Uint8Array(16_384);

/** The text that UTF-8 bytes stand for; undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  // The decoder's exception costs far more than a look at a few bytes.
  if (bytes.length < LONG) return isUtf8(bytes, 0, bytes.length) ? lenient.decode(bytes) : undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether `bytes[start, end)` are UTF-8 (RFC 3629 §4). */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const first = bytes[at++] as number;
    if (first < 0x80) continue;
    // How many bytes follow, and between which values the next one lies.
    let more = 1;
    let least = 0x80;
    let most = 0xbf;
    if (first < 0xc2 || first > 0xf4) return false;
    if (first >= 0xf0) {
      more = 3;
      if (first === 0xf0) least = 0x90;
      if (first === 0xf4) most = 0x8f;
    } else if (first >= 0xe0) {
      more = 2;
      if (first === 0xe0) least = 0xa0;
      if (first === 0xed) most = 0x9f;
    }
    if (at + more > end) return false;
    for (; more > 0; more--) {
      const next = bytes[at++] as number;
      if (next < least || next > most) return false;
      least = 0x80;
      most = 0xbf;
    }
  }
  return true;
}

/** The text that UTF-8 bytes stand for, with U+FFFD where they are not UTF-8. */
export function decodeUtf8Leniently(bytes: Uint8Array): string {
  return lenient.decode(bytes);
}

/** The text that UTF-16 bytes stand for; undefined when they are not UTF-16. */
export function decodeUtf16(bytes: Uint8Array, encoding: 'utf-16be' | 'utf-16le'): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The text that ISO-8859-1 bytes stand for. */
export function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) {
    text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  }
  return text;
}

/**
 * A document in UTF-8 from which texts are cut.
 *
 * Decoding all of it once and slicing is several times faster than decoding each text in it. What is decoded has
 * one character for each byte, the byte's own below 0x80 and U+007F for all others, so that ASCII texts are
 * slices of it; others are decoded on their own.
 */
export class Utf8Text {
  readonly bytes: Uint8Array;
  /** Whether all of it is known to be ASCII. */
  readonly ascii: boolean;
  #view: string | undefined;
  /** Texts that are still decoded on their own. */
  #cuts: number;

  constructor(bytes: Uint8Array, decoded?: string) {
    this.bytes = bytes;
    this.#cuts = bytes.length <= scratch.length ? FEW : bytes.length / LONG_SHARE;
    this.ascii = decoded !== undefined && decoded.length === bytes.length;
    this.#view = this.ascii ? decoded : undefined;
  }

  /** One character for each byte. */
  get view(): string {
    this.#view ??= asciiView(this.bytes);
    return this.#view;
  }

  /** A text of which it is known whether it is ASCII. Other bytes must be UTF-8, or U+FFFD stands for them. */
  slice(start: number, end: number, ascii: boolean): string {
    // For a few texts it does not pay to decode the whole document.
    if ((ascii || this.ascii) && (this.#view !== undefined || --this.#cuts < 0))
      return this.view.slice(start, end);
    return lenient.decode(this.bytes.subarray(start, end));
  }

  /** A text of which it is not known whether it is ASCII. */
  text(start: number, end: number): string {
    return this.slice(start, end, this.ascii || isAscii(this.bytes, start, end));
  }
}

/** Whether `bytes[start, end)` are all ASCII. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let all = 0;
  for (let at = start; at < end; at++) all |= bytes[at] as number;
  return all < 0x80;
}

function asciiView(bytes: Uint8Array): string {
  const length = bytes.length;
  const masked = length <= scratch.length ? scratch : new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number;
    masked[i] = byte < 0x80 ? byte : 0x7f;
  }
  return lenient.decode(masked.subarray(0, length));
}
