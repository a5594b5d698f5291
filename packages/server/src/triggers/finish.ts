/** What becomes of what was asked for: its devices' results, its end, and who is told. */
import { Conflict } from '@grove/api';
import { openCase } from '../care/index.ts';
import { type Event, recordEvent } from '../events/index.ts';
import type { KeptWish } from '../notifications/index.ts';
import { outcomeOfFailure } from '../outcomes/index.ts';
import type { CommandResult } from '../steps/index.ts';
import { isTriggerOpen, type Queries, type TriggerState } from '../store/index.ts';
import { cancelTask } from '../tasks/index.ts';
import { queueMessages } from '../webhooks/index.ts';
import { launch, type TriggerMeans, type TriggerWork } from './launch.ts';
import { listTriggerDevices, showTrigger } from './trigger.ts';

/** The types of events by which triggers go on. */
export const TRIGGER_EVENTS = [
  'subscriber.bound',
  'task.succeeded',
  'task.failed',
  'task.cancelled',
  'device.removed',
] as const;

/** Whether there is anything that events could move on. */
export async function hasOpenTriggers(db: Queries): Promise<boolean> {
  const row = await db.selectFrom('triggers').select('id').where(isTriggerOpen).limit(1).executeTakeFirst();
  return row !== undefined;
}

/** Goes on with triggers by what has happened: a subscriber has got a device, a device has done its task. */
export async function followTriggers(
  db: Queries,
  events: readonly Event[],
  means: TriggerMeans,
  now: number,
): Promise<void> {
  for (const { type, deviceId, taskId, data } of events) {
    if (type === 'subscriber.bound') {
      if (deviceId !== null && typeof data.subscriber === 'number')
        await begin(db, data.subscriber, deviceId, means, now);
    } else if (taskId !== null) await note(db, taskId, now);
  }
  if (events.some(({ type }) => type === 'device.removed')) await finishLeft(db, now);
}

/** Ends triggers whose last devices that had something to do are gone, and their tasks with them. */
async function finishLeft(db: Queries, now: number): Promise<void> {
  const rows = await db
    .selectFrom('triggers')
    .select('triggers.id')
    .where(isTriggerOpen)
    .where('triggers.state', '=', 'running')
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('trigger_devices')
            .select('device_id')
            .whereRef('trigger_id', '=', 'triggers.id')
            .where('trigger_devices.state', '=', 'pending'),
        ),
      ),
    )
    .execute();
  for (const { id } of rows) await finish(db, id, 'finished', now);
}

/** Gives the first device of a subscriber what waits for it. */
async function begin(
  db: Queries,
  subscriberId: number,
  deviceId: number,
  means: TriggerMeans,
  now: number,
): Promise<void> {
  const begun = await db
    .updateTable('triggers')
    .set({ state: 'running' })
    .where('subscriber_id', '=', subscriberId)
    .where('state', '=', 'waiting')
    .returning(['id', 'work', 'wish'])
    .execute();
  for (const { id, work, wish } of begun) {
    const kept = wish === null ? null : (JSON.parse(wish) as KeptWish);
    await launch(db, id, [deviceId], JSON.parse(work) as TriggerWork, kept, means, now);
    await finishIfDone(db, id, now);
  }
}

/** Notes what became of a device's task. */
async function note(db: Queries, taskId: number, now: number): Promise<void> {
  const task = await db
    .selectFrom('tasks')
    .select(['state', 'reason', 'results'])
    .where('id', '=', taskId)
    .executeTakeFirst();
  const isDone = task?.state === 'succeeded';
  const reason = task?.state === 'cancelled' ? 'its task was cancelled' : (task?.reason ?? null);
  const results = task?.results == null ? [] : (JSON.parse(task.results) as CommandResult[]);
  const noted = await db
    .updateTable('trigger_devices')
    .set(
      isDone
        ? { state: 'succeeded' }
        : { state: 'failed', reason, outcome: outcomeOfFailure(task?.reason ?? null, results) },
    )
    .where('task_id', '=', taskId)
    .where('state', '=', 'pending')
    .returning('trigger_id')
    .executeTakeFirst();
  if (noted !== undefined) await finishIfDone(db, noted.trigger_id, now);
}

/** Ends a trigger none of whose devices is still to do something. */
export async function finishIfDone(db: Queries, id: number, now: number): Promise<void> {
  if (!(await isPending(db, id))) await finish(db, id, 'finished', now);
}

