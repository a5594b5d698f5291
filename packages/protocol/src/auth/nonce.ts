import { isEqual } from './equal.ts';

/**
 * The nonce that both sides fall back to when theirs have parted (OMA DM Notification 1.2.1): written
 * 0x00000000 in the standard, which some implementers have taken for four zero bytes and some for the text.
 */
export const RESYNC_NONCE: Uint8Array = new Uint8Array(4);

const FORMS: readonly Uint8Array[] = [RESYNC_NONCE, new TextEncoder().encode('0x00000000')];

/** What the other side may have made its credentials with: the nonce, or either form of {@link RESYNC_NONCE}. */
export function nonceForms(nonce: Uint8Array): readonly Uint8Array[] {
  return FORMS.some((form) => isEqual(form, nonce)) ? FORMS : [nonce];
}

/** How what MACs and digests of notifications are made of ends: a colon, and 16 bytes in base64. */
const TAIL = /^:[A-Za-z0-9+/]{22}==$/;
const TAIL_LENGTH = 25;

/**
 * Whether an md5 digest over this nonce is at the same time a MAC, or the digest of a notification, over the nonce in
 * front of the tail. All three are one hash of what is put together with colons, so that whoever may choose the
 * nonce of the one has the other made. No random nonce looks like this.
 */
export function isForgingNonce(nonce: Uint8Array): boolean {
  return TAIL.test(String.fromCharCode(...nonce.subarray(-TAIL_LENGTH)));
}
