import type { Columns } from '@grove/store';

/** The nonce that a device had before the one it should have, by which it is known although it is behind. */
export function nonces(c: Columns): string[] {
  return [`alter table accounts add column client_nonce_before ${c.text}`];
}
