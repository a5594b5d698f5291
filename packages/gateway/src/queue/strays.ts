import type { Queries } from '../store/index.ts';
import { DELIVERY_COLUMNS, deliveryOf } from './delivery.ts';
import { goAround, goOnElsewhere } from './life.ts';
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

/**
 * Takes what is due over a bearer that is down over to others that are up.
 *
 * @param after the id up to which it was looked through
 * @returns where pushes went, and up to which id it was looked through; undefined where that was the last
 */
export async function leaveBearer(
  db: Queries,
  bearer: string,
  after: number,
  up: ReadonlySet<string>,
  rules: Rules,
  now: number,
  limit: number,
): Promise<{ to: ReadonlySet<string>; last: number | undefined }> {
  const rows = await db
    .selectFrom('push_deliveries')
    .innerJoin('push_messages', 'push_messages.id', 'push_deliveries.message_id')
    .select([...DELIVERY_COLUMNS, 'push_deliveries.due_at'])
    .where('push_deliveries.bearer', '=', bearer)
    .where('push_deliveries.state', '=', 'queued')
    .where('push_deliveries.id', '>', after)
    .orderBy('push_deliveries.id')
    .limit(limit)
    .execute();
  const to = new Set<string>();
  for (const row of rows) {
    const next = row.due_at > now ? undefined : await goAround(db, deliveryOf(row), up, rules, now);
    if (next !== undefined) to.add(next);
  }
  return { to, last: rows.length < limit ? undefined : rows.at(-1)?.id };
}
