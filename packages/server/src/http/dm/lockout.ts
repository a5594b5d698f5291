/** Places from which too many wrong credentials have come, and messages that come from there. */
import { findLockout, forgetFailures, isRecent, noteFailure, sourceOf } from '../../devices/index.ts';
import { type Account, type Effects, type Presented, provesWithoutGuessing } from '../../session/index.ts';
import type { Queries } from '../../store/index.ts';
import type { Incoming } from './exchange.ts';
import type { DmLimits } from './options.ts';
import type { Caller } from './queries.ts';

/** What a message is judged by. */
export function presented({ proof, decoded }: Incoming): Presented {
  return { ...proof, cred: decoded.message.header.cred };
}

/**
 * Why a message is not to be judged by its credentials: too many wrong ones have come from its place. One
 * made with a nonce that nobody but the device has been given is judged all the same, since it cannot be
 * a guess: so nobody keeps a device out who only knows its DevId.
 */
export async function lockoutOf(
  db: Queries,
  { device_id, failed_at }: Caller,
  account: Account,
  incoming: Incoming,
  { lockout }: DmLimits,
): Promise<string | undefined> {
  const { now, remote } = incoming;
  if (lockout.after === 0 || failed_at === null || !isRecent(lockout, failed_at, now)) return undefined;
  const source = sourceOf(remote);
  const found = await findLockout(db, lockout, device_id, source, now);
  if (found === undefined || provesWithoutGuessing(account, presented(incoming))) return undefined;
  const until = new Date(found.until).toISOString();
  return `locked out until ${until}: wrong credentials from ${source}, ${found.count} times`;
}

/** Wrong credentials are counted, right ones make up for them. */
export async function recordProof(
  db: Queries,
  { device_id, failed_at }: Caller,
  effects: Effects,
  { remote, now }: Incoming,
  { lockout }: DmLimits,
): Promise<void> {
  if (lockout.after === 0) return;
  if (effects.wrongCredentials) await noteFailure(db, lockout, device_id, sourceOf(remote), now);
  else if (effects.authenticated && failed_at !== null && isRecent(lockout, failed_at, now)) {
    await forgetFailures(db, device_id, sourceOf(remote));
  }
}
