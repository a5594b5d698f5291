/** What happens to deliveries when time goes by. */
import { RESULT } from '@grove/push';
import type { Params } from '@grove/store';
import { sql } from 'kysely';
import { isOpen, type Queries, statement } from '../store/index.ts';
import { DELIVERY_COLUMNS, deliveryOf } from './delivery.ts';
import { end } from './life.ts';

/** Milliseconds for which a receipt may be late: the network reports that its time was over after it was. */
const RECEIPT_GRACE = 60_000;

const GRACE = sql`case push_deliveries.state when 'accepted' then ${sql.lit(RECEIPT_GRACE)} else 0 end`;

const overdue = statement((q, p: Params<{ now: number; limit: number }>) =>
  q
    .selectFrom('push_deliveries')
    .innerJoin('push_messages', 'push_messages.id', 'push_deliveries.message_id')
    .select(DELIVERY_COLUMNS)
    .where(isOpen)
    .where('push_deliveries.expires_at', '<=', p('now'))
    .where('push_deliveries.state', '!=', 'sending')
    // In one condition, as alternatives would lead SQLite to look at each.
    .where(sql<number>`push_deliveries.expires_at + ${GRACE}`, '<=', p('now'))
    .orderBy('push_deliveries.expires_at')
    .limit(p('limit')),
);

/** Ends what nobody wants delivered any more. @returns whether there may be more */
export async function expireDeliveries(db: Queries, now: number, limit: number): Promise<boolean> {
  const rows = await overdue.all(db, { now, limit });
  for (const row of rows) {
    const delivery = deliveryOf(row);
    const code = RESULT.serviceFailure.code;
    const isSent = delivery.state === 'accepted';
    const said = delivery.attempt === 0 ? 'it was never tried' : `the last that was said: ${delivery.text}`;
    await end(
      db,
      delivery,
      isSent
        ? { state: 'timeout', code, text: `no receipt came in its time; ${said}` }
        : { state: 'expired', code, text: `its time was over; ${said}` },
      now,
    );
  }
  return rows.length === limit;
}

/** Throws away what ended before a time. @returns whether there may be more */
export async function trimDeliveries(db: Queries, before: number, limit: number): Promise<boolean> {
  const ended = await db
    .selectFrom('push_deliveries')
    .select(['id', 'message_id'])
    .where('ended_at', 'is not', null)
    .where('ended_at', '<', before)
    .orderBy('ended_at')
    .limit(limit)
    .execute();
  if (ended.length === 0) return false;
  await db
    .deleteFrom('push_deliveries')
    .where(
      'id',
      'in',
      ended.map(({ id }) => id),
    )
    .execute();
  await db
    .deleteFrom('push_messages')
    .where(
      'id',
      'in',
      ended.map(({ message_id }) => message_id),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('push_deliveries')
            .select('push_deliveries.id')
            .whereRef('push_deliveries.message_id', '=', 'push_messages.id'),
        ),
      ),
    )
    .execute();
  return ended.length === limit;
}
