/** What the database knows of a device in campaigns. */

import { type OutcomeTable, type Params, type Queries, statement } from '../store/index.ts';
import { targetsHold } from '../targets/index.ts';
import type { Facts } from './admission.ts';
import type { RunningCampaign } from './book.ts';
import { backoffOf } from './plan.ts';

export type OutcomeRow = Pick<
  OutcomeTable,
  'state' | 'wave' | 'attempts' | 'retry_at' | 'reason' | 'at' | 'session_id' | 'begun_at'
>;

const outcomeOf = statement<{ campaign: number; device: number }, OutcomeRow>((q, p) =>
  q
    .selectFrom('outcomes')
    .select(['state', 'wave', 'attempts', 'retry_at', 'reason', 'at', 'session_id', 'begun_at'])
    .where('campaign_id', '=', p('campaign'))
    .where('device_id', '=', p('device')),
);

/** The row of a device in a campaign, once it has begun. */
export function findOutcome(
  db: Queries,
  campaignId: number,
  deviceId: number,
): Promise<OutcomeRow | undefined> {
  return outcomeOf.first(db, { campaign: campaignId, device: deviceId });
}

/** Whose a device is, as far as campaigns ask. */
export interface Circumstances {
  readonly language: string | null;
  readonly zone: string | null;
}

const circumstances = statement<
  { device: number },
  { lang: string | null; zone: string | null; theirs: string | null; spoken: string | null }
>((q, p) =>
  q
    .selectFrom('devices')
    .leftJoin('subscriber_devices', (join) =>
      join
        .onRef('subscriber_devices.device_id', '=', 'devices.id')
        .on('subscriber_devices.to_at', 'is', null),
    )
    .leftJoin('subscribers', 'subscribers.id', 'subscriber_devices.subscriber_id')
    .select([
      'devices.lang',
      'devices.time_zone as zone',
      'subscribers.time_zone as theirs',
      'subscribers.lang as spoken',
    ])
    .where('devices.id', '=', p('device')),
);

/** The language and the time zone of a device: its own, else its subscriber's. */
export async function circumstancesOf(db: Queries, deviceId: number): Promise<Circumstances> {
  const row = await circumstances.first(db, { device: deviceId });
  return { language: row?.lang ?? row?.spoken ?? null, zone: row?.zone ?? row?.theirs ?? null };
}

/** Devices, each with its row of outcomes in a campaign and its notification for it, if any, and whose it is. */
export function devicesWithStanding(db: Queries, campaignId: number) {
  return db
    .selectFrom('devices')
    .leftJoin('outcomes', (join) =>
      join.onRef('outcomes.device_id', '=', 'devices.id').on('outcomes.campaign_id', '=', campaignId),
    )
    .leftJoin('notifications', (join) =>
      join
        .onRef('notifications.device_id', '=', 'devices.id')
        .on('notifications.campaign_id', '=', campaignId),
    )
    .leftJoin('subscriber_devices', (join) =>
      join
        .onRef('subscriber_devices.device_id', '=', 'devices.id')
        .on('subscriber_devices.to_at', 'is', null),
    )
    .leftJoin('subscribers', 'subscribers.id', 'subscriber_devices.subscriber_id');
}

/** Milliseconds after which a device that has not ended a campaign is taken not to be in a session any more. */
const VANISHED = 15 * 60_000;

const begunOnes = statement((q, p: Params<{ campaign: number; since: number; most: number }>) =>
  q
    .selectFrom('outcomes')
    .select('device_id')
    .where('campaign_id', '=', p('campaign'))
    .where('state', '=', 'begun')
    .where('begun_at', '>', p('since'))
    .limit(p('most')),
);

/** What a unit of work, or a reader, knows of a device. */
export function factsOf(
  db: Queries,
  campaign: RunningCampaign,
  deviceId: number,
  now: number,
  /** Asked once for a device, whatever campaigns ask. */
  around: () => Promise<Circumstances>,
  permit: () => boolean,
): Facts {
  return {
    deviceId,
    async outcome() {
      const row = await findOutcome(db, campaign.id, deviceId);
      if (row === undefined) return undefined;
      return { state: row.state, retryAt: row.retry_at, delay: backoffOf(campaign.plan, row.attempts) };
    },
    joins: async () =>
      campaign.joining !== undefined &&
      (await targetsHold(db, deviceId, [campaign.joining], now))[0] === true,
    zone: async () => (await around()).zone,
    inHand: async (most) =>
      (await begunOnes.all(db, { campaign: campaign.id, since: now - VANISHED, most })).length,
    permit,
  };
}
