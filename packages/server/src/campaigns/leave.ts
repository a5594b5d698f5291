import { isInSet, loadSet } from '../sets/index.ts';
import { isCampaignActive, type Queries } from '../store/index.ts';
import { waveOf } from './book.ts';
import { recordChange } from './counts.ts';
import { findOutcome } from './facts.ts';
import { enlarge } from './members.ts';
import { FINAL } from './standing.ts';

/** Takes a device that is deleted out of the campaigns that are not over, so that none waits for it for ever. */
export async function leaveCampaigns(db: Queries, deviceId: number): Promise<void> {
  const campaigns = await db
    .selectFrom('campaigns')
    .select(['id', 'members'])
    .where(isCampaignActive)
    .where('members', 'is not', null)
    .execute();
  for (const { id, members } of campaigns) {
    if (members === null || !(await isInSet(db, members, deviceId))) continue;
    const outcome = await findOutcome(db, id, deviceId);
    if (outcome !== undefined && FINAL.includes(outcome.state)) continue;
    const wave = outcome?.wave ?? (await settledWave(db, id, deviceId));
    await enlarge(db, id, wave, -1);
    if (outcome !== undefined)
      await recordChange(db, {
        campaignId: id,
        deviceId,
        wave,
        was: outcome.state,
        outcome: null,
        reason: null,
      });
  }
}

async function settledWave(db: Queries, id: number, deviceId: number): Promise<number> {
  const rows = await db
    .selectFrom('campaign_waves')
    .select(['threshold', 'members'])
    .where('campaign_id', '=', id)
    .orderBy('n')
    .execute();
  const waves: Parameters<typeof waveOf>[0]['waves'][number][] = [];
  for (const { threshold, members } of rows)
    waves.push({ threshold, members: members === null ? undefined : await loadSet(db, members) });
  return waveOf({ id, waves }, deviceId);
}
