/** Writing to the log: within the unit of work that does what is logged, so that the one is not without the other. */
import { sql } from 'kysely';
import { type EventTable, type Params, type Queries, type Store, statement } from '../store/index.ts';
import type { EventType } from './types.ts';

/** Something that has happened. */
export interface NewEvent {
  readonly type: EventType;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What has happened, as a sentence for people, without the device's name. */
  readonly text: string;
  readonly deviceId?: number | undefined;
  readonly notificationId?: number | undefined;
  readonly taskId?: number | undefined;
  readonly campaignId?: number | undefined;
  /** Id of the session's row. */
  readonly sessionId?: number | undefined;
  /** More about it, for programs. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

type Row = Omit<EventTable, 'id' | 'dev_id'>;

const insertEvent = statement<Row, never>((q, p: Params<Row>) =>
  q.insertInto('events').values({
    at: p('at'),
    type: p('type'),
    text: p('text'),
    device_id: p('device_id'),
    // That a device was deleted is told when it is gone.
    dev_id: sql<string | null>`(select dev_id from devices where id = ${p('device_id')})`,
    notification_id: p('notification_id'),
    task_id: p('task_id'),
    campaign_id: p('campaign_id'),
    session_id: p('session_id'),
    data: p('data'),
  }),
);

/** Rows in one INSERT: well below the engines' limits on parameters. */
const BATCH = 500;

/** Units of work that have written to the log. */
const writers = new WeakSet<Queries>();

function rowOf(event: NewEvent): Row {
  return {
    at: event.at,
    type: event.type,
    text: event.text,
    device_id: event.deviceId ?? null,
    notification_id: event.notificationId ?? null,
    task_id: event.taskId ?? null,
    campaign_id: event.campaignId ?? null,
    session_id: event.sessionId ?? null,
    data: event.data === undefined ? null : JSON.stringify(event.data),
  };
}

/** Writes to the log, within the unit of work that does what is logged. */
export async function recordEvent(db: Queries, event: NewEvent): Promise<void> {
  writers.add(db);
  await insertEvent.run(db, rowOf(event));
}

/** Writes many at once. */
export async function recordEvents(
  db: Queries,
  events: readonly (NewEvent & { readonly devId: string })[],
): Promise<void> {
  writers.add(db);
  for (let from = 0; from < events.length; from += BATCH) {
    const rows = events.slice(from, from + BATCH).map((event) => ({ ...rowOf(event), dev_id: event.devId }));
    await db.insertInto('events').values(rows).execute();
  }
}

/** A store that tells of each commit which has brought events. */
export function tellingOfEvents(store: Store, onEvents: () => void): Store {
  return {
    ...store,
    transaction: async (work) => {
      let unit: Queries | undefined;
      const value = await store.transaction((db) => {
        unit = db;
        return work(db);
      });
      if (unit !== undefined && writers.has(unit)) onEvents();
      return value;
    },
  };
}
