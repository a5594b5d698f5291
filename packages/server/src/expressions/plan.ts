/** How the devices are found for which a predicate holds. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { countSet, loadSet } from '../sets/index.ts';
import type { Queries, Store } from '../store/index.ts';
import type { Driver, Predicate } from './compile.ts';

/**
 * Where devices are looked for: at positions one after the other, of which any number that follow each other are looked at
 * together. Positions are ids, or places in a list of ids.
 */
export interface Plan {
  /** The last position. */
  readonly last: number;
  /** Positions that are looked at together at most. */
  readonly most: number;
  /** The position after which devices with larger ids are. */
  positionOf(id: number): number;
  /** The largest id at a position, and at those before it. */
  idAt(position: number): number;
  /** The condition on a row of `devices` for what is after one position, and up to another. */
  within(after: number, upTo: number): RawBuilder<SqlBool>;
}

/** So many devices are listed where an index leads to them. */
const SHORT = 2_000;
/** Indexes that are tried. */
const TRIALS = 8;
/** A set is listed where it has no more than this part of all devices. */
const SPARSE = 0.2;
/** Listed devices that are looked at together: each is a parameter of the query. */
const LISTED = 1_000;
/** Ids that are looked at together. */
const RANGE = 1_000_000;

const ID = sql.ref('devices.id');

/** Both bounds as a condition on a column with ids. */
function inRange(after: number, upTo: number, id: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql<SqlBool>`${id} > ${after} and ${id} <= ${upTo}`;
}

/**
 * Finds the index that leads to the fewest devices, if one leads to few; else one that serves ranges of ids.
 *
 * @param predicate null for all devices
 */
export async function planFor(store: Store, predicate: Predicate | null, now: number): Promise<Plan> {
  const last = await lastId(store.reader);
  if (predicate === null) return ranged(last, (after, upTo) => inRange(after, upTo, ID));
  const at = sql<number>`${now}`;
  const drivers = predicate.drivers(store.engine, at);
  let best: { ids: number[]; rest: Driver['rest'] } | undefined;
  for (const driver of drivers.slice(0, TRIALS)) {
    const ids = await listOf(store.reader, driver, last);
    if (ids === undefined || (best !== undefined && best.ids.length <= ids.length)) continue;
    best = { ids, rest: driver.rest };
    if (ids.length === 0) break;
  }
  if (best !== undefined) return listed(best.ids, best.rest);
  for (const driver of drivers) {
    if (driver.kind !== 'index' || !driver.isRanged) continue;
    const { ids, rest } = driver;
    return ranged(
      last,
      (after, upTo) => sql<SqlBool>`devices.id in (${ids((id) => inRange(after, upTo, id))}) and (${rest})`,
    );
  }
  const where = predicate.where(store.engine, at);
  return ranged(last, (after, upTo) => sql<SqlBool>`${inRange(after, upTo, ID)} and (${where})`);
}

function ranged(last: number, within: Plan['within']): Plan {
  return { last, most: RANGE, positionOf: (id) => id, idAt: (position) => position, within };
}

function listed(ids: readonly number[], rest: RawBuilder<SqlBool>): Plan {
  return {
    last: ids.length,
    most: LISTED,
    positionOf: (id) => {
      const at = ids.findIndex((each) => each > id);
      return at < 0 ? ids.length : at;
    },
    idAt: (position) => ids[position - 1] ?? 0,
    within: (after, upTo) => sql<SqlBool>`devices.id in (${sql.join(ids.slice(after, upTo))}) and (${rest})`,
  };
}

/** The devices to which an index leads, in order; undefined where they are many. */
async function listOf(db: Queries, driver: Driver, last: number): Promise<number[] | undefined> {
  if (driver.kind === 'set') {
    const count = await countSet(db, driver.setId);
    if (count > SHORT && count > last * SPARSE) return undefined;
    return [...(await loadSet(db, driver.setId)).ids()];
  }
  const found = driver.ids((id) => sql<SqlBool>`${id} > 0`);
  const { rows } = await sql<{ id: number }>`
    select id from (${found}) as found limit ${SHORT + 1}`.execute(db);
  if (rows.length > SHORT) return undefined;
  return [...new Set(rows.map(({ id }) => id))].sort((a, b) => a - b);
}

async function lastId(db: Queries): Promise<number> {
  const row = await db.selectFrom('devices').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.id ?? 0;
}
