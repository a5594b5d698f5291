/** What a campaign is for: a target that people give, or the devices on which another campaign came to nothing. */
import { Id } from '@grove/api';
import { type Static, Type } from 'typebox';
import type { Queries, Store } from '../store/index.ts';
import type { Wave } from './plan.ts';

export const Target = Type.Object({ all: Type.Literal(true) }, { additionalProperties: false });
export type Target = Static<typeof Target>;

/** Outcomes of devices on which a campaign may be tried again. */
export const RERUN_OUTCOMES = ['failed', 'declined', 'skipped'] as const;

/** The devices that have one of some outcomes in another campaign. */
export const RerunTarget = Type.Object(
  { campaign: Id, outcomes: Type.Array(Type.Enum([...RERUN_OUTCOMES])) },
  {
    additionalProperties: false,
    title: 'RerunTarget',
    description: 'Devices on which a campaign came to nothing',
  },
);
export type RerunTarget = Static<typeof RerunTarget>;

export type KeptTarget = Target | RerunTarget;

/** Devices that are looked at before others get their turn. */
const SLICE = 5_000;

/** Ids of the devices that a target is for, some at a time. */
export async function* eachOf(
  store: Store,
  target: KeptTarget,
  _now: number,
): AsyncGenerator<readonly number[]> {
  if ('campaign' in target) {
    yield* eachOutcome(store, target);
    return;
  }
  for (let after = 0; ; ) {
    const rows = await store.reader
      .selectFrom('devices')
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .limit(SLICE)
      .execute();
    yield rows.map(({ id }) => id);
    after = rows.at(-1)?.id ?? after;
    if (rows.length < SLICE) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

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

/** How many devices a target is for, now. */
export async function countTarget(store: Store, target: KeptTarget, now: number): Promise<number> {
  let count = 0;
  for await (const ids of eachOf(store, target, now)) count += ids.length;
  return count;
}

/** Whether a device is one that a target is for. */
export async function matchesTarget(
  _db: Queries,
  target: KeptTarget,
  _deviceId: number,
  _now: number,
): Promise<boolean> {
  return 'all' in target;
}

/** The target that a wave of a group or of a query is. */
export function targetOfWave(_wave: Wave): Target {
  return { all: true };
}
