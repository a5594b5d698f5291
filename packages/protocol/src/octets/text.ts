/** Decoders are without state between calls, so one of each serves all. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const scratch = new Uint8Array(16_384);
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text that UTF-8 bytes stand for; undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
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
 * A string with one character for each byte: the byte's own below 0x80, U+007F for all others.
 *
 * Decoding a whole document once and slicing is several times faster than decoding each string in it.
 */
export function asciiView(bytes: Uint8Array): string {
  const length = bytes.length;
  const masked = length <= scratch.length ? scratch : new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number;
    masked[i] = byte < 0x80 ? byte : 0x7f;
  }
  return lenient.decode(masked.subarray(0, length));
}
