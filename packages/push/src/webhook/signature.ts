/** Signatures in the manner of Standard Webhooks: HMAC-SHA256 over id, time and body. */
import { createHmac } from 'node:crypto';
import { decodeBase64 } from '@grove/protocol';

const PREFIX = 'whsec_';
/** Bytes that the standard wants of a secret. */
const LEAST = 24;
const MOST = 64;

/**
 * The key that a secret stands for.
 *
 * @throws {RangeError} for one that is not `whsec_` with base64 of 24 to 64 bytes
 */
export function keyOf(secret: string): Uint8Array {
  const key = secret.startsWith(PREFIX) ? decodeBase64(secret.slice(PREFIX.length)) : undefined;
  if (key === undefined || key.length < LEAST || key.length > MOST) {
    throw new RangeError(`the secret is not ${PREFIX} with base64 of ${LEAST} to ${MOST} bytes behind it`);
  }
  return key;
}

/**
 * The headers that say which message it is, when it was sent, and that it is from whoever knows a key.
 *
 * @param seconds since the epoch
 * @param keys each signs it, so that one can be exchanged for another; unsigned where there is none
 */
export function webhookHeaders(
  id: string,
  seconds: number,
  body: Uint8Array,
  keys: readonly Uint8Array[],
): Record<string, string> {
  const head = { 'webhook-id': id, 'webhook-timestamp': String(seconds) };
  if (keys.length === 0) return head;
  const signatures = keys.map((key) => {
    const mac = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64');
    return `v1,${mac}`;
  });
  return { ...head, 'webhook-signature': signatures.join(' ') };
}
