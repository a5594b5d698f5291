import { setImmediate as nextTurn } from 'node:timers/promises';
import { GenerationCache } from '@grove/store';
import { eachDevice } from '../../expressions/index.ts';
import type { DeviceModel } from '../../models/index.ts';
import type { Store } from '../../store/index.ts';
import type { PreparedTarget } from '../../targets/index.ts';
import { type DeviceFacts, deviceFacts, modelOfDevice, objectsOn, prepareFacts } from '../facts/index.ts';
import { type Closure, type Given, type Rendering, render } from '../render/index.ts';
import { compare, relevantUris } from './compare.ts';
import { type DryRunResult, type Judged, judge, Tally } from './tally.ts';
import { TreeReader } from './trees.ts';

/** Devices that are looked at between two turns of others. */
const SLICE = 250;
/** Renderings and judgements that are kept in memory. */
const RENDERINGS = 5_000;
const JUDGEMENTS = 50_000;

export interface DryRunOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
  /** Is told how far it is, after each slice. */
  readonly progress?: ((done: number, result: () => DryRunResult) => Promise<void>) | undefined;
}

/** Devices that are the same in all that their profiles depend on. */
interface Class {
  readonly serial: number;
  readonly rendering: Rendering;
  readonly model: DeviceModel;
  readonly uris: readonly string[];
}

/**
 * Finds out what bringing a profile to devices would change, by their last known trees. Devices of which the same is known
 * are judged once; others have their turn between two slices of devices.
 *
 * @throws {Conflict} when the condition of a variant cannot be read any more
 */
export async function dryRun(
  store: Store,
  closure: Closure,
  target: PreparedTarget,
  given: Given,
  { now, signal, progress }: DryRunOptions,
): Promise<DryRunResult> {
  const db = store.reader;
  const prepared = await prepareFacts(db, closure);
  const trees = new TreeReader(db);
  const pause = async (): Promise<void> => {
    signal?.throwIfAborted();
    await nextTurn();
  };
  const tally = new Tally();
  const models = new Map<string, DeviceModel>();
  const classes = new GenerationCache<string, Class>(RENDERINGS);
  const judgements = new GenerationCache<string, Judged>(JUDGEMENTS);
  const sought = new Set<string>();
  let serial = 0;

  const modelOf = async (device: DeviceFacts): Promise<DeviceModel> => {
    const { man, mod, swv } = device.model;
    // Of one that has not said what it is, the name is its own.
    const key = man === '' && mod === '' ? device.devId : JSON.stringify([man, mod, swv]);
    let model = models.get(key);
    if (model === undefined) {
      if (models.size >= RENDERINGS) models.clear();
      model = await modelOfDevice(db, device);
      models.set(key, model);
      const objects = [...objectsOn(prepared.needs, model)].filter((object) => !sought.has(object));
      for (const object of objects) sought.add(object);
      await trees.findInstances(new Set(objects), pause);
    }
    return model;
  };

  const slice = async (ids: readonly number[]): Promise<void> => {
    const devices = await deviceFacts(db, prepared, ids, now);
    const known = new Map<DeviceFacts, DeviceModel>();
    for (const device of devices) known.set(device, await modelOf(device));
    const places = await trees.placesOf(ids);
    const judged: { device: DeviceFacts; of: Class }[] = [];
    for (const [device, model] of known) {
      const at = places.get(device.id) ?? new Map<string, string[]>();
      const key = keyOf(device, at, prepared.needs.variables);
      let of = classes.get(key);
      if (of === undefined) {
        const { values, disputed, subscriber, holds } = device;
        const rendering = render(closure, { values, disputed, subscriber, holds, model, places: at }, given);
        of = { serial: ++serial, rendering, model, uris: rendering.refused ? [] : relevantUris(rendering) };
        classes.set(key, of);
      }
      judged.push({ device, of });
    }
    const signatures = await trees.signaturesOf(ids, new Set(judged.flatMap(({ of }) => of.uris)));
    for (const { device, of } of judged) {
      const signature = of.rendering.refused ? '' : (signatures.get(device.id) ?? '');
      const key = `${of.serial} ${signature}`;
      let judgement = judgements.get(key);
      if (judgement === undefined) {
        const nodes = await trees.nodesIn(signature);
        const { rendering, model } = of;
        judgement = judge(
          rendering,
          rendering.refused ? undefined : compare(rendering, (uri) => nodes.get(uri), model),
        );
        judgements.set(key, judgement);
      }
      tally.add(judgement, device.devId);
    }
  };

  let done = 0;
  for await (const ids of devicesOf(store, target, { now, signal })) {
    for (let from = 0; from < ids.length; from += SLICE) {
      const part = ids.slice(from, from + SLICE);
      await slice(part);
      done += part.length;
      await progress?.(done, () => tally.result());
      await pause();
    }
  }
  return tally.result();
}

async function* devicesOf(
  store: Store,
  { predicate, ids }: PreparedTarget,
  options: { now: number; signal?: AbortSignal | undefined },
): AsyncGenerator<readonly number[]> {
  if (ids !== null) yield [...ids.ids()];
  else yield* eachDevice(store, predicate, options);
}

/** What of a device decides how profiles look on it. */
function keyOf(
  { model, values, disputed, holds, subscriber }: DeviceFacts,
  places: ReadonlyMap<string, readonly string[]>,
  variables: ReadonlySet<string>,
): string {
  const used = [...variables].map((name) => values.get(name) ?? null);
  const lacks = [...variables].some((name) => name.startsWith('subscriber.') && !values.has(name));
  return JSON.stringify([
    model.man,
    model.mod,
    model.swv,
    used,
    // Names whoever lacks something.
    lacks ? (subscriber ?? null) : null,
    [...disputed.keys()].filter((name) => variables.has(name)),
    [...holds],
    [...places],
  ]);
}
