/** The devices of a campaign: settled when it begins, joined by others later where it is dynamic. */
import { sql } from 'kysely';
import { addToSet, Bitmap } from '../sets/index.ts';
import type { Queries, Store } from '../store/index.ts';
import type { RunningCampaign } from './book.ts';
import type { Plan } from './plan.ts';
import { positionOf, thresholdFor } from './position.ts';
import { settle, targetOfWave } from './target.ts';

/** How a wave takes its devices, and how many they are. */
export interface SettledWave {
  readonly threshold: number | null;
  readonly members: Bitmap | undefined;
  readonly devices: number;
}

/** The waves of a campaign on its devices: the first that takes a device has it, and the last has all that are left. */
export async function settleWaves(
  store: Store,
  campaignId: number,
  members: Bitmap,
  { waves = [] }: Plan,
  now: number,
): Promise<SettledWave[]> {
  const settled: SettledWave[] = [];
  let left = members;
  for (const wave of waves) {
    const before = left.size;
    let threshold: number | null = null;
    let taken: Bitmap | undefined;
    const target = targetOfWave(wave);
    if (target === undefined) {
      const wanted = wave.count ?? Math.ceil((members.size * (wave.percent ?? 0)) / 100);
      const source = left;
      const limit = (await thresholdFor(campaignId, () => slicesOf(source), wanted)).threshold;
      threshold = limit;
      left = await only(left, (id) => positionOf(campaignId, id) >= limit);
    } else {
      const there = await settle(store, target, now);
      taken = there;
      left = await only(left, (id) => !there.has(id));
    }
    settled.push({ threshold, members: taken, devices: before - left.size });
  }
  if (left.size > 0 || settled.length === 0)
    settled.push({ threshold: null, members: undefined, devices: left.size });
  return settled;
}

async function only(devices: Bitmap, isLeft: (id: number) => boolean): Promise<Bitmap> {
  const left = new Bitmap();
  for await (const slice of slicesOf(devices)) for (const id of slice) if (isLeft(id)) left.add(id);
  return left;
}

/** Devices of a set that are looked at before others get their turn: a few milliseconds' worth. */
const PIECE = 20_000;

export async function* slicesOf(devices: Bitmap): AsyncGenerator<number[]> {
  let piece: number[] = [];
  for (const id of devices.ids()) {
    if (piece.push(id) < PIECE) continue;
    yield piece;
    piece = [];
    await turn();
  }
  yield piece;
}

/** Lets whatever waits go first. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Adds a device to a campaign that is running. */
export async function joinCampaign(
  db: Queries,
  { id, row }: RunningCampaign,
  deviceId: number,
  wave: number,
): Promise<void> {
  if (row.members === null) return;
  if ((await addToSet(db, row.members, [deviceId])) === 0) return;
  await enlarge(db, id, wave, 1);
}

/** Counts devices that have joined a wave, or left it. */
export async function enlarge(db: Queries, id: number, wave: number, by: number): Promise<void> {
  const devices = sql<number>`devices + ${by}`;
  await db.updateTable('campaigns').set({ devices }).where('id', '=', id).execute();
  await db
    .updateTable('campaign_waves')
    .set({ devices })
    .where('campaign_id', '=', id)
    .where('n', '=', wave)
    .execute();
}
