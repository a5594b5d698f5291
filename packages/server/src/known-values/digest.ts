import { hash } from 'node:crypto';

/** Bytes of a digest: nobody finds two values with the same one, which takes 2^64 attempts. */
const BYTES = 16;

/** Format, type and value as one text, which no other three have. */
export function framed(format: string, type: string | null, value: string | null): string {
  return JSON.stringify([format, type, value]);
}

/**
 * By what the value of a node is told apart from others of the same URI: its format, type and value. The beginning of
 * its SHA-256, over JSON, which frames them.
 */
export function valueDigest(format: string, type: string | null, value: string | null): Uint8Array {
  return hash('sha256', framed(format, type, value), 'buffer').subarray(0, BYTES);
}
