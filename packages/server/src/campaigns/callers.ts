/** Which of a campaign's devices may be asked to call: those that would get it if they called now. */
import { type Callers, NOT_RUNNING } from '../notifications/index.ts';
import { isNotificationOutstanding, type Queries } from '../store/index.ts';
import { DEFAULT_ZONE, isOver } from './admission.ts';
import { type CampaignBook, type RunningCampaign, waveOf } from './book.ts';
import { devicesWithStanding } from './facts.ts';
import { backoffOf } from './plan.ts';

/** Devices that one look goes over at most. */
const LOOK = 20_000;

export function callersOf(book: CampaignBook): Callers {
  return {
    async next(db, campaignId, after, limit, now) {
      const campaign = book.find(campaignId);
      const room = campaign === undefined ? 0 : await roomFor(db, campaign, limit, now);
      if (campaign === undefined || room === 0) return undefined;
      const { ids, upTo } = candidates(campaign, after, room);
      if (upTo <= after) return undefined;
      return { devices: await askable(db, campaign, ids, now), upTo };
    },
  };
}

/** Devices in waves that are open. */
function candidates(
  campaign: RunningCampaign,
  after: number,
  limit: number,
): { ids: number[]; upTo: number } {
  const ids: number[] = [];
  let upTo = after;
  let looked = 0;
  for (const id of campaign.members?.idsAfter(after) ?? []) {
    if (ids.length === limit || looked++ === LOOK) break;
    if (waveOf(campaign, id) <= campaign.row.wave) ids.push(id);
    upTo = id;
  }
  return { ids, upTo };
}

/** How many may be asked at present. */
async function roomFor(
  db: Queries,
  { id, plan }: RunningCampaign,
  limit: number,
  now: number,
): Promise<number> {
  const paced = plan.rate === undefined ? limit : await takeTurns(db, id, plan.rate, limit, now);
  if (plan.concurrent === undefined) return paced;
  const asked = await db
    .selectFrom('notifications')
    .select('id')
    .where('campaign_id', '=', id)
    .where(isNotificationOutstanding)
    .limit(plan.concurrent)
    .execute();
  const begun = await db
    .selectFrom('outcomes')
    .select('device_id')
    .where('campaign_id', '=', id)
    .where('state', '=', 'begun')
    .limit(plan.concurrent)
    .execute();
  return Math.max(0, Math.min(paced, plan.concurrent - asked.length - begun.length));
}

const MINUTE = 60_000;

/** Devices that may be asked in the time that has passed since the last were. */
async function takeTurns(db: Queries, id: number, rate: number, limit: number, now: number): Promise<number> {
  const every = MINUTE / rate;
  const ahead = Math.max(1000, every);
  const row = await db.selectFrom('campaigns').select('asked_at').where('id', '=', id).executeTakeFirst();
  const at = row?.asked_at ?? 0;
  // What was not used is lost, and a clock that was put back holds up nobody.
  const from = at >= now - ahead && at <= now + ahead ? at : now - ahead;
  const turns = Math.min(limit, Math.floor((now - from) / every));
  if (turns < 1) return 0;
  await db
    .updateTable('campaigns')
    .set({ asked_at: Math.round(from + turns * every) })
    .where('id', '=', id)
    .execute();
  return turns;
}

/** Of these devices those that would get the campaign now, and are not asked already. */
async function askable(
  db: Queries,
  { id, plan, windows }: RunningCampaign,
  ids: readonly number[],
  now: number,
): Promise<{ id: number; devId: string }[]> {
  if (ids.length === 0) return [];
  const rows = await devicesWithStanding(db, id)
    .select([
      'devices.id',
      'devices.dev_id',
      'devices.time_zone as zone',
      'subscribers.time_zone as theirs',
      'outcomes.state as outcome',
      'outcomes.retry_at',
      'outcomes.attempts',
      'outcomes.at as since',
      'notifications.state as asked',
      'notifications.reason as why',
      'notifications.created_at as asked_at',
    ])
    .where('devices.id', 'in', ids)
    .orderBy('devices.id')
    .execute();
  return rows.flatMap((row) => {
    const { outcome, retry_at, attempts, asked, asked_at, since, why } = row;
    if (outcome !== null && outcome !== 'retrying') return [];
    if (outcome === 'retrying' && !isOver(retry_at ?? 0, backoffOf(plan, attempts ?? 1), now)) return [];
    const isTakenBack = asked === 'cancelled' && why === NOT_RUNNING;
    const hasFailedSince = outcome === 'retrying' && (asked_at ?? 0) < (since ?? 0);
    if (asked !== null && !isTakenBack && !hasFailedSince) return [];
    const zone = row.zone ?? row.theirs ?? plan.timeZone ?? DEFAULT_ZONE;
    if (windows !== undefined && !windows.at(zone, now).isOpen) return [];
    return [{ id: row.id, devId: row.dev_id }];
  });
}
