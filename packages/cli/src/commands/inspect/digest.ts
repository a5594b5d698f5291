import { type CapturePart, type DigestCheck, isFound, nonceBehind, RESYNC_NONCE } from '@grove/protocol';
import { notifyingServer } from '../account-file.ts';

/**
 * Whether the digest of a notification is the server's.
 *
 * @throws {UsageError} when the account is none that notifications can be checked with
 */
export function checkOf(part: CapturePart, { account }: { readonly account?: string }): DigestCheck {
  if (account === undefined || !isFound(part) || !('notification' in part)) return { kind: 'unchecked' };
  const { notification } = part;
  const { secret, nonce } = notifyingServer(account);
  const { serverID } = notification.notification;
  if (serverID !== secret.user) {
    return { kind: 'wrong', why: `the account is that of server ${secret.user}, not of ${serverID}` };
  }
  if (nonce !== undefined && nonceBehind(notification, secret, nonce) !== undefined)
    return { kind: 'right', nonce: 'account' };
  if (nonceBehind(notification, secret, RESYNC_NONCE) !== undefined)
    return { kind: 'right', nonce: 'resynchronisation' };
  return {
    kind: 'wrong',
    why: "it is made neither with this password and the account's first nonce nor with the resynchronisation nonce",
  };
}
