import { idAfter, type Page, type PageRequest, pageOf } from '@grove/api';
import { sql } from 'kysely';
import type { Queries, Store } from '../store/index.ts';
import type { Predicate } from './compile.ts';
import { type Plan, planFor } from './plan.ts';
import { walk } from './walk.ts';

/** How devices are looked for. */
export interface SearchOptions {
  /** Milliseconds since the epoch; relative times are before it. */
  readonly now: number;
  /** Ends the search. */
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds after which a page ends with what was found. */
const PAGE_TIME = 1_000;

/**
 * Ids of the devices for which a predicate holds, from the smallest on. Where few devices of many match and no index
 * leads to them, a page may have fewer than were asked for, or none, and still be followed by another.
 */
export async function findDevices(
  store: Store,
  predicate: Predicate,
  page: PageRequest,
  { now, signal }: SearchOptions,
): Promise<Page<number>> {
  const plan = await planFor(store, predicate, now);
  const after = plan.positionOf(idAfter(page) ?? 0);
  const wanted = page.limit + 1;
  const ids: number[] = [];
  const end = performance.now() + PAGE_TIME;
  const look = (from: number, upTo: number) => idsIn(store.reader, plan, from, upTo, wanted - ids.length);
  for await (const { upTo, found } of walk(plan, after, look, signal)) {
    ids.push(...found);
    if (ids.length === wanted) break;
    if (upTo < plan.last && performance.now() > end) return { items: ids, next: String(plan.idAt(upTo)) };
  }
  return pageOf(ids, page.limit, (id) => id);
}

/** How many devices a predicate holds for. Others have their turn meanwhile. */
export async function countDevices(
  store: Store,
  predicate: Predicate,
  { now, signal }: SearchOptions,
): Promise<number> {
  const plan = await planFor(store, predicate, now);
  let count = 0;
  const look = (after: number, upTo: number) => countIn(store.reader, plan, after, upTo);
  for await (const { found } of walk(plan, 0, look, signal)) count += found;
  return count;
}

/**
 * Ids of all devices for which a predicate holds, from the smallest on, some at a time; of all devices where there is
 * no predicate. A device that changes meanwhile is in it as it was or as it is.
 */
export async function* eachDevice(
  store: Store,
  predicate: Predicate | null,
  { now, signal }: SearchOptions,
): AsyncGenerator<readonly number[]> {
  const plan = await planFor(store, predicate, now);
  const look = (after: number, upTo: number) =>
    idsIn(store.reader, plan, after, upTo, Number.MAX_SAFE_INTEGER);
  for await (const { found } of walk(plan, 0, look, signal)) {
    if (found.length > 0) yield found;
  }
}

async function idsIn(db: Queries, plan: Plan, after: number, upTo: number, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('devices')
    .select('devices.id')
    .where(plan.within(after, upTo))
    .orderBy('devices.id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

async function countIn(db: Queries, plan: Plan, after: number, upTo: number): Promise<number> {
  const row = await db
    .selectFrom('devices')
    .select(sql<number>`count(*)`.as('count'))
    .where(plan.within(after, upTo))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
