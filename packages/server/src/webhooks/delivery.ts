/** Messages for webhooks: what was told, and what became of it. */
import { randomBytes } from 'node:crypto';
import { idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import type { Selectable } from 'kysely';
import { type Event, typesNamed } from '../events/index.ts';
import {
  isDeliveryOver,
  isDeliveryPending,
  type Queries,
  type WebhookDeliveryTable,
} from '../store/index.ts';

/** A message for one address. Times are milliseconds since the epoch. */
export interface Delivery {
  id: number;
  webhookId: number;
  /** The header webhook-id. */
  messageId: string;
  type: string;
  state: WebhookDeliveryTable['state'];
  attempts: number;
  /** When it is tried next; null where it is not. */
  nextAt: number | null;
  createdAt: number;
  finishedAt: number | null;
}

/** One time that it was tried. */
export interface DeliveryAttempt {
  n: number;
  at: number;
  /** Milliseconds. */
  took: number;
  /** Of HTTP; null where there was no answer. */
  status: number | null;
  /** What was answered, the beginning; or why nothing was. */
  text: string;
}

export interface DeliveryDetail extends Delivery {
  /** What is posted, parsed. */
  body: unknown;
  log: DeliveryAttempt[];
}

/** What a webhook is to be told. */
export interface Message {
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const MESSAGE_ID_BYTES = 16;

/** Keeps messages to be delivered. */
export async function queueMessages(
  db: Queries,
  messages: readonly (Message & { readonly webhookId: number })[],
  now: number,
): Promise<number[]> {
  if (messages.length === 0) return [];
  const rows = await db
    .insertInto('webhook_deliveries')
    .values(
      messages.map(({ webhookId, type, at, data }) => ({
        webhook_id: webhookId,
        message_id: `msg_${randomBytes(MESSAGE_ID_BYTES).toString('base64url')}`,
        type,
        // As Standard Webhooks has it: what has happened, when, and all about it.
        body: JSON.stringify({ type, timestamp: new Date(at).toISOString(), data }),
        state: 'pending' as const,
        attempts: 0,
        next_at: now,
        created_at: now,
      })),
    )
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

function messageOf({ type, at, data, ...about }: Event): Message {
  return { type, at, data: { ...about, data } };
}

/** Keeps for each webhook what it is to be told of events. */
export async function queueEvents(db: Queries, events: readonly Event[], now: number): Promise<void> {
  const webhooks = await db
    .selectFrom('webhooks')
    .select(['id', 'types', 'since_event'])
    .where('state', '=', 'enabled')
    .execute();
  for (const { id: webhookId, types, since_event } of webhooks) {
    const wanted =
      types === null
        ? undefined
        : new Set<string>((JSON.parse(types) as string[]).flatMap((name) => typesNamed(name)));
    const told = events.filter(({ id, type }) => id > since_event && (wanted?.has(type) ?? true));
    await queueMessages(
      db,
      told.map((event) => ({ ...messageOf(event), webhookId })),
      now,
    );
  }
}

function deliveryOf(row: Omit<Selectable<WebhookDeliveryTable>, 'body'>): Delivery {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    messageId: row.message_id,
    type: row.type,
    state: row.state,
    attempts: row.attempts,
    nextAt: row.state === 'pending' ? row.next_at : null,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

/** Messages for a webhook, the newest first. */
export async function listDeliveries(
  db: Queries,
  webhookId: number,
  state: Delivery['state'] | undefined,
  page: PageRequest,
): Promise<Page<Delivery>> {
  let query = db
    .selectFrom('webhook_deliveries')
    .select([
      'id',
      'webhook_id',
      'message_id',
      'type',
      'state',
      'attempts',
      'next_at',
      'created_at',
      'finished_at',
    ])
    .where('webhook_id', '=', webhookId)
    .where('id', '<', idAfter(page) ?? Number.MAX_SAFE_INTEGER)
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (state !== undefined) query = query.where('state', '=', state);
  return pageOf((await query.execute()).map(deliveryOf), page.limit, ({ id }) => id);
}

/** @throws {NotFound} */
export async function showDelivery(db: Queries, webhookId: number, id: number): Promise<DeliveryDetail> {
  const row = await db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('id', '=', id)
    .where('webhook_id', '=', webhookId)
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('delivery', id);
  const log = await db
    .selectFrom('webhook_attempts')
    .select(['n', 'at', 'took', 'status', 'text'])
    .where('delivery_id', '=', id)
    .orderBy('n')
    .execute();
  return { ...deliveryOf(row), body: JSON.parse(row.body) as unknown, log };
}

/** Has a message be delivered again, whatever became of it, under the same id. @throws {NotFound} */
export async function resend(db: Queries, webhookId: number, id: number, now: number): Promise<void> {
  const row = await db
    .updateTable('webhook_deliveries')
    .set({ state: 'pending', next_at: now, finished_at: null })
    .where('id', '=', id)
    .where('webhook_id', '=', webhookId)
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) throw new NotFound('delivery', id);
}

/**
 * Has all messages be delivered again that were given up.
 *
 * @param since those that were made since then, milliseconds since the epoch
 * @returns how many
 */
export async function resendFailed(
  db: Queries,
  webhookId: number,
  since: number,
  now: number,
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('webhook_deliveries')
    .set({ state: 'pending', next_at: now, finished_at: null })
    .where('webhook_id', '=', webhookId)
    .where('state', '=', 'failed')
    .where('created_at', '>=', since)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** Rows that one statement deletes at most. */
const BATCH = 500;

/**
 * Forgets what was delivered or given up; some of it per call.
 *
 * @param before what ended since then is kept, milliseconds since the epoch
 * @returns whether there may be more
 */
export async function trimDeliveries(db: Queries, before: number): Promise<boolean> {
  const rows = await db
    .selectFrom('webhook_deliveries')
    .select('id')
    .where(isDeliveryOver)
    .where('finished_at', '<', before)
    .orderBy('finished_at')
    .limit(BATCH)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await db.deleteFrom('webhook_deliveries').where('id', 'in', ids).execute();
  return ids.length === BATCH;
}

/** Whether more messages wait for a webhook than it will ever take. */
export async function isFarBehind(db: Queries, webhookId: number, most: number): Promise<boolean> {
  const beyond = await db
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('webhook_id', '=', webhookId)
    .where(isDeliveryPending)
    .orderBy('next_at')
    .offset(most)
    .limit(1)
    .executeTakeFirst();
  return beyond !== undefined;
}
