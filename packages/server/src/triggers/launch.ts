/** Giving devices what another system has asked for. */
import { Conflict } from '@grove/api';
import { createNotification, type KeptWish, type NotificationPolicy } from '../notifications/index.ts';
import { renderForDevice, sentenceOf } from '../profiles/index.ts';
import type { Step } from '../steps/index.ts';
import type { Queries } from '../store/index.ts';
import { createTask } from '../tasks/index.ts';
import type { Value } from './definition.ts';

/** What is done: steps, or a profile with the values of variables. */
export type TriggerWork =
  | { readonly steps: readonly Step[] }
  | { readonly profile: string; readonly values: Readonly<Record<string, Value>> };

/** What triggers are carried out with. */
export interface TriggerMeans {
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /** How devices are asked to call; undefined where there is no gateway. */
  readonly notifying?: { readonly policy: NotificationPolicy } | undefined;
}

/**
 * Gives devices work: a task each, and a notification where that is wished and can be. A profile that cannot be rendered for a
 * device is noted as its failure.
 *
 * @throws {NotFound} when the profile is gone
 */
export async function launch(
  db: Queries,
  triggerId: number,
  deviceIds: readonly number[],
  work: TriggerWork,
  wish: KeptWish | null,
  means: TriggerMeans,
  now: number,
): Promise<void> {
  for (const deviceId of deviceIds) {
    const steps = await stepsFor(db, deviceId, work, now);
    const isRefused = typeof steps === 'string';
    const task = isRefused ? undefined : await createTask(db, deviceId, steps, now);
    await db
      .insertInto('trigger_devices')
      .values({
        trigger_id: triggerId,
        device_id: deviceId,
        task_id: task?.id ?? null,
        state: isRefused ? 'failed' : 'pending',
        reason: isRefused ? steps : null,
        outcome: isRefused ? 'other' : null,
      })
      .execute();
    if (task !== undefined && wish !== null && means.notifying !== undefined)
      await ask(db, deviceId, task.id, wish, { ...means, ...means.notifying }, now);
  }
}

/** @returns the steps; or why there are none, in a sentence */
async function stepsFor(
  db: Queries,
  deviceId: number,
  work: TriggerWork,
  now: number,
): Promise<readonly Step[] | string> {
  if ('steps' in work) return work.steps;
  const rendering = await renderForDevice(db, { name: work.profile }, deviceId, work.values, now);
  return rendering.refused ? rendering.reasons.map(sentenceOf).join('; ') : rendering.steps;
}

async function ask(
  db: Queries,
  deviceId: number,
  taskId: number,
  wish: KeptWish,
  means: Parameters<typeof createNotification>[1],
  now: number,
): Promise<void> {
  try {
    await createNotification(db, means, deviceId, wish, { taskId }, now);
  } catch (error) {
    // Enough of them are outstanding: the device calls because of one of those.
    if (!(error instanceof Conflict)) throw error;
  }
}
