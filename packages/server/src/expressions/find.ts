import { idAfter, type Page, type PageRequest } from '@grove/api';
import { sql } from 'kysely';
import type { Queries, Store } from '../store/index.ts';
import type { Predicate } from './compile.ts';
import { type IdBounds, type Plan, planFor } from './plan.ts';
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
  const after = idAfter(page) ?? 0;
  const plan = await planFor(store, predicate, now);
  const wanted = page.limit + 1;
  if (plan.isShort) return pageFrom(await idsIn(store.reader, plan, { after }, wanted), page.limit);
  const ids: number[] = [];
  const last = await lastId(store.reader);
  const end = performance.now() + PAGE_TIME;
  const look = (from: number, upTo: number) =>
    idsIn(store.reader, plan, { after: from, upTo }, wanted - ids.length);
  for await (const { upTo, found } of walk(after, last, look, signal)) {
    ids.push(...found);
    if (ids.length === wanted) break;
    if (upTo < last && performance.now() > end) return { items: ids, next: String(upTo) };
  }
  return pageFrom(ids, page.limit);
}

function pageFrom(ids: number[], limit: number): Page<number> {
  if (ids.length <= limit) return { items: ids, next: null };
  const items = ids.slice(0, limit);
  return { items, next: String(items.at(-1)) };
}

/** How many devices a predicate holds for. Others have their turn meanwhile. */
export async function countDevices(
  store: Store,
  predicate: Predicate,
  { now, signal }: SearchOptions,
): Promise<number> {
  const plan = await planFor(store, predicate, now);
  if (plan.isShort) return countIn(store.reader, plan, { after: 0 });
  let count = 0;
  const look = (after: number, upTo: number) => countIn(store.reader, plan, { after, upTo });
  for await (const { found } of walk(0, await lastId(store.reader), look, signal)) count += found;
  return count;
}

/**
 * Ids of all devices for which a predicate holds, from the smallest on, some at a time; of all devices where there is
 * no predicate. A device that changes meanwhile
 * is in it as it was or as it is.
 */
export async function* eachDevice(
  store: Store,
  predicate: Predicate | null,
  { now, signal }: SearchOptions,
): AsyncGenerator<readonly number[]> {
  const plan = await planFor(store, predicate, now);
  if (plan.isShort) {
    yield await idsIn(store.reader, plan, { after: 0 }, Number.MAX_SAFE_INTEGER);
    return;
  }
  const look = (after: number, upTo: number) =>
    idsIn(store.reader, plan, { after, upTo }, Number.MAX_SAFE_INTEGER);
  for await (const { found } of walk(0, await lastId(store.reader), look, signal)) {
    if (found.length > 0) yield found;
  }
}

async function idsIn(db: Queries, plan: Plan, bounds: IdBounds, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('devices')
    .select('devices.id')
    .where(plan.within(bounds))
    .orderBy('devices.id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

async function countIn(db: Queries, plan: Plan, bounds: IdBounds): Promise<number> {
  const row = await db
    .selectFrom('devices')
    .select(sql<number>`count(*)`.as('count'))
    .where(plan.within(bounds))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

async function lastId(db: Queries): Promise<number> {
  const row = await db.selectFrom('devices').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.id ?? 0;
}
