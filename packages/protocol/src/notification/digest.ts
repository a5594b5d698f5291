/**
 * How a server proves that a notification is its own (DM_Notification 1.2.1, digest):
 * `MD5(B64(MD5(server ":" password)) ":" nonce ":" B64(MD5(trigger)))`, the nonce in its raw form.
 */
import { md5 } from '@noble/hashes/legacy.js';
import { isEqual, nonceDigest, nonceForms, type Secret, secretDigest } from '../auth/index.ts';
import { encodeBase64, joined } from '../octets/index.ts';
import type { ParsedNotification } from './notification.ts';

export const DIGEST_BYTES = 16;

const encoder = new TextEncoder();

/**
 * The digest of a notification, 16 bytes.
 *
 * @param covered all bytes behind the digest
 * @param secret the server's credentials, whose user is its ServerID
 */
export function notificationDigest(covered: Uint8Array, secret: Secret, nonce: Uint8Array): Uint8Array {
  const trigger = encoder.encode(`:${encodeBase64(md5(covered))}`);
  return nonceDigest(secretDigest(secret), joined(nonce, trigger));
}

/**
 * The nonce that a notification was made with: this one or, where it is the resynchronisation nonce, either form of
 * that. Undefined when it was made with another one, or is not the server's.
 */
export function nonceBehind(
  { digest, covered }: ParsedNotification,
  secret: Secret,
  nonce: Uint8Array,
): Uint8Array | undefined {
  return nonceForms(nonce).find((form) => isEqual(notificationDigest(covered, secret, form), digest));
}
