/** Reading the log. */
import { InvalidInput, idAfter, type Page, type PageRequest, pageOf } from '@grove/api';
import type { Selectable } from 'kysely';
import type { EventTable, Queries } from '../store/index.ts';
import { type EventType, typeNames, typesNamed } from './types.ts';

/** Something that has happened. */
export interface Event {
  id: number;
  /** Milliseconds since the epoch. */
  at: number;
  type: string;
  /** What has happened, in a sentence. */
  text: string;
  deviceId: number | null;
  /** The device may be gone. */
  devId: string | null;
  notificationId: number | null;
  taskId: number | null;
  campaignId: number | null;
  /** Of the session's row. */
  sessionId: number | null;
  data: Readonly<Record<string, unknown>>;
}

/** Which events; all of what is given must hold. */
export interface EventFilter {
  readonly types?: readonly EventType[] | undefined;
  readonly deviceId?: number | undefined;
  readonly notificationId?: number | undefined;
  readonly taskId?: number | undefined;
  readonly campaignId?: number | undefined;
}

/**
 * The types that a list of names stands for, which are divided by commas.
 *
 * @throws {InvalidInput} when one of them is no type, nor the beginning of one
 */
export function typesOf(names: string): EventType[] {
  const types = names.split(',').flatMap((name) => {
    const meant = typesNamed(name.trim());
    if (meant.length === 0)
      throw new InvalidInput([{ field: 'type', value: name, expected: `one or more of ${typeNames()}` }]);
    return meant;
  });
  return [...new Set(types)];
}

function eventOf(row: Selectable<EventTable>): Event {
  return {
    id: row.id,
    at: row.at,
    type: row.type,
    text: row.text,
    deviceId: row.device_id,
    devId: row.dev_id,
    notificationId: row.notification_id,
    taskId: row.task_id,
    campaignId: row.campaign_id,
    sessionId: row.session_id,
    data: row.data === null ? {} : (JSON.parse(row.data) as Event['data']),
  };
}

function select(db: Queries, { types, deviceId, notificationId, taskId, campaignId }: EventFilter) {
  let query = db.selectFrom('events').selectAll();
  if (types !== undefined) query = query.where('type', 'in', types);
  if (deviceId !== undefined) query = query.where('device_id', '=', deviceId);
  if (notificationId !== undefined) query = query.where('notification_id', '=', notificationId);
  if (taskId !== undefined) query = query.where('task_id', '=', taskId);
  if (campaignId !== undefined) query = query.where('campaign_id', '=', campaignId);
  return query;
}

/** Events, the newest first. */
export async function listEvents(db: Queries, filter: EventFilter, page: PageRequest): Promise<Page<Event>> {
  const before = idAfter(page);
  const newest = (only: EventFilter) => {
    const query = select(db, only)
      .orderBy('id', 'desc')
      .limit(page.limit + 1);
    return (before === undefined ? query : query.where('id', '<', before)).execute();
  };
  const { types, ...about } = filter;
  const isAboutOne = Object.values(about).some((id) => id !== undefined);
  if (types === undefined || isAboutOne)
    return pageOf((await newest(filter)).map(eventOf), page.limit, ({ id }) => id);
  // Of each type its newest, by the index: otherwise a rare one would be looked for through the whole log.
  const rows = [];
  for (const type of types) rows.push(...(await newest({ types: [type] })));
  const merged = rows.sort((a, b) => b.id - a.id).slice(0, page.limit + 1);
  return pageOf(merged.map(eventOf), page.limit, ({ id }) => id);
}

/** Ids that one look goes over at most, however few of them the filter takes: none keeps others waiting for long. */
const SPAN = 5_000;

/**
 * The next events in the order of their ids.
 *
 * @param after the id that was seen last
 * @param upTo the id up to which the log is settled
 * @returns `seen` is how far it has looked
 */
export async function nextEvents(
  db: Queries,
  filter: EventFilter,
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
): Promise<{ events: Event[]; seen: number }> {
  const first = await db
    .selectFrom('events')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (first === undefined || first.id > upTo) return { events: [], seen: upTo };
  const last = Math.min(upTo, first.id + SPAN);
  const rows = await select(db, filter)
    .where('id', '>', after)
    .where('id', '<=', last)
    .orderBy('id')
    .limit(limit)
    .execute();
  const events = rows.map(eventOf);
  return { events, seen: events.length < limit ? last : (events.at(-1)?.id ?? last) };
}

/** The largest id that can be seen; 0 where there is none. */
export async function newestEvent(db: Queries): Promise<number> {
  const row = await db.selectFrom('events').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.id ?? 0;
}

/** Forgets what has happened to a device. */
export async function forgetEventsOf(db: Queries, deviceId: number): Promise<void> {
  await db.deleteFrom('events').where('device_id', '=', deviceId).execute();
}

/** Rows that one statement deletes at most. */
const BATCH = 1000;

/**
 * Deletes the oldest events; some of them per call.
 *
 * @param before those that came since then are kept, milliseconds since the epoch
 * @returns whether there may be more to delete
 */
export async function trimEvents(db: Queries, before: number): Promise<boolean> {
  const rows = await db.selectFrom('events').select(['id', 'at']).orderBy('id').limit(BATCH).execute();
  const kept = rows.findIndex(({ at }) => at >= before);
  const old = kept === -1 ? rows : rows.slice(0, kept);
  const last = old.at(-1);
  if (last !== undefined) await db.deleteFrom('events').where('id', '<=', last.id).execute();
  return old.length === BATCH;
}
