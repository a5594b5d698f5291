/** Lets devices join a dynamic campaign that have come to match since it began, without waiting for them to call. */
import { addToSet, loadSet } from '../sets/index.ts';
import type { Store } from '../store/index.ts';
import { waveOf } from './book.ts';
import { enlarge, settle } from './members.ts';
import { type CampaignRow, turnPage } from './move.ts';
import type { KeptTarget } from './target.ts';

/** Milliseconds between two looks. */
const EVERY = 60_000;

/** @returns whether any device has joined */
export async function sweep(store: Store, row: CampaignRow, now: number): Promise<boolean> {
  const { id, members: set } = row;
  if (set === null || (now - row.swept_at < EVERY && now >= row.swept_at)) return false;
  const found = await settle(store, JSON.parse(row.target) as KeptTarget, now);
  const members = await loadSet(store.reader, set);
  const joining = [...found.ids()].filter((device) => !members.has(device));
  const parts: Parameters<typeof waveOf>[0]['waves'][number][] = [];
  const waves = await store.reader
    .selectFrom('campaign_waves')
    .select(['threshold', 'members'])
    .where('campaign_id', '=', id)
    .orderBy('n')
    .execute();
  for (const { threshold, members: part } of waves)
    parts.push({ threshold, members: part === null ? undefined : await loadSet(store.reader, part) });
  const byWave = Map.groupBy(joining, (device) => waveOf({ id, waves: parts }, device));
  await store.transaction(async (db) => {
    for (const [wave, devices] of byWave) await enlarge(db, id, wave, await addToSet(db, set, devices));
    const again = joining.length === 0 ? {} : { notified_up_to: 0 };
    await db
      .updateTable('campaigns')
      .set({ swept_at: now, ...again })
      .where('id', '=', id)
      .execute();
    if (joining.length > 0) await turnPage(db);
  });
  return joining.length > 0;
}
