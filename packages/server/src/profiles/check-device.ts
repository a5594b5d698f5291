import { modelNamed } from '../models/index.ts';
import type { Queries } from '../store/index.ts';
import { factsOf, NO_FACTS, type PreparedFacts } from './facts/index.ts';
import { type Closure, type Given, type Rendering, render } from './render/index.ts';

/** A model of devices that a profile is checked for. */
export interface CheckedModel {
  readonly man: string;
  readonly mod: string;
  readonly swv: string;
}

/** What a profile comes to on one device or model. */
export interface CheckResult {
  /** DevId, or the name of the model. */
  readonly subject: string;
  /** The device that stands for the model, where there is one of it. */
  readonly deviceId: number | null;
  readonly rendering: Rendering;
}

/**
 * What a profile comes to on a model: on the device of the model that called last, or where there is none, on its
 * description alone, in which case no variant holds. What is not known of the device counts as fitting.
 */
export async function checkModel(
  db: Queries,
  closure: Closure,
  prepared: PreparedFacts,
  model: CheckedModel,
  given: Given,
  now: number,
): Promise<CheckResult> {
  const { man, mod, swv } = model;
  const name = [man, mod, swv].filter((part) => part !== '').join(' ');
  const device = await db
    .selectFrom('devices')
    .select('id')
    .where('man', '=', man)
    .where('mod', '=', mod)
    .$if(swv !== '', (query) => query.where('swv', '=', swv))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const facts =
    device === undefined
      ? { ...NO_FACTS, model: await modelNamed(db, model, name) }
      : await factsOf(db, device.id, closure, now, prepared);
  const rendering = render(closure, { ...facts, isAssumed: true }, given);
  return { subject: name, deviceId: device?.id ?? null, rendering };
}
