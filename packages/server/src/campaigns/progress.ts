/** How far campaigns have come: counts with waves, and what is decided by them. */
import type { Queries } from '../store/index.ts';
import { countsOf } from './counts.ts';
import type { CampaignRow } from './move.ts';
import type { Plan } from './plan.ts';
import { type Baseline, NO_COUNTS, type Standing, type WaveStanding } from './standing.ts';

/** The waves of a campaign, with their counts; none until it has begun. */
export async function wavesOf(db: Queries, campaignId: number): Promise<WaveStanding[]> {
  const rows = await db
    .selectFrom('campaign_waves')
    .select(['n', 'devices', 'opened_at'])
    .where('campaign_id', '=', campaignId)
    .orderBy('n')
    .execute();
  const counts = (await countsOf(db, [campaignId])).get(campaignId);
  return rows.map(({ n, devices, opened_at }) => ({
    devices,
    openedAt: opened_at,
    counts: counts?.get(n) ?? NO_COUNTS,
  }));
}

export async function standingOf(db: Queries, row: CampaignRow, now: number): Promise<Standing> {
  return {
    plan: JSON.parse(row.plan) as Plan,
    wave: row.wave,
    waves: await wavesOf(db, row.id),
    baseline: row.baseline === null ? [] : (JSON.parse(row.baseline) as Baseline[]),
    dynamic: row.dynamic === 1,
    endBy: row.end_by,
    now,
  };
}
