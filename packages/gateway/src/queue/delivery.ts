import type { Quality } from '@grove/push';
import type { Params } from '@grove/store';
import type { TriedWay } from '../routing/index.ts';
import { type DeliveryState, type Queries, statement } from '../store/index.ts';

/** A push on its way to one address, with what is needed to go on with it. */
export interface Delivery {
  readonly id: number;
  readonly messageId: number;
  readonly client: string;
  readonly pushId: string;
  /** As stored: see `address/`. */
  readonly address: string;
  readonly addressText: string;
  readonly state: DeliveryState;
  readonly bearer: string | null;
  readonly target: string | null;
  readonly expiresAt: number;
  readonly failures: number;
  readonly attempt: number;
  readonly tried: readonly TriedWay[];
  readonly text: string;
  readonly contentType: string;
  readonly quality: Quality;
  readonly notifyTo: string | null;
  readonly version: string;
  readonly submittedAt: number;
}

/** The columns of a {@link Delivery}, in `push_deliveries` and `push_messages`. */
export const DELIVERY_COLUMNS = [
  'push_deliveries.id',
  'push_deliveries.message_id',
  'push_deliveries.address',
  'push_deliveries.address_text',
  'push_deliveries.state',
  'push_deliveries.bearer',
  'push_deliveries.target',
  'push_deliveries.expires_at',
  'push_deliveries.failures',
  'push_deliveries.attempt',
  'push_deliveries.tried',
  'push_deliveries.text',
  'push_messages.client',
  'push_messages.push_id',
  'push_messages.content_type',
  'push_messages.quality',
  'push_messages.notify_to',
  'push_messages.version',
  'push_messages.submitted_at',
] as const;

/** A row of {@link DELIVERY_COLUMNS}. */
export interface DeliveryRow {
  id: number;
  message_id: number;
  address: string;
  address_text: string;
  state: DeliveryState;
  bearer: string | null;
  target: string | null;
  expires_at: number;
  failures: number;
  attempt: number;
  tried: string;
  text: string;
  client: string;
  push_id: string;
  content_type: string;
  quality: string;
  notify_to: string | null;
  version: string;
  submitted_at: number;
}

export function deliveryOf(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    messageId: row.message_id,
    client: row.client,
    pushId: row.push_id,
    address: row.address,
    addressText: row.address_text,
    state: row.state,
    bearer: row.bearer,
    target: row.target,
    expiresAt: row.expires_at,
    failures: row.failures,
    attempt: row.attempt,
    tried: JSON.parse(row.tried) as TriedWay[],
    text: row.text,
    contentType: row.content_type,
    quality: JSON.parse(row.quality) as Quality,
    notifyTo: row.notify_to,
    version: row.version,
    submittedAt: row.submitted_at,
  };
}

const byId = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('push_deliveries')
    .innerJoin('push_messages', 'push_messages.id', 'push_deliveries.message_id')
    .select(DELIVERY_COLUMNS)
    .where('push_deliveries.id', '=', p('id')),
);

export async function findDelivery(db: Queries, id: number): Promise<Delivery | undefined> {
  const row = await byId.first(db, { id });
  return row === undefined ? undefined : deliveryOf(row);
}

const byPush = statement((q, p: Params<{ client: string; pushId: string }>) =>
  q
    .selectFrom('push_deliveries')
    .innerJoin('push_messages', 'push_messages.id', 'push_deliveries.message_id')
    .select([...DELIVERY_COLUMNS, 'push_deliveries.code', 'push_deliveries.changed_at'])
    .where('push_messages.client', '=', p('client'))
    .where('push_messages.push_id', '=', p('pushId'))
    .orderBy('push_deliveries.id'),
);

/** A delivery with how far it is. */
export interface DeliveryStatus extends Delivery {
  readonly code: number | null;
  readonly changedAt: number;
}

/** The deliveries of a client's push; none where the push is not known. */
export async function deliveriesOf(
  db: Queries,
  client: string,
  pushId: string,
): Promise<readonly DeliveryStatus[]> {
  const rows = await byPush.all(db, { client, pushId });
  return rows.map((row) => ({ ...deliveryOf(row), code: row.code, changedAt: row.changed_at }));
}
