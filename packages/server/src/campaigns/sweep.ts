/** Lets devices join a dynamic campaign that have come to match since it began, without waiting for them to call. */
import { addToSet, Bitmap, loadSet } from '../sets/index.ts';
import type { Store } from '../store/index.ts';
import { isOver } from './admission.ts';
import { waveOf } from './book.ts';
import { enlarge, slicesOf } from './members.ts';
import { type CampaignRow, turnPage } from './move.ts';
import { type KeptTarget, settle } from './target.ts';

/** Milliseconds between two looks: so many at least, at most, and for each that a look has taken. */
const PAUSE = { least: 1000, most: 10 * 60_000, times: 20 };

/** @returns whether any device has joined */
export async function sweep(store: Store, row: CampaignRow, now: number): Promise<boolean> {
  const { id, members: set } = row;
  if (set === null || !isOver(row.sweep_at, PAUSE.most, now)) return false;
  const begun = performance.now();
  const found = await settle(store, JSON.parse(row.target) as KeptTarget, now);
  const members = await loadSet(store.reader, set);
  const parts: Parameters<typeof waveOf>[0]['waves'][number][] = [];
  const waves = await store.reader
    .selectFrom('campaign_waves')
    .select(['threshold', 'members'])
    .where('campaign_id', '=', id)
    .orderBy('n')
    .execute();
  for (const { threshold, members: part } of waves)
    parts.push({ threshold, members: part === null ? undefined : await loadSet(store.reader, part) });
  const byWave = new Map<number, Bitmap>();
  for await (const slice of slicesOf(found))
    for (const device of slice) {
      if (members.has(device)) continue;
      const wave = waveOf({ id, waves: parts }, device);
      const joining = byWave.get(wave) ?? new Bitmap();
      joining.add(device);
      byWave.set(wave, joining);
    }
  await store.transaction(async (db) => {
    for (const [wave, devices] of byWave) await enlarge(db, id, wave, await addToSet(db, set, devices));
    const again = byWave.size === 0 ? {} : { notified_up_to: 0 };
    await db
      .updateTable('campaigns')
      .set({ sweep_at: now + pauseAfter(performance.now() - begun), ...again })
      .where('id', '=', id)
      .execute();
    if (byWave.size > 0) await turnPage(db);
  });
  return byWave.size > 0;
}

/** @param took milliseconds */
function pauseAfter(took: number): number {
  return Math.round(Math.min(PAUSE.most, Math.max(PAUSE.least, took * PAUSE.times)));
}
