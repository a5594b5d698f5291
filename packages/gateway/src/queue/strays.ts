import type { Queries } from '../store/index.ts';
import { DELIVERY_COLUMNS, deliveryOf } from './delivery.ts';
import { goOnElsewhere } from './life.ts';
import type { Rules } from './rules.ts';

/**
 * Finds other ways for what is queued for a bearer that is not configured any more.
 *
 * @returns whether there may be more
 */
export async function rerouteStrays(
  db: Queries,
  bearers: readonly string[],
  rules: Rules,
  now: number,
  limit: number,
): Promise<boolean> {
  const rows = await db
    .selectFrom('push_deliveries')
    .innerJoin('push_messages', 'push_messages.id', 'push_deliveries.message_id')
    .select(DELIVERY_COLUMNS)
    .where('push_deliveries.state', '=', 'queued')
    .where('push_deliveries.bearer', 'not in', bearers.length > 0 ? [...bearers] : [''])
    .orderBy('push_deliveries.id')
    .limit(limit)
    .execute();
  for (const row of rows) {
    const text = `the gateway has no bearer ${JSON.stringify(row.bearer)} any more`;
    await goOnElsewhere(db, deliveryOf(row), { text, dead: true }, rules, now);
  }
  return rows.length === limit;
}
