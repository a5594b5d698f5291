/** What a campaign is for: a target that people give, or the devices on which another campaign came to nothing. */
import { Id } from '@grove/api';
import { type Static, Type } from 'typebox';
import { Bitmap } from '../sets/index.ts';
import type { Queries, Store } from '../store/index.ts';
import {
  checkTarget,
  type PreparedTarget,
  prepareTarget,
  snapshotTarget,
  type Target,
  useTarget,
} from '../targets/index.ts';
import type { Plan, Wave } from './plan.ts';

/** Outcomes of devices on which a campaign may be tried again. */
export const RERUN_OUTCOMES = ['failed', 'declined', 'skipped'] as const;

/** The devices that have one of some outcomes in another campaign. */
export const RerunTarget = Type.Object(
  { campaign: Id, outcomes: Type.Array(Type.Enum([...RERUN_OUTCOMES])) },
  {
    additionalProperties: false,
    title: 'TargetRerun',
    description: 'The devices on which another campaign came to nothing',
  },
);
export type RerunTarget = Static<typeof RerunTarget>;

export type KeptTarget = Target | RerunTarget;

/** The devices that a target has, now. Others have their turn meanwhile. */
export async function settle(store: Store, target: KeptTarget, now: number): Promise<Bitmap> {
  if (!('campaign' in target))
    return snapshotTarget(store, await prepareTarget(store.reader, target), { now });
  const devices = new Bitmap();
  for await (const ids of eachOutcome(store, target)) for (const id of ids) devices.add(id);
  return devices;
}

/** How many devices a target has, now. */
export async function countOf(store: Store, target: KeptTarget, now: number): Promise<number> {
  // Counted as they are settled, a range at a time: one count of all would keep others waiting.
  return (await settle(store, target, now)).size;
}

/** A target that devices which call can be asked for; undefined where none joins later. */
export async function prepare(db: Queries, target: KeptTarget): Promise<PreparedTarget | undefined> {
  return 'campaign' in target ? undefined : prepareTarget(db, target);
}

/** Notes which groups a campaign is for. */
export async function useKeptTarget(db: Queries, target: KeptTarget, campaignId: number): Promise<void> {
  if (!('campaign' in target)) await useTarget(db, target, { kind: 'campaign', id: campaignId });
}

/**
 * Checks the target of a campaign and those that its waves name.
 *
 * @throws {InvalidInput}
 */
export async function checkTargets(db: Queries, target: Target, { waves = [] }: Plan): Promise<void> {
  await checkTarget(db, target, 'target');
  for (const [index, wave] of waves.entries()) {
    const named = targetOfWave(wave);
    if (named !== undefined) await checkTarget(db, named, `waves/${index}`);
  }
}

/** The target that a wave of a group or of a query is. */
export function targetOfWave({ group, query }: Wave): Target | undefined {
  if (group !== undefined) return { group };
  return query === undefined ? undefined : { query };
}

/** Devices that are looked at before others get their turn. */
const SLICE = 5_000;

async function* eachOutcome(
  store: Store,
  { campaign, outcomes }: RerunTarget,
): AsyncGenerator<readonly number[]> {
  for (const state of outcomes) {
    for (let after = 0; ; ) {
      const rows = await store.reader
        .selectFrom('outcomes')
        .select('device_id')
        .where('campaign_id', '=', campaign)
        .where('state', '=', state)
        .where('device_id', '>', after)
        .orderBy('device_id')
        .limit(SLICE)
        .execute();
      yield rows.map(({ device_id }) => device_id);
      after = rows.at(-1)?.device_id ?? after;
      if (rows.length < SLICE) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