/** Whether a device is still to do something. */
async function isPending(db: Queries, id: number): Promise<boolean> {
  const row = await db
    .selectFrom('trigger_devices')
    .select('device_id')
    .where('trigger_id', '=', id)
    .where('state', '=', 'pending')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Devices that a callback names. */
const TOLD = { limit: 100 };

async function finish(db: Queries, id: number, state: TriggerState, now: number): Promise<void> {
  const ended = await db
    .updateTable('triggers')
    .set({ state, finished_at: now, expires_at: null })
    .where('id', '=', id)
    .where(isTriggerOpen)
    .returning('webhook_id')
    .executeTakeFirst();
  if (ended === undefined) return;
  const trigger = await showTrigger(db, id);
  const { name, reference, counts, subscriberId } = trigger;
  const about = { trigger: id, name, reference, state, ...counts };
  const called = `Trigger ${id}${name === null ? '' : ` (${name})`}`;
  const text =
    state === 'finished'
      ? `${called} was done on ${counts.succeeded} ${counts.succeeded === 1 ? 'device' : 'devices'} and failed on ${counts.failed}.`
      : `${called} was ${state === 'expired' ? 'given up: no device was there for it in time' : 'cancelled'}.`;
  await recordEvent(db, {
    type: 'trigger.finished',
    at: now,
    text,
    data: { ...about, subscriber: subscriberId },
  });
  const { items } = await listTriggerDevices(db, id, TOLD);
  if (ended.webhook_id !== null) {
    const devices = items.map(({ outcome, ...device }) => ({ ...device, outcome: outcome?.code ?? null }));
    const data = { ...about, subscriber: subscriberId, text, devices };
    await queueMessages(db, [{ webhookId: ended.webhook_id, type: 'trigger.result', at: now, data }], now);
  }
  if (state === 'cancelled' || (state === 'finished' && counts.failed === 0)) return;
  const deviceId = items.find((device) => device.state === 'failed')?.deviceId;
  await openCase(db, {
    kind: 'trigger',
    outcome: 'trigger-failed',
    text,
    at: now,
    deviceId,
    about: name ?? undefined,
  });
}

/** Triggers that one call gives up. */
const BATCH = 50;

/**
 * Gives up what was not begun in time: waiting for a subscriber's device, and tasks of devices that have not called.
 *
 * @returns whether there may be more
 */
export async function expireTriggers(db: Queries, now: number): Promise<boolean> {
  const rows = await db
    .updateTable('triggers')
    .set({ expires_at: null })
    .where('id', 'in', (query) =>
      query
        .selectFrom('triggers')
        .select('id')
        .where('expires_at', '<=', now)
        .orderBy('expires_at')
        .limit(BATCH),
    )
    .where('expires_at', '<=', now)
    .returning(['id', 'state'])
    .execute();
  for (const { id, state } of rows) {
    if (state === 'waiting') await finish(db, id, 'expired', now);
    else {
      await withdraw(db, id, 'the device has not called in time', now);
      await finishIfDone(db, id, now);
    }
  }
  return rows.length === BATCH;
}

/**
 * Withdraws what was asked for, as far as devices have not begun it.
 *
 * @throws {NotFound}
 * @throws {Conflict} when it has ended
 */
export async function cancelTrigger(db: Queries, id: number, now: number): Promise<void> {
  const { state } = await showTrigger(db, id);
  if (state !== 'waiting' && state !== 'running')
    throw new Conflict(`trigger ${id} cannot be cancelled: it is ${state}`);
  await withdraw(db, id, 'it was cancelled', now);
  if (!(await isPending(db, id))) await finish(db, id, 'cancelled', now);
}

/** Cancels the tasks that no session works on. */
async function withdraw(db: Queries, id: number, reason: string, now: number): Promise<void> {
  const rows = await db
    .selectFrom('trigger_devices')
    .innerJoin('tasks', 'tasks.id', 'trigger_devices.task_id')
    .select(['tasks.id'])
    .where('trigger_id', '=', id)
    .where('trigger_devices.state', '=', 'pending')
    .where('tasks.state', '=', 'pending')
    .execute();
  for (const { id: taskId } of rows) {
    await cancelTask(db, taskId, now);
    await db
      .updateTable('trigger_devices')
      .set({ state: 'failed', reason, outcome: 'not-called' })
      .where('trigger_id', '=', id)
      .where('task_id', '=', taskId)
      .execute();
  }
}

/**
 * Forgets what ended long ago; some of it per call.
 *
 * @param before what ended since then is kept, milliseconds since the epoch
 * @returns whether there may be more
 */
export async function trimTriggers(db: Queries, before: number): Promise<boolean> {
  const rows = await db
    .selectFrom('triggers')
    .select('id')
    .where('finished_at', '<', before)
    .orderBy('finished_at')
    .limit(BATCH)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await db.deleteFrom('triggers').where('id', 'in', ids).execute();
  return ids.length === BATCH;
}
