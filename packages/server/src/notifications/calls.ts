/** What the sessions of a device mean for the notifications that ask it to call. */
import { NOTIFICATION_ALERT } from '@grove/protocol';
import { type DeviceAlert, type Effects, isSame } from '../session/index.ts';
import type { WorkRef, WorkResult } from '../steps/index.ts';
import { isNotificationOutstanding, type Queries, statement } from '../store/index.ts';
import type { WorkSources } from '../work/index.ts';
import { readWish } from './kept.ts';
import { isOutstanding } from './life.ts';
import { happen } from './rows.ts';
import { namesSession } from './session-id.ts';
import { type Stored, type StoredRow, storedOf } from './stored.ts';
import { onRefusalOf } from './wish.ts';

/** Notifications of one device that are looked at: more than it ever has, as campaigns make one each. */
const MAX_READ = 100;

const outstanding = statement<{ deviceId: number; limit: number }, StoredRow>((q, p) =>
  q
    .selectFrom('notifications')
    .selectAll()
    .where('device_id', '=', p('deviceId'))
    .where(isNotificationOutstanding)
    .limit(p('limit')),
);

/** The outstanding notifications of a device, the oldest first. */
export async function outstandingOf(db: Queries, deviceId: number): Promise<Stored[]> {
  const rows = await outstanding.all(db, { deviceId, limit: MAX_READ });
  return rows.map(storedOf).sort((a, b) => a.id - b.id);
}

/**
 * Whether a session may begin with the resynchronisation nonce: while a notification is outstanding that was made with it and
 * asks for this very session. Digests over that nonce are always the same, so that whoever has listened to one could
 * repeat it, over any connection: once a device has shown one where others may listen, it is challenged until it gets
 * another password.
 *
 * @param shownAt when the device has shown one where others might have listened; null = never
 */
export function mayResync(asked: readonly Stored[], sessionID: string, shownAt: number | null): boolean {
  if (shownAt !== null) return false;
  return asked.some(
    ({ attempts, sessionID: own }) =>
      attempts.some(({ resync, state }) => resync && state !== 'failed' && state !== 'cancelled') &&
      namesSession(sessionID, own),
  );
}

/** What a device says about a notification that led to no session. */
interface Refusal {
  readonly sessionID: string;
  readonly outcome: keyof typeof OUTCOMES;
}

const OUTCOMES = {
  refused: 'refused by the user',
  unaskable: 'the device has nobody who could be asked',
  expired: 'the device has let it expire',
} as const;

function refusalsIn(alerts: readonly DeviceAlert[]): Refusal[] {
  return alerts.flatMap(({ type, data }) => {
    if (type?.toLowerCase() !== NOTIFICATION_ALERT || data === null) return [];
    const refusal = readRefusal(data);
    return refusal === undefined ? [] : [refusal];
  });
}

