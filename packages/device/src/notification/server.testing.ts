/** For tests: a server that a phone has an account with, and its notifications. */
import {
  buildNotification,
  type DmAcc,
  NOTIFICATION_FORMATS,
  type Notification12,
  type Reason,
  reasonBody,
} from '@grove/protocol';

export const SERVER = 'com.example.dm';
export const secret = { user: SERVER, password: 'server secret' };
export const nonce = new TextEncoder().encode('Nonce');
export const account: DmAcc = {
  serverId: SERVER,
  name: 'Example Mobile',
  addresses: [{ addr: 'http://dm.example.com/dm' }],
  auth: [{ level: 'SRVCRED', type: 'BASIC', name: SERVER, secret: secret.password, data: nonce }],
};
export const TYPE = NOTIFICATION_FORMATS['1.2'].mediaType;

/** A notification, as DM 1.2 has it. */
export function notification(
  { reason, ...change }: Partial<Omit<Notification12, 'format'>> & { readonly reason?: Reason } = {},
  made: { readonly nonce?: Uint8Array; readonly password?: string } = {},
): Uint8Array {
  const said = {
    version: 11,
    uiMode: 'background',
    initiator: 'server',
    sessionID: 0xabc,
    serverID: SERVER,
  } as const;
  return buildNotification(
    { ...said, ...change, format: '1.2', body: reasonBody(reason) },
    { ...secret, password: made.password ?? secret.password },
    made.nonce ?? nonce,
  );
}
