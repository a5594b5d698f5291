/** Notifications of campaigns: made in batches, as fast as they are sent, and taken back when the campaign has ended. */
import {
  isCampaignNotifying,
  isCampaignRunning,
  isNotificationOutstanding,
  type Queries,
} from '../store/index.ts';
import { readWish } from './kept.ts';
import { insertNotifications } from './notification.ts';
import { happen } from './rows.ts';
import { storedOf } from './stored.ts';
import { type NotificationPolicy, settled, type Wish } from './wish.ts';

/** Why a notification is taken back whose campaign may go on: its device is asked again then. */
export const NOT_RUNNING = 'its campaign does not run at present';

/** Devices, or notifications, that one unit of work looks at. */
const BATCH = 200;

/** A campaign whose devices are to be asked to call, or not any more. */
export interface Notifying {
  readonly id: number;
  readonly isRunning: boolean;
  readonly wish: Wish;
  readonly upTo: number;
}

/** The campaigns about which there is something to do. */
export async function notifyingCampaigns(db: Queries): Promise<Notifying[]> {
  const rows = await db
    .selectFrom('campaigns')
    .select(['id', 'state', 'notify', 'notified_up_to'])
    .where(isCampaignNotifying)
    .where('state', 'not in', ['draft', 'awaiting-approval', 'scheduled'])
    .orderBy('id')
    .execute();
  return rows.map(({ id, state, notify, notified_up_to }) => ({
    id,
    isRunning: state === 'running',
    wish: readWish(notify).wish,
    upTo: notified_up_to,
  }));
}

/** Who of a campaign's devices may be asked to call at present. */
export interface Callers {
  /**
   * The next devices, by their ids.
   *
   * @param after only those above it
   * @param limit how many at most
   * @returns undefined when none of them is left; `upTo`: the device up to which all were looked at
   */
  next(
    db: Queries,
    campaignId: number,
    after: number,
    limit: number,
    now: number,
  ): Promise<{ devices: readonly { id: number; devId: string }[]; upTo: number } | undefined>;
}

export interface Means {
  readonly policy: NotificationPolicy;
  readonly callers: Callers;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
}

/**
 * Makes the next notifications of a running campaign.
 *
 * @returns whether there may be more
 */
export async function notifyNext(
  db: Queries,
  { id, wish, upTo }: Notifying,
  { policy, callers, random }: Means,
  now: number,
): Promise<boolean> {
  const next = await callers.next(db, id, upTo, BATCH, now);
  if (next === undefined) return false;
  const { expiresIn } = settled(wish, policy);
  const asked = next.devices.map(({ id: deviceId }) => deviceId);
  if (asked.length > 0) {
    // What asked them before is over: the campaign was paused meanwhile, or is tried again on them.
    await db
      .deleteFrom('notifications')
      .where('campaign_id', '=', id)
      .where('device_id', 'in', asked)
      .where((where) => where.not(isNotificationOutstanding))
      .execute();
    await insertNotifications(
      db,
      random,
      next.devices.map((device) => ({
        deviceId: device.id,
        devId: device.devId,
        taskId: null,
        campaignId: id,
        wish: null,
        expiresAt: now + expiresIn,
      })),
      now,
    );
  }
  if (next.upTo > upTo)
    await db
      .updateTable('campaigns')
      .set({ notified_up_to: next.upTo })
      .where('id', '=', id)
      .where('notified_up_to', '=', upTo)
      .where(isCampaignRunning)
      .execute();
  return next.upTo > upTo;
}

/**
 * Takes back notifications of a campaign that does not run any more, or not at present, some of them per call.
 *
 * @returns whether there were any
 * @throws {NotificationChanged}
 */
export async function withdrawNext(db: Queries, { id }: Notifying, now: number): Promise<boolean> {
  const rows = await db
    .selectFrom('notifications')
    .selectAll()
    .where('campaign_id', '=', id)
    .where(isNotificationOutstanding)
    .limit(BATCH)
    .execute();
  for (const row of rows) {
    await happen(db, storedOf(row), { kind: 'cancelled', text: NOT_RUNNING }, now);
  }
  if (rows.length < BATCH)
    await db.updateTable('campaigns').set({ notified_up_to: -1 }).where('id', '=', id).execute();
  return rows.length > 0;
}
