import { recordEvent } from '../events/index.ts';
import type { Queries } from '../store/index.ts';
import { isCampaignRunning } from '../store/index.ts';

/** Devices that one call looks at. */
const BATCH = 2000;

/** Ids of the campaigns that run. */
export async function runningCampaigns(db: Queries): Promise<number[]> {
  const rows = await db.selectFrom('campaigns').select('id').where(isCampaignRunning).orderBy('id').execute();
  return rows.map(({ id }) => id);
}

/** How far the devices of a campaign were looked through. */
export interface Reach {
  /** Every device up to this id has an outcome. */
  reached: number;
  /** `open` when the next device has none, `more` when there are devices to look at, `all` at the end. */
  found: 'open' | 'more' | 'all';
}

/**
 * Looks whether devices have an outcome, some of them per call. Outcomes stay, so that the next look
 * begins where this one ended.
 *
 * @param from id of the device after which to begin; every one up to it has an outcome
 */
export async function campaignReach(db: Queries, campaignId: number, from: number): Promise<Reach> {
  const devices = await db
    .selectFrom('devices')
    .leftJoin('outcomes', (join) =>
      join.onRef('outcomes.device_id', '=', 'devices.id').on('outcomes.campaign_id', '=', campaignId),
    )
    .select(['devices.id', 'outcomes.campaign_id as campaign'])
    .where('devices.id', '>', from)
    .orderBy('devices.id')
    .limit(BATCH)
    .execute();
  let reached = from;
  for (const { id, campaign } of devices) {
    if (campaign === null) return { reached, found: 'open' };
    reached = id;
  }
  return { reached, found: devices.length < BATCH ? 'all' : 'more' };
}

/** Ends a campaign that has reached every device; one without any outcome goes on. */
export async function finishCampaign(db: Queries, campaignId: number, now: number): Promise<void> {
  const finished = await db
    .updateTable('campaigns')
    .set({ state: 'finished', finished_at: now })
    .where('id', '=', campaignId)
    .where(isCampaignRunning)
    .where(({ exists, selectFrom }) => exists(selectFrom('devices').select('devices.id')))
    .returning('name')
    .executeTakeFirst();
  if (finished === undefined) return;
  await recordEvent(db, {
    type: 'campaign.finished',
    at: now,
    text: `Campaign ${campaignId} (${finished.name}) has an outcome on every device.`,
    campaignId,
    data: { name: finished.name },
  });
}