function readRefusal(data: string): Refusal | undefined {
  let said: unknown;
  try {
    said = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (typeof said !== 'object' || said === null) return undefined;
  const { sessionID, outcome }: { sessionID?: unknown; outcome?: unknown } = said;
  if (typeof sessionID !== 'string' || typeof outcome !== 'string') return undefined;
  return isOutcome(outcome) ? { sessionID, outcome } : undefined;
}

function isOutcome(name: string): name is Refusal['outcome'] {
  return Object.hasOwn(OUTCOMES, name);
}

/** A notification that a device has told the end of. */
interface Told {
  readonly stored: Stored;
  readonly outcome: Refusal['outcome'];
  /** The work that is not to be done because of it. */
  readonly work: WorkRef | undefined;
}

/** What a message says of the notifications of its device, as far as it has to be known before it is answered. */
export interface Heard {
  readonly told: readonly Told[];
  /** Work that the user does not want: it fails unless it was begun before. */
  readonly refused: readonly WorkRef[];
}

const NOTHING: Heard = { told: [], refused: [] };

/** Reads what a message says of notifications. */
export async function hearRefusals(
  db: Queries,
  deviceId: number,
  { alerts }: Pick<Effects, 'alerts'>,
): Promise<Heard> {
  const refusals = refusalsIn(alerts);
  if (refusals.length === 0) return NOTHING;
  const rows = await db
    .selectFrom('notifications')
    .leftJoin('campaigns', 'campaigns.id', 'notifications.campaign_id')
    .selectAll('notifications')
    .select('campaigns.notify')
    .where('notifications.device_id', '=', deviceId)
    .orderBy('notifications.id', 'desc')
    .limit(MAX_READ)
    .execute();
  const told: Told[] = [];
  for (const { sessionID, outcome } of refusals) {
    const row = rows.find(({ session_id }) => namesSession(sessionID, session_id));
    if (row === undefined || told.some(({ stored }) => stored.id === row.id)) continue;
    const stored = storedOf(row);
    const { wish } = readWish(row.wish ?? row.notify);
    const isRefused = outcome !== 'expired' && (isOutstanding(stored) || stored.state === 'expired');
    const work = isRefused && onRefusalOf(wish) === 'fail' ? causeOf(stored) : undefined;
    told.push({ stored, outcome, work });
  }
  return { told, refused: told.flatMap(({ work }) => work ?? []) };
}

function causeOf({ taskId, campaignId }: Stored): WorkRef | undefined {
  if (taskId !== null) return { kind: 'task', id: taskId };
  return campaignId === null ? undefined : { kind: 'campaign', id: campaignId };
}

/** A message of a device, once it is known how it is answered. */
export interface Call {
  readonly deviceId: number;
  /** The session's row, and its SessionID. */
  readonly session: number;
  readonly sessionID: string;
  readonly asked: readonly Stored[];
  readonly heard: Heard;
  readonly effects: Effects;
  /** Work that was begun before this message, or goes on in this session. */
  readonly begun: readonly WorkRef[];
  readonly sources: WorkSources;
  readonly now: number;
}

/**
 * Writes what a message means for notifications: the session that one asked for has begun, its user has refused it, or it is
 * not needed any more since the device has come by itself.
 *
 * @returns the work that has failed because its user refused
 * @throws {NotificationChanged} when one is not as it was read
 */
export async function recordCall(db: Queries, call: Call): Promise<WorkRef[]> {
  const { asked, heard, effects, session, now } = call;
  const failed: WorkRef[] = [];
  for (const { stored, outcome, work } of heard.told) {
    const text = OUTCOMES[outcome];
    const kind = outcome === 'expired' ? 'expired' : 'refused';
    const latest = await happen(db, stored, { kind, text, sessionRow: session }, now);
    if (latest !== stored && work !== undefined && (await refuseWork(db, call, work, outcome)))
      failed.push(work);
  }
  const left = asked.filter(({ id }) => !heard.told.some(({ stored }) => stored.id === id));
  const named = effects.authenticated
    ? left.filter((stored) => namesSession(call.sessionID, stored.sessionID))
    : [];
  // Devices that choose their own SessionIDs say by the alert alone that they were asked.
  const isUnnamed = effects.authenticated && effects.serverInitiated && named.length === 0;
  for (const stored of left) {
    if (named.includes(stored)) await open(db, call, stored, 'the session has begun');
    else if (isUnnamed && stored.state !== 'queued')
      await open(
        db,
        call,
        stored,
        `the device says that it was asked, in a session ${call.sessionID} of its own`,
      );
    else if (isServed(call, stored)) {
      const text = `the device has called by itself, in session ${call.sessionID}`;
      await happen(db, stored, { kind: 'cancelled', text }, now);
    }
  }
  return failed;
}

async function open(db: Queries, { session, now }: Call, stored: Stored, text: string): Promise<void> {
  await happen(db, stored, { kind: 'opened', text, sessionRow: session }, now);
}

/** Whether a session does what a device was to call for. */
function isServed({ effects }: Call, stored: Stored): boolean {
  const cause = causeOf(stored);
  if (cause === undefined) return effects.authenticated;
  const served = [...effects.started, ...effects.finished.map(({ work }) => work)];
  return served.some((work) => isSame(work, cause));
}

/** Ends work that its user does not want. What was begun goes on, with the consent of then. */
async function refuseWork(
  db: Queries,
  call: Call,
  work: WorkRef,
  outcome: Refusal['outcome'],
): Promise<boolean> {
  const { deviceId, session, effects, begun, sources, now } = call;
  const touched = [...begun, ...effects.started, ...effects.parked.map(({ work: parked }) => parked)];
  if (touched.some((each) => isSame(each, work))) return false;
  const declined = outcome === 'refused';
  const result: WorkResult = { state: 'failed', results: [], reason: OUTCOMES[outcome], declined };
  await sources.finish(db, work, deviceId, session, result, now);
  return true;
}
