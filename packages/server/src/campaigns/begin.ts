/** Begins a campaign whose time has come: its devices and waves are settled, then the first wave is open. */
import { createSet } from '../sets/index.ts';
import type { Queries, Store } from '../store/index.ts';
import { type SettledWave, settleWaves } from './members.ts';
import { type CampaignRow, type Done, tryMove, turnPage } from './move.ts';
import type { Plan } from './plan.ts';
import { type KeptTarget, settle } from './target.ts';

/**
 * Begins a campaign, or settles the devices of one that an older Grove began. Nothing is changed where somebody else was
 * faster.
 *
 * @returns whether it was done
 */
export async function beginCampaign(store: Store, row: CampaignRow, done: Done): Promise<boolean> {
  const plan = JSON.parse(row.plan) as Plan;
  const members = await settle(store, JSON.parse(row.target) as KeptTarget, done.now);
  const waves = await settleWaves(store, row.id, members, plan, done.now);
  return store.transaction(async (db) => {
    const set = await createSet(db, members, done.now);
    const change = { members: set, devices: members.size };
    if (row.state === 'running') {
      const settled = await db
        .updateTable('campaigns')
        .set(change)
        .where('id', '=', row.id)
        .where('members', 'is', null)
        .returning('id')
        .executeTakeFirst();
      if (settled === undefined) return false;
      await turnPage(db);
    } else {
      const first = { wave: 0, wave_at: done.now, started_at: done.now };
      if ((await tryMove(db, row.id, 'begin', done, { ...change, ...first })) === undefined) return false;
    }
    await keepWaves(db, row.id, waves, done.now);
    return true;
  });
}

async function keepWaves(
  db: Queries,
  campaignId: number,
  waves: readonly SettledWave[],
  now: number,
): Promise<void> {
  await db.deleteFrom('campaign_waves').where('campaign_id', '=', campaignId).execute();
  for (const [n, { threshold, members, devices }] of waves.entries()) {
    await db
      .insertInto('campaign_waves')
      .values({
        campaign_id: campaignId,
        n,
        threshold,
        members: members === undefined ? null : await createSet(db, members, now),
        devices,
        opened_at: n === 0 ? now : null,
      })
      .execute();
  }
}
