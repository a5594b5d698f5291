/** Things that other systems have asked for. */
import { idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import type { Selectable } from 'kysely';
import { type Outcome, outcomeOf } from '../outcomes/index.ts';
import type { Queries, TriggerDeviceTable, TriggerState, TriggerTable } from '../store/index.ts';

/** Something that was asked for. Times are milliseconds since the epoch. */
export interface Trigger {
  id: number;
  /** Of its definition; null where what is to be done was said in full. */
  name: string | null;
  /** What the caller calls it. */
  reference: string | null;
  /** Name of the token that asked. */
  caller: string;
  state: TriggerState;
  /** For whom, as it was asked. */
  recipient: unknown;
  subscriberId: number | null;
  /** When what was not begun is given up; null once that is done. */
  expiresAt: number | null;
  createdAt: number;
  finishedAt: number | null;
  /** Devices that it was done on, on which it failed, and that are still to do it. */
  counts: { succeeded: number; failed: number; pending: number };
}

/** What of it one device was given. */
export interface TriggerDevice {
  deviceId: number;
  devId: string;
  taskId: number | null;
  state: TriggerDeviceTable['state'];
  reason: string | null;
  /** What it came to where it failed, and what to do. */
  outcome: Outcome | null;
}

/** Which of them; all of what is given must hold. */
export interface TriggerFilter {
  readonly state?: TriggerState | undefined;
  readonly reference?: string | undefined;
  readonly subscriberId?: number | undefined;
  /** Id of a token. */
  readonly callerId?: number | undefined;
}

async function countsOf(db: Queries, ids: readonly number[]): Promise<Map<number, Trigger['counts']>> {
  const counts = new Map(ids.map((id) => [id, { succeeded: 0, failed: 0, pending: 0 }]));
  if (ids.length === 0) return counts;
  const rows = await db
    .selectFrom('trigger_devices')
    .select(({ fn }) => ['trigger_id', 'state', fn.countAll<number>().as('devices')])
    .where('trigger_id', 'in', ids)
    .groupBy(['trigger_id', 'state'])
    .execute();
  for (const { trigger_id, state, devices } of rows) {
    const own = counts.get(trigger_id);
    if (own !== undefined) own[state] = Number(devices);
  }
  return counts;
}

async function triggersOf(db: Queries, rows: readonly Selectable<TriggerTable>[]): Promise<Trigger[]> {
  const counts = await countsOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    reference: row.reference,
    caller: row.caller_name,
    state: row.state,
    recipient: JSON.parse(row.recipient) as unknown,
    subscriberId: row.subscriber_id,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    counts: counts.get(row.id) ?? { succeeded: 0, failed: 0, pending: 0 },
  }));
}

/** Things that were asked for, the newest first. */
export async function listTriggers(
  db: Queries,
  { state, reference, subscriberId, callerId }: TriggerFilter,
  page: PageRequest,
): Promise<Page<Trigger>> {
  let query = db
    .selectFrom('triggers')
    .selectAll()
    .where('id', '<', idAfter(page) ?? Number.MAX_SAFE_INTEGER)
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (state !== undefined) query = query.where('state', '=', state);
  if (reference !== undefined) query = query.where('reference', '=', reference);
  if (subscriberId !== undefined) query = query.where('subscriber_id', '=', subscriberId);
  if (callerId !== undefined) query = query.where('caller_id', '=', callerId);
  const { items, next } = pageOf(await query.execute(), page.limit, ({ id }) => id);
  return { items: await triggersOf(db, items), next };
}

/**
 * @param callerId where it is given, the token that has to have asked for it
 * @throws {NotFound}
 */
export async function showTrigger(db: Queries, id: number, callerId?: number): Promise<Trigger> {
  const rows = await db.selectFrom('triggers').selectAll().where('id', '=', id).execute();
  const [trigger] = await triggersOf(
    db,
    rows.filter(({ caller_id }) => callerId === undefined || caller_id === callerId),
  );
  if (trigger === undefined) throw new NotFound('trigger', id);
  return trigger;
}

/** What devices were given of it, in the order of their ids. */
export async function listTriggerDevices(
  db: Queries,
  triggerId: number,
  page: PageRequest,
): Promise<Page<TriggerDevice>> {
  const rows = await db
    .selectFrom('trigger_devices')
    .innerJoin('devices', 'devices.id', 'trigger_devices.device_id')
    .selectAll('trigger_devices')
    .select('devices.dev_id')
    .where('trigger_id', '=', triggerId)
    .where('device_id', '>', idAfter(page) ?? 0)
    .orderBy('device_id')
    .limit(page.limit + 1)
    .execute();
  const devices = rows.map(({ device_id, dev_id, task_id, state, reason, outcome }) => ({
    deviceId: device_id,
    devId: dev_id,
    taskId: task_id,
    state,
    reason,
    outcome: outcome === null ? null : outcomeOf(outcome),
  }));
  return pageOf(devices, page.limit, ({ deviceId }) => deviceId);
}
