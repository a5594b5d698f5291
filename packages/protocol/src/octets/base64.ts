const encoder = new TextEncoder();

/** The base64 form of some bytes (RFC 4648 §4), as ASCII bytes. */
export function base64Bytes(bytes: Uint8Array): Uint8Array {
  return encoder.encode(bytes.toBase64());
}

/** The base64 form of some bytes (RFC 4648 §4), as text. */
export function encodeBase64(bytes: Uint8Array): string {
  return bytes.toBase64();
}

/**
 * The bytes that base64 text stands for.
 *
 * White space is skipped and missing padding is taken, because devices break lines and drop `=`.
 *
 * @returns undefined when the text is not base64.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text.includes('\v') ? text.replaceAll('\v', ' ') : text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
