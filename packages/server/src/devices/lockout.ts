/**
 * What follows on wrong credentials: the more of them come for a device from one place, the longer none
 * from there are looked at.
 */
import { isIPv6 } from 'node:net';
import { type Queries, statement } from '../store/index.ts';

/** When and for how long a place is locked out. Times are milliseconds. */
export interface LockoutPolicy {
  /** Wrong credentials for one device from one place, without right ones between, that lock it out; 0 = none do. */
  readonly after: number;
  /** How long it is locked out then; twice as long with each further one. */
  readonly first: number;
  /** It is never locked out longer. When twice as long has passed, wrong credentials are forgotten. */
  readonly longest: number;
}

export const DEFAULT_LOCKOUT: LockoutPolicy = { after: 5, first: 10_000, longest: 15 * 60_000 };

/** Wrong credentials of a device from one place. Times are milliseconds since the epoch. */
export interface Failures {
  /** IPv4 address, or the first 64 bits of an IPv6 address. */
  source: string;
  count: number;
  lastAt: number;
  /** Null where it is not locked out. */
  lockedUntil: number | null;
}

/** The place that an address is of: whoever has one IPv6 address has its 64-bit network. */
export function sourceOf(remote: string): string {
  const address = remote.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end stands for two groups.
  const groups = first.length + last.length + (last.at(-1)?.includes('.') ? 1 : 0);
  const gap = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups) }, () => '0');
  const network = [...first, ...gap, ...last].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/** Until when a place is locked out by so many failures; undefined where it is not, or not any more. */
function lockedUntil(
  { after, first, longest }: LockoutPolicy,
  { failures, last_at }: FailureRow,
  now: number,
): number | undefined {
  if (after === 0 || failures < after) return undefined;
  const until = last_at + Math.min(longest, first * 2 ** Math.min(failures - after, 50));
  return until > now ? until : undefined;
}

/** Whether a failure of then may still matter. */
export function isRecent({ longest }: LockoutPolicy, failedAt: number, now: number): boolean {
  return now - failedAt <= 2 * longest;
}

interface FailureRow {
  readonly failures: number;
  readonly last_at: number;
}

type Key = { device: number; source: string };

const findFailures = statement<Key, FailureRow>((q, p) =>
  q
    .selectFrom('failures')
    .select(['failures', 'last_at'])
    .where('device_id', '=', p('device'))
    .where('source', '=', p('source')),
);

const countFailure = statement<Key & { now: number; forgotten: number }, never>((q, p) =>
  q
    .insertInto('failures')
    .values({ device_id: p('device'), source: p('source'), failures: 1, last_at: p('now') })
    .onConflict((conflict) =>
      conflict.columns(['device_id', 'source']).doUpdateSet(({ eb, ref }) => ({
        failures: eb
          .case()
          .when('failures.last_at', '<', p('forgotten'))
          .then(1)
          .else(eb(ref('failures.failures'), '+', 1))
          .end(),
        last_at: ref('excluded.last_at'),
      })),
    ),
);

const noteTime = statement<{ device: number; now: number }, never>((q, p) =>
  q
    .updateTable('accounts')
    .set({ failed_at: p('now') })
    .where('device_id', '=', p('device')),
);

const deleteFailures = statement<Key, never>((q, p) =>
  q.deleteFrom('failures').where('device_id', '=', p('device')).where('source', '=', p('source')),
);

/**
 * Whether a place is locked out for a device.
 *
 * @returns until when, and after how many wrong credentials
 */
export async function findLockout(
  db: Queries,
  policy: LockoutPolicy,
  device: number,
  source: string,
  now: number,
): Promise<{ until: number; count: number } | undefined> {
  const row = await findFailures.first(db, { device, source });
  const until = row === undefined ? undefined : lockedUntil(policy, row, now);
  return row === undefined || until === undefined ? undefined : { until, count: row.failures };
}

/** Counts wrong credentials. */
export async function noteFailure(
  db: Queries,
  { longest }: LockoutPolicy,
  device: number,
  source: string,
  now: number,
): Promise<void> {
  await countFailure.run(db, { device, source, now, forgotten: now - 2 * longest });
  await noteTime.run(db, { device, now });
}

/** Forgets wrong credentials from a place, since right ones have come from there. */
export async function forgetFailures(db: Queries, device: number, source: string): Promise<void> {
  await deleteFailures.run(db, { device, source });
}

/** Failures that are shown of a device, the newest. */
const SHOWN = 20;

/** From where wrong credentials have come for a device, the newest first. */
export async function listFailures(
  db: Queries,
  policy: LockoutPolicy,
  device: number,
  now: number,
): Promise<Failures[]> {
  const rows = await db
    .selectFrom('failures')
    .select(['source', 'failures', 'last_at'])
    .where('device_id', '=', device)
    .where('last_at', '>=', now - 2 * policy.longest)
    .orderBy('last_at', 'desc')
    .limit(SHOWN)
    .execute();
  return rows.map((row) => ({
    source: row.source,
    count: row.failures,
    lastAt: row.last_at,
    lockedUntil: lockedUntil(policy, row, now) ?? null,
  }));
}

/** Forgets all wrong credentials of a device, so that nobody is locked out for it. */
export async function unlockDevice(db: Queries, device: number): Promise<void> {
  await db.deleteFrom('failures').where('device_id', '=', device).execute();
  await db.updateTable('accounts').set({ failed_at: null }).where('device_id', '=', device).execute();
}

/** Rows that one statement deletes at most. */
const BATCH = 1000;

/**
 * Deletes wrong credentials that do not matter any more; some of them per call.
 *
 * @returns whether there are more
 */
export async function trimFailures(db: Queries, policy: LockoutPolicy, now: number): Promise<boolean> {
  const old = await db
    .selectFrom('failures')
    .select(['device_id', 'source'])
    .where('last_at', '<', now - 2 * policy.longest)
    .orderBy('last_at')
    .limit(BATCH)
    .execute();
  for (const { device_id: device, source } of old) await deleteFailures.run(db, { device, source });
  return old.length === BATCH;
}
