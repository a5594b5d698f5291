/** Bytes of UTF-8 that an index of PostgreSQL takes as one key, with room for what stands beside it. */
const MAX_URI_BYTES = 2048;

/** Whether a node of this URI can be kept among those that are known. */
export function isKeptUri(uri: string): boolean {
  return Buffer.byteLength(uri) <= MAX_URI_BYTES;
}
