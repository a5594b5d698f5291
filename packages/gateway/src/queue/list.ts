/** The queue as operators look at it. */
import { idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import type { Quality } from '@grove/push';
import { sql } from 'kysely';
import { shortKey } from '../address/index.ts';
import {
  DELIVERY_STATES,
  type DeliveryState,
  type EventKind,
  type NotificationTable,
  type Queries,
} from '../store/index.ts';

/** A push to one address. Times are milliseconds since the epoch. */
export interface ListedPush {
  readonly id: number;
  readonly client: string;
  readonly pushId: string;
  /** As people write it. */
  readonly address: string;
  readonly state: DeliveryState;
  readonly priority: 'high' | 'medium' | 'low';
  readonly bearer: string | null;
  /** The address at the bearer. */
  readonly target: string | null;
  readonly attempts: number;
  /** When it is tried next; null where it is not queued. */
  readonly dueAt: number | null;
  readonly expiresAt: number;
  readonly submittedAt: number;
  readonly changedAt: number;
  readonly endedAt: number | null;
  readonly code: number | null;
  /** What happened last. */
  readonly text: string;
}

export interface PushFilter {
  readonly state?: DeliveryState | undefined;
  readonly bearer?: string | undefined;
  readonly client?: string | undefined;
  readonly pushId?: string | undefined;
  /** As stored: see `address/`. */
  readonly address?: string | undefined;
}

const select = (db: Queries) =>
  db
    .selectFrom('push_deliveries')
    .innerJoin('push_messages', 'push_messages.id', 'push_deliveries.message_id')
    .select([
      'push_deliveries.id',
      'push_deliveries.address',
      'push_deliveries.state',
      'push_deliveries.priority',
      'push_deliveries.bearer',
      'push_deliveries.target',
      'push_deliveries.attempt',
      'push_deliveries.due_at',
      'push_deliveries.expires_at',
      'push_deliveries.changed_at',
      'push_deliveries.ended_at',
      'push_deliveries.code',
      'push_deliveries.text',
      'push_deliveries.client',
      'push_messages.push_id',
      'push_messages.submitted_at',
    ]);

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number];

const NAMES = ['high', 'medium', 'low'] as const;

function listedOf(row: Row): ListedPush {
  return {
    id: row.id,
    client: row.client,
    pushId: row.push_id,
    address: shortKey(row.address),
    state: row.state,
    priority: NAMES[row.priority] ?? 'medium',
    bearer: row.bearer,
    target: row.target === null ? null : shortKey(row.target),
    attempts: row.attempt,
    dueAt: row.state === 'queued' ? row.due_at : null,
    expiresAt: row.expires_at,
    submittedAt: row.submitted_at,
    changedAt: row.changed_at,
    endedAt: row.ended_at,
    code: row.code,
    text: row.text,
  };
}

/** Pushes, the newest first. */
export async function listPushes(
  db: Queries,
  filter: PushFilter,
  page: PageRequest,
): Promise<Page<ListedPush>> {
  const after = idAfter(page);
  const rowsIn = (state: DeliveryState | undefined): Promise<Row[]> => {
    let query = select(db)
      .orderBy('push_deliveries.id', 'desc')
      .limit(page.limit + 1);
    if (after !== undefined) query = query.where('push_deliveries.id', '<', after);
    if (state !== undefined) query = query.where('push_deliveries.state', '=', state);
    if (filter.bearer !== undefined) query = query.where('push_deliveries.bearer', '=', filter.bearer);
    if (filter.address !== undefined) query = query.where('push_deliveries.address', '=', filter.address);
    if (filter.client !== undefined) query = query.where('push_deliveries.client', '=', filter.client);
    if (filter.pushId !== undefined) query = query.where('push_messages.push_id', '=', filter.pushId);
    return query.execute();
  };
  // The indexes of a bearer's and a client's pushes have them by state: there are few states, and may be a million pushes.
  const isByState = filter.bearer !== undefined || filter.client !== undefined;
  const states = isByState && filter.state === undefined ? DELIVERY_STATES : [filter.state];
  const rows = (await Promise.all(states.map(rowsIn))).flat().toSorted((a, b) => b.id - a.id);
  return pageOf(rows.slice(0, page.limit + 1).map(listedOf), page.limit, ({ id }) => id);
}

/** A push to one address with all that is known of it. */
export interface ShownPush extends ListedPush {
  readonly contentType: string;
  readonly applicationId: string | null;
  /** Bytes of the content. */
  readonly size: number;
  readonly quality: Quality;
  readonly sourceReference: string | null;
  readonly deliverAfter: number | null;
  readonly notifyTo: string | null;
  /** Names that networks gave to it. */
  readonly references: { readonly bearer: string; readonly reference: string }[];
  readonly events: readonly {
    readonly at: number;
    readonly kind: EventKind;
    readonly bearer: string | null;
    readonly text: string;
  }[];
  readonly notifications: {
    readonly url: string;
    readonly state: NotificationTable['state'];
    readonly attempts: number;
    readonly text: string | null;
  }[];
}

/** Events and notifications of one push that are shown, the newest. */
const SHOWN = 500;

/** @throws {NotFound} */
export async function showPush(db: Queries, id: number): Promise<ShownPush> {
  const row = await select(db)
    .select([
      'push_messages.content_type',
      'push_messages.application_id',
      'push_messages.quality',
      'push_messages.source_reference',
      'push_messages.deliver_after',
      'push_messages.notify_to',
      sql<number>`octet_length(push_messages.body)`.as('size'),
    ])
    .where('push_deliveries.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('push', id);
  const events = await db
    .selectFrom('push_events')
    .select(['at', 'kind', 'bearer', 'text'])
    .where('delivery_id', '=', id)
    .orderBy('id', 'desc')
    .limit(SHOWN)
    .execute();
  const notifications = await db
    .selectFrom('push_notifications')
    .select(['url', 'state', 'attempts', 'text'])
    .where('delivery_id', '=', id)
    .orderBy('id', 'desc')
    .limit(SHOWN)
    .execute();
  const references = await db
    .selectFrom('push_references')
    .select(['bearer', 'reference'])
    .where('delivery_id', '=', id)
    .orderBy('attempt')
    .limit(SHOWN)
    .execute();
  return {
    ...listedOf(row),
    contentType: row.content_type,
    applicationId: row.application_id,
    size: row.size,
    quality: JSON.parse(row.quality) as Quality,
    sourceReference: row.source_reference,
    deliverAfter: row.deliver_after,
    notifyTo: row.notify_to,
    references,
    events: events.reverse(),
    notifications: notifications.reverse(),
  };
}

/** Rows that are counted at most: a queue may be long, and nobody should wait for its length. */
const COUNTED = 100_000;

/** How many pushes wait for a bearer, and for its network's receipts; up to a bound. */
export async function countWaiting(
  db: Queries,
  bearer: string,
): Promise<{ queued: number; accepted: number }> {
  const count = async (state: DeliveryState) => {
    const { n } = await db
      .selectFrom((eb) =>
        eb
          .selectFrom('push_deliveries')
          .select('id')
          .where('bearer', '=', bearer)
          .where('state', '=', state)
          .limit(COUNTED)
          .as('some'),
      )
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    return n;
  };
  return { queued: await count('queued'), accepted: await count('accepted') };
}
