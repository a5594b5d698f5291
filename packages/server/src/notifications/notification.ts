/** Notifications as operators see them. */
import { Conflict, idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import { formatSessionID } from '@grove/protocol';
import { type Selectable, sql } from 'kysely';
import { recordEvents } from '../events/index.ts';
import {
  isNotificationOutstanding,
  type NotificationState,
  type NotificationTable,
  type Queries,
} from '../store/index.ts';
import { type KeptWish, readWish } from './kept.ts';
import { type AttemptState, isOutstanding } from './life.ts';
import { shownAddress } from './plan.ts';
import { happen } from './rows.ts';
import { chooseSessionID } from './session-id.ts';
import { pushIdOf, storedOf } from './stored.ts';
import { type NotificationPolicy, settled, type Wish } from './wish.ts';

/** One push of a notification. Times are milliseconds since the epoch. */
export interface NotificationAttempt {
  n: number;
  /** Its name towards the gateway. */
  pushId: string;
  /** A number, a SIP URI, … */
  address: string;
  /** The bearer that is insisted on; null = the gateway chooses. */
  bearer: string | null;
  /** Whether it is made with the resynchronisation nonce. */
  resync: boolean;
  state: AttemptState;
  /** What was last said of it. */
  text: string | null;
  /** How often the gateway was asked in vain to take it. */
  tries: number;
  beganAt: number;
  changedAt: number;
}

/** A device that is, or was, asked to call. Times are milliseconds since the epoch. */
export interface NotificationSummary {
  id: number;
  deviceId: number;
  devId: string;
  /** What it is to call for: one of the two, or neither. */
  taskId: number | null;
  campaignId: number | null;
  state: NotificationState;
  /** Why it is in this state, in a sentence. */
  reason: string | null;
  /** SessionID that the device is to use, as messages have it. */
  sessionID: string;
  /** Id of the session that began because of it. */
  sessionId: number | null;
  /** When the next thing is done about it; null = never. */
  dueAt: number | null;
  expiresAt: number;
  createdAt: number;
  changedAt: number;
}

export interface Notification extends NotificationSummary {
  /** How the device is asked. */
  wish: Wish;
  attempts: NotificationAttempt[];
}

/** Which notifications; all of what is given must hold. */
export interface NotificationFilter {
  deviceId?: number | undefined;
  taskId?: number | undefined;
  campaignId?: number | undefined;
  state?: NotificationState | undefined;
}

/** What a device is to call for. */
export interface Cause {
  readonly taskId?: number;
  readonly campaignId?: number;
}

export interface Means {
  readonly policy: NotificationPolicy;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
}

/** Notifications of one device that may be outstanding when another one is asked for: as many as Grove's phone keeps. */
const MAX_OUTSTANDING = 10;
/** For so long a SessionID is not given to the same device again: devices take the second for the first. */
const SAME_SESSION = 7 * 24 * 60 * 60 * 1000;
const TOKEN_BYTES = 8;

/**
 * Asks a device to call. It is pushed as soon as the notifier comes to it.
 *
 * @throws {Conflict} when too many are outstanding for the device
 */
export async function createNotification(
  db: Queries,
  { policy, random }: Means,
  deviceId: number,
  kept: KeptWish,
  cause: Cause,
  now: number,
): Promise<Notification> {
  const outstanding = await db
    .selectFrom('notifications')
    .select(sql<number>`count(*)`.as('count'))
    .where('device_id', '=', deviceId)
    .where(isNotificationOutstanding)
    .executeTakeFirstOrThrow();
  if (Number(outstanding.count) >= MAX_OUTSTANDING) {
    throw new Conflict(
      `device ${deviceId} has ${MAX_OUTSTANDING} notifications outstanding; wait for it to call, or cancel some of them`,
    );
  }
  const { dev_id: devId } = await db
    .selectFrom('devices')
    .select('dev_id')
    .where('id', '=', deviceId)
    .executeTakeFirstOrThrow();
  const { expiresIn } = settled(kept.wish, policy);
  const [row] = await insertNotifications(
    db,
    random,
    [
      {
        deviceId,
        devId,
        taskId: cause.taskId ?? null,
        campaignId: null,
        wish: kept,
        expiresAt: now + expiresIn,
      },
    ],
    now,
  );
  if (row === undefined) throw new Error('the notification was not stored');
  return showNotification(db, row);
}

export interface NewNotification {
  readonly deviceId: number;
  readonly devId: string;
  readonly taskId: number | null;
  readonly campaignId: number | null;
  /** Null where the campaign has it. */
  readonly wish: KeptWish | null;
  readonly expiresAt: number;
}

/** Stores notifications, of different devices, and logs it. @returns their ids, without those that a campaign has had already */
export async function insertNotifications(
  db: Queries,
  random: (bytes: number) => Uint8Array,
  news: readonly NewNotification[],
  now: number,
): Promise<number[]> {
  const taken = await takenSessionIDs(
    db,
    news.map(({ deviceId }) => deviceId),
    now,
  );
  const rows = await db
    .insertInto('notifications')
    .values(
      news.map(({ deviceId, taskId, campaignId, wish, expiresAt }) => ({
        device_id: deviceId,
        task_id: taskId,
        campaign_id: campaignId,
        state: 'queued' as const,
        reason: null,
        session_id: chooseSessionID(random, taken.get(deviceId) ?? new Set()),
        session_row: null,
        token: Buffer.from(random(TOKEN_BYTES)).toString('hex'),
        wish: wish === null ? null : JSON.stringify(wish),
        attempts: '[]',
        due_at: now,
        expires_at: expiresAt,
        version: 1,
        created_at: now,
        changed_at: now,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['campaign_id', 'device_id']).where('campaign_id', 'is not', null).doNothing(),
    )
    .returning(['id', 'device_id'])
    .execute();
  const made = new Map(rows.map(({ id, device_id }) => [device_id, id]));
  await recordEvents(
    db,
    news.flatMap(({ deviceId, devId, taskId, campaignId }) => {
      const id = made.get(deviceId);
      if (id === undefined) return [];
      const about = { notificationId: id, taskId: taskId ?? undefined, campaignId: campaignId ?? undefined };
      const text = `Notification ${id} was made: the device is to be asked to call.`;
      return [{ type: 'notification.queued' as const, at: now, text, deviceId, devId, ...about }];
    }),
  );
  return rows.map(({ id }) => id);
}

async function takenSessionIDs(
  db: Queries,
  deviceIds: readonly number[],
  now: number,
): Promise<Map<number, Set<number>>> {
  const rows = await db
    .selectFrom('notifications')
    .select(['device_id', 'session_id'])
    .where('device_id', 'in', deviceIds)
    .where((where) => where.or([isNotificationOutstanding, where('created_at', '>', now - SAME_SESSION)]))
    .execute();
  const taken = new Map<number, Set<number>>();
  for (const { device_id, session_id } of rows) {
    const ids = taken.get(device_id) ?? new Set();
    taken.set(device_id, ids.add(session_id));
  }
  return taken;
}

type SummaryRow = Omit<Selectable<NotificationTable>, 'wish' | 'attempts' | 'token' | 'version'> & {
  dev_id: string;
};

const SUMMARY = [
  'notifications.id',
  'notifications.device_id',
  'devices.dev_id',
  'notifications.task_id',
  'notifications.campaign_id',
  'notifications.state',
  'notifications.reason',
  'notifications.session_id',
  'notifications.session_row',
  'notifications.due_at',
  'notifications.expires_at',
  'notifications.created_at',
  'notifications.changed_at',
] as const;

function summaryOf(row: SummaryRow): NotificationSummary {
  return {
    id: row.id,
    deviceId: row.device_id,
    devId: row.dev_id,
    taskId: row.task_id,
    campaignId: row.campaign_id,
    state: row.state,
    reason: row.reason,
    sessionID: formatSessionID(row.session_id),
    sessionId: row.session_row,
    dueAt: row.due_at,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    changedAt: row.changed_at,
  };
}

/** Notifications, the newest first. */
export async function listNotifications(
  db: Queries,
  filter: NotificationFilter,
  page: PageRequest,
): Promise<Page<NotificationSummary>> {
  const before = idAfter(page);
  const { deviceId, taskId, campaignId, state } = filter;
  const rows = await db
    .selectFrom('notifications')
    .innerJoin('devices', 'devices.id', 'notifications.device_id')
    .select(SUMMARY)
    .$if(deviceId !== undefined, (query) => query.where('notifications.device_id', '=', deviceId as number))
    .$if(taskId !== undefined, (query) => query.where('notifications.task_id', '=', taskId as number))
    .$if(campaignId !== undefined, (query) =>
      query.where('notifications.campaign_id', '=', campaignId as number),
    )
    .$if(state !== undefined, (query) => query.where('notifications.state', '=', state as NotificationState))
    .$if(before !== undefined, (query) => query.where('notifications.id', '<', before as number))
    .orderBy('notifications.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows.map(summaryOf), page.limit, ({ id }) => id);
}

/** @throws {NotFound} */
export async function showNotification(db: Queries, id: number): Promise<Notification> {
  const row = await db
    .selectFrom('notifications')
    .innerJoin('devices', 'devices.id', 'notifications.device_id')
    .leftJoin('campaigns', 'campaigns.id', 'notifications.campaign_id')
    .selectAll('notifications')
    .select(['devices.dev_id', 'campaigns.notify'])
    .where('notifications.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('notification', id);
  const stored = storedOf(row);
  return {
    ...summaryOf(row),
    wish: readWish(row.wish ?? row.notify).wish,
    attempts: stored.attempts.map(({ address, ...attempt }) => ({
      ...attempt,
      pushId: pushIdOf(stored, attempt.n),
      address: shownAddress(address),
    })),
  };
}

/**
 * Takes the wish back that a device calls: nothing more is sent, and the gateway is told to leave what it has. The work
 * that it was to call for stays.
 *
 * @throws {NotFound}
 * @throws {Conflict} when it is over
 * @throws {NotificationChanged}
 */
export async function cancelNotification(db: Queries, id: number, now: number): Promise<Notification> {
  const row = await db.selectFrom('notifications').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new NotFound('notification', id);
  const stored = storedOf(row);
  if (!isOutstanding(stored)) {
    throw new Conflict(`notification ${id} cannot be cancelled: it is over already (${stored.state})`);
  }
  await happen(db, stored, { kind: 'cancelled', text: 'it was cancelled' }, now);
  return showNotification(db, id);
}

/**
 * Takes back the wish that a device calls for a task.
 *
 * @throws {NotificationChanged}
 */
export async function cancelNotificationsOf(
  db: Queries,
  taskId: number,
  text: string,
  now: number,
): Promise<void> {
  const rows = await db
    .selectFrom('notifications')
    .selectAll()
    .where('task_id', '=', taskId)
    .where(isNotificationOutstanding)
    .execute();
  for (const row of rows) await happen(db, storedOf(row), { kind: 'cancelled', text }, now);
}

/** Counts by state. */
export type NotificationCounts = Record<NotificationState, number>;

export const NO_NOTIFICATIONS: NotificationCounts = {
  queued: 0,
  submitted: 0,
  sent: 0,
  delivered: 0,
  opened: 0,
  refused: 0,
  expired: 0,
  failed: 0,
  cancelled: 0,
};

/** Counts a campaign's notifications. Cost grows with their number, so this is not for lists. */
export async function countNotifications(db: Queries, campaignId: number): Promise<NotificationCounts> {
  const rows = await db
    .selectFrom('notifications')
    .select(['state', sql<number>`count(*)`.as('count')])
    .where('campaign_id', '=', campaignId)
    .groupBy('state')
    .execute();
  return {
    ...NO_NOTIFICATIONS,
    ...Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)])),
  };
}
