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
