/** Claims notifications that are due, and decides what is to be done about each. */
import { InvalidInput } from '@grove/api';
import type { Reason } from '@grove/protocol';
import type { Address } from '@grove/push';
import { addressesOf } from '../addresses/index.ts';
import type { Audience } from '../reasons/index.ts';
import type { Queries, Store } from '../store/index.ts';
import { NOT_RUNNING } from './campaigns.ts';
import { type KeptWish, readWish, reasonFor } from './kept.ts';
import { type Attempt, isOutstanding } from './life.ts';
import { nextStep, waysTo } from './plan.ts';
import { happen } from './rows.ts';
import { type Stored, type StoredRow, storedOf } from './stored.ts';
import { type NotificationPolicy, type Settled, settled } from './wish.ts';

/** What the gateway is to be asked about a notification. Nobody else does so until the lease is over. */
export type Job =
  | { readonly kind: 'submit'; readonly stored: Stored; readonly attempt: Attempt; readonly content: Content }
  | { readonly kind: 'withdraw'; readonly stored: Stored; readonly attempts: readonly Attempt[] };

/** What a notification is made of. */
export interface Content {
  readonly wish: Settled;
  readonly serverID: string;
  /** Sealed. */
  readonly secret: string;
  /** Base64; null where the account has none. */
  readonly nonce: string | null;
  readonly reason: Reason | undefined;
}

/** What may be claimed. Times are milliseconds since the epoch. */
export interface Claim {
  readonly engine: Store['engine'];
  readonly now: number;
  /** Until when no other process does anything about it. */
  readonly lease: number;
  /** Notifications at most. */
  readonly limit: number;
}

async function claimDue(db: Queries, { engine, now, lease, limit }: Claim): Promise<StoredRow[]> {
  return db
    .updateTable('notifications')
    .set({ due_at: lease })
    .where('id', 'in', (query) =>
      query
        .selectFrom('notifications as due')
        .select('due.id')
        .where('due.due_at', '<=', now)
        .orderBy('due.due_at')
        .orderBy('due.id')
        .limit(limit)
        .$if(engine === 'postgres', (found) => found.forUpdate().skipLocked()),
    )
    .returningAll()
    .execute();
}

/** Whether there may be something to claim. */
export async function isAnyDue(db: Queries, now: number): Promise<boolean> {
  const due = await db
    .selectFrom('notifications')
    .select('id')
    .where('due_at', '<=', now)
    .limit(1)
    .executeTakeFirst();
  return due !== undefined;
}

/**
 * Claims what is due, and writes what follows without the gateway: that its time is over, that there is no way to the
 * device, that nothing is left to call for.
 *
 * @returns what the gateway is to be asked, and how many were claimed
 * @throws {NotificationChanged}
 */
export async function prepareDue(
  db: Queries,
  policy: NotificationPolicy,
  claim: Claim,
): Promise<{ jobs: Job[]; claimed: number }> {
  const rows = await claimDue(db, claim);
  if (rows.length === 0) return { jobs: [], claimed: 0 };
  const circumstances = await circumstancesOf(db, rows);
  const addresses = await addressesOf(db, [...new Set(rows.map(({ device_id }) => device_id))]);
  const jobs: Job[] = [];
  for (const row of rows) {
    const around = circumstances.get(row.id);
    if (around === undefined) continue;
    const job = await prepare(db, storedOf(row), around, {
      policy,
      addresses: addresses.get(row.device_id) ?? [],
      now: claim.now,
      lease: claim.lease,
    });
    if (job !== undefined) jobs.push(job);
  }
  return { jobs, claimed: rows.length };
}

/** What is around a notification. */
interface Circumstances {
  readonly id: number;
  readonly server_id: string;
  readonly server_auth: string;
  readonly server_secret: string | null;
  readonly server_nonce: string | null;
  readonly dev_id: string;
  readonly man: string | null;
  readonly mod: string | null;
  readonly swv: string | null;
  readonly lang: string | null;
  readonly live: string | null;
  readonly task_state: string | null;
  readonly campaign_state: string | null;
  readonly notify: string | null;
  readonly outcome: string | null;
  readonly waits: number | null;
}

