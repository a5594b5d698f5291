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

/** Devices, or notifications, that one unit of work looks at. */
const BATCH = 200;

/**
 * How long a unit of work may take in which a device is registered. One whose unit began before that of another may
 * appear after it, so that what lies behind such young ones is not taken for done.
 */
const SETTLING = 15_000;

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
    .where((where) =>
      where.or([
        where('state', '<>', 'running'),
        where.exists(
          where
            .selectFrom('devices')
            .select('devices.id')
            .whereRef('devices.id', '>', 'campaigns.notified_up_to'),
        ),
      ]),
    )
    .orderBy('id')
    .execute();
  return rows.map(({ id, state, notify, notified_up_to }) => ({
    id,
    isRunning: state === 'running',
    wish: readWish(notify).wish,
    upTo: notified_up_to,
  }));
}

export interface Means {
  readonly policy: NotificationPolicy;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
}

/**
 * Makes the next notifications of a running campaign, for devices on which it has not ended, those registered since
 * included.
 *
 * @returns whether there may be more
 */
export async function notifyNext(
  db: Queries,
  { id, wish, upTo }: Notifying,
  { policy, random }: Means,
  now: number,
): Promise<boolean> {
  const devices = await db
    .selectFrom('devices')
    .leftJoin('outcomes', (join) =>
      join.onRef('outcomes.device_id', '=', 'devices.id').on('outcomes.campaign_id', '=', id),
    )
    .leftJoin('notifications', (join) =>
      join.onRef('notifications.device_id', '=', 'devices.id').on('notifications.campaign_id', '=', id),
    )
    .select(['devices.id', 'devices.dev_id', 'devices.created_at', 'outcomes.device_id as outcome'])
    .where('devices.id', '>', upTo)
    .where('notifications.id', 'is', null)
    .orderBy('devices.id')
    .limit(BATCH)
    .execute();
  if (devices.length === 0) return false;
  const { expiresIn } = settled(wish, policy);
  const asked = devices.filter(({ outcome }) => outcome === null);
  const made =
    asked.length === 0
      ? []
      : await insertNotifications(
          db,
          random,
          asked.map((device) => ({
            deviceId: device.id,
            devId: device.dev_id,
            taskId: null,
            campaignId: id,
            wish: null,
            expiresAt: now + expiresIn,
          })),
          now,
        );
  const young = devices.findIndex(({ created_at }) => created_at > now - SETTLING);
  const reached = devices[young === -1 ? devices.length - 1 : young - 1];
  if (reached !== undefined) {
    await db
      .updateTable('campaigns')
      .set({ notified_up_to: reached.id })
      .where('id', '=', id)
      .where('notified_up_to', '<', reached.id)
      .where(isCampaignRunning)
      .execute();
  }
  return made.length > 0 || reached !== undefined;
}

/**
 * Takes back notifications of a campaign that has ended, some of them per call.
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
    await happen(db, storedOf(row), { kind: 'cancelled', text: 'its campaign has ended' }, now);
  }
  if (rows.length < BATCH)
    await db.updateTable('campaigns').set({ notified_up_to: -1 }).where('id', '=', id).execute();
  return rows.length > 0;
}
