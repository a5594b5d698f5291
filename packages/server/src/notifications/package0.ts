/** Package #0 for an account, as it travels. */
import {
  buildNotification,
  decodeBase64,
  NOTIFICATION_FORMATS,
  type Notification,
  RESYNC_NONCE,
  type Reason,
  reasonBody,
  reasonOptions,
} from '@grove/protocol';
import type { Settled } from './wish.ts';

/** By what the server proves that a notification is its own. */
export interface Prover {
  readonly serverID: string;
  readonly password: string;
  /** Base64; the server's next one. Null = there is none, so that it has to be the resynchronisation nonce. */
  readonly nonce: string | null;
}

export interface Package0 {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** Versions on the wire, times ten (DM_Notification 1.2.1, version). */
const VERSIONS = { '1.1.2': 10, '1.2': 11, '1.3': 13 } as const;

/**
 * Makes a notification. The nonce is not used up: it stays the one for the server's next credentials.
 *
 * @param resync makes it with the resynchronisation nonce
 * @throws {EncodeError} where the format cannot carry it
 */
export function makePackage0(
  { uiMode, initiator, format }: Pick<Settled, 'uiMode' | 'initiator' | 'format'>,
  sessionID: number,
  reason: Reason | undefined,
  { serverID, password, nonce }: Prover,
  resync: boolean,
): Package0 {
  const said = { version: VERSIONS[format], uiMode, initiator, sessionID, serverID };
  const notification: Notification =
    format === '1.3'
      ? { ...said, format: '1.3', options: reasonOptions(reason) }
      : { ...said, format: '1.2', body: reasonBody(reason) };
  const own = nonce === null ? undefined : decodeBase64(nonce);
  const bytes = buildNotification(
    notification,
    { user: serverID, password },
    resync || own === undefined ? RESYNC_NONCE : own,
  );
  return { bytes, contentType: NOTIFICATION_FORMATS[notification.format].mediaType };
}