async function circumstancesOf(db: Queries, rows: readonly StoredRow[]): Promise<Map<number, Circumstances>> {
  const found = await db
    .selectFrom('notifications')
    .innerJoin('devices', 'devices.id', 'notifications.device_id')
    .innerJoin('accounts', 'accounts.device_id', 'notifications.device_id')
    .leftJoin('sessions', (join) =>
      join.onRef('sessions.id', '=', 'devices.live_session').on('sessions.state', '=', 'open'),
    )
    .leftJoin('tasks', 'tasks.id', 'notifications.task_id')
    .leftJoin('campaigns', 'campaigns.id', 'notifications.campaign_id')
    .leftJoin('outcomes', (join) =>
      join
        .onRef('outcomes.campaign_id', '=', 'notifications.campaign_id')
        .onRef('outcomes.device_id', '=', 'notifications.device_id'),
    )
    .leftJoin('waits', (join) =>
      join
        .onRef('waits.campaign_id', '=', 'notifications.campaign_id')
        .onRef('waits.device_id', '=', 'notifications.device_id'),
    )
    .select([
      'notifications.id',
      'accounts.server_id',
      'accounts.server_auth',
      'accounts.server_secret',
      'accounts.server_nonce',
      'devices.dev_id',
      'devices.man',
      'devices.mod',
      'devices.swv',
      'devices.lang',
      'sessions.state as live',
      'tasks.state as task_state',
      'campaigns.state as campaign_state',
      'campaigns.notify',
      'outcomes.state as outcome',
      'waits.id as waits',
    ])
    .where(
      'notifications.id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  return new Map(found.map((each) => [each.id, each]));
}

/** Outcomes of a campaign that are none yet. */
const UNDER_WAY: readonly string[] = ['begun', 'retrying'];

/** Why the device need not call any more; undefined where it should. */
function whyNeedless({ taskId, campaignId }: Stored, around: Circumstances): string | undefined {
  if (taskId !== null) {
    const { task_state: state } = around;
    if (state === 'waiting') return 'the device has called, and its task waits for an alert';
    return state === 'pending' || state === 'running' ? undefined : `its task has ended (${state})`;
  }
  if (campaignId === null) return undefined;
  if (around.campaign_state !== 'running')
    return around.campaign_state === 'paused' ? NOT_RUNNING : 'its campaign has ended';
  if (around.outcome !== null && !UNDER_WAY.includes(around.outcome))
    return 'its campaign has ended on the device';
  return around.waits === null ? undefined : 'the device has called, and its campaign waits for an alert';
}

interface Deciding {
  readonly policy: NotificationPolicy;
  readonly addresses: readonly Address[];
  readonly now: number;
  readonly lease: number;
}

const UNPROVABLE =
  'its account has no server credentials, by which a notification could be proved; give it a password of the server';

async function prepare(
  db: Queries,
  claimed: Stored,
  around: Circumstances,
  { policy, addresses, now, lease }: Deciding,
): Promise<Job | undefined> {
  let stored = claimed;
  const needless = isOutstanding(stored) ? whyNeedless(stored, around) : undefined;
  if (needless !== undefined) stored = await happen(db, stored, { kind: 'cancelled', text: needless }, now);
  const kept = readWish(stored.wish ?? around.notify);
  const wish = settled(kept.wish, policy);
  if (isOutstanding(stored) && around.live !== null && now < stored.expiresAt) {
    // While it is in a session it may do there what it is to call for.
    await happen(db, stored, { kind: 'postponed', until: now + IN_SESSION }, now);
    return undefined;
  }
  const ways = waysTo(addresses, wish.bearers);
  for (;;) {
    const step = nextStep(stored, ways, policy, now);
    switch (step.kind) {
      case 'withdraw':
        if (step.attempts.length === 0) {
          await happen(db, stored, { kind: 'withdrawn', answers: new Map() }, now);
          return undefined;
        }
        // What has ended just now is due at once, for others as well.
        if (stored.dueAt !== lease)
          stored = await happen(db, stored, { kind: 'postponed', until: lease }, now);
        return { kind: 'withdraw', stored, attempts: step.attempts };
      case 'expire':
        stored = await happen(db, stored, { kind: 'expired', text: whyExpired(stored) }, now);
        break;
      case 'fail':
        stored = await happen(db, stored, { kind: 'failed', text: step.text }, now);
        break;
      case 'wait':
        await happen(db, stored, { kind: 'postponed', until: step.until }, now);
        return undefined;
      case 'begin':
      case 'submit again': {
        const { server_secret: secret, server_nonce: nonce } = around;
        if (around.server_auth === 'none' || secret === null) {
          stored = await happen(db, stored, { kind: 'failed', text: UNPROVABLE }, now);
          break;
        }
        const told = tellable(kept, audienceIn(around, addresses), stored.expiresAt);
        if ('problem' in told) {
          stored = await happen(db, stored, { kind: 'failed', text: told.problem }, now);
          break;
        }
        if (step.kind === 'begin') {
          const { address, bearer } = step;
          // Without a nonce of its own there is no other to make it with.
          const resync = step.resync || nonce === null;
          stored = await happen(db, stored, { kind: 'begun', address, bearer, resync, lease }, now);
        }
        const attempt = stored.attempts.at(-1);
        if (attempt === undefined) return undefined;
        const content = { wish, serverID: around.server_id, secret, nonce, reason: told.reason };
        return { kind: 'submit', stored, attempt, content };
      }
    }
  }
}

/** Milliseconds after which one looks again whose device is in a session. */
const IN_SESSION = 60_000;

function whyExpired({ state, attempts }: Stored): string {
  if (attempts.length === 0) return 'its time was over before it could be sent';
  return state === 'queued'
    ? 'its time was over before the gateway took it'
    : 'the device has not called before its time was over';
}

/** What the user is told, or why it cannot be told. */
function tellable(
  kept: KeptWish,
  audience: Audience,
  expiresAt: number,
): { reason: Reason | undefined } | { problem: string } {
  try {
    return { reason: reasonFor(kept, audience, expiresAt) };
  } catch (error) {
    if (error instanceof InvalidInput) return { problem: `its reason cannot be told: ${error.message}` };
    throw error;
  }
}

function audienceIn(
  { lang: language, dev_id: devId, man, mod, swv }: Circumstances,
  addresses: readonly Address[],
): Audience {
  const [msisdn = null] = addresses.flatMap((address) => (address.kind === 'plmn' ? [address.number] : []));
  return { language, device: { devId, man, mod, swv, msisdn } };
}
