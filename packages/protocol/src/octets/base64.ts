const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 0x3d;
const DIGITS = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0));
const NO_DIGIT = 0xff;
const VALUES = new Uint8Array(128).fill(NO_DIGIT);
DIGITS.forEach((digit, value) => {
  VALUES[digit] = value;
});

const ascii = new TextDecoder();

/** The base64 form of some bytes (RFC 4648 §4), as ASCII bytes. */
export function base64Bytes(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group =
      ((bytes[i] as number) << 16) |
      ((left > 1 ? (bytes[i + 1] as number) : 0) << 8) |
      (left > 2 ? (bytes[i + 2] as number) : 0);
    out[at++] = DIGITS[group >> 18] as number;
    out[at++] = DIGITS[(group >> 12) & 63] as number;
    out[at++] = left > 1 ? (DIGITS[(group >> 6) & 63] as number) : PADDING;
    out[at++] = left > 2 ? (DIGITS[group & 63] as number) : PADDING;
  }
  return out;
}

/** The base64 form of some bytes (RFC 4648 §4), as text. */
export function encodeBase64(bytes: Uint8Array): string {
  return ascii.decode(base64Bytes(bytes));
}

/**
 * The bytes that base64 text stands for.
 *
 * White space is skipped and missing padding is taken, because devices break lines and drop `=`.
 *
 * @returns undefined when the text is not base64.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4) + 3);
  let at = 0;
  let group = 0;
  let digits = 0;
  let padding = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)) continue;
    if (unit === PADDING) {
      padding++;
      continue;
    }
    const value = unit < 128 ? (VALUES[unit] as number) : NO_DIGIT;
    if (value === NO_DIGIT || padding > 0) return undefined;
    group = ((group << 6) | value) & 0xffffff;
    if (++digits % 4 === 0) {
      out[at++] = group >> 16;
      out[at++] = (group >> 8) & 0xff;
      out[at++] = group & 0xff;
    }
  }
  const rest = digits % 4;
  if (rest === 1 || (padding > 0 && rest + padding !== 4)) return undefined;
  if (rest === 2) out[at++] = (group >> 4) & 0xff;
  if (rest === 3) {
    out[at++] = (group >> 10) & 0xff;
    out[at++] = (group >> 2) & 0xff;
  }
  return out.subarray(0, at);
}
