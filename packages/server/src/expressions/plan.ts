/** How the devices are found for which a predicate holds. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Store } from '../store/index.ts';
import type { Driver, Predicate } from './compile.ts';

/** Devices with an id above `after` and, where it is given, up to `upTo`. */
export interface IdBounds {
  readonly after: number;
  readonly upTo?: number | undefined;
}

export interface Plan {
  /** Whether there are so few that all of them can be looked at in one query. */
  readonly isShort: boolean;
  /** The condition on a row of `devices`. */
  within(bounds: IdBounds): RawBuilder<SqlBool>;
}

/** So many devices can be looked at in one query, whatever is asked of them. */
const SHORT = 2_000;
/** Indexes that are tried. */
const TRIALS = 8;

/** The bounds as a condition on a column with ids. */
function inBounds({ after, upTo }: IdBounds, id: RawBuilder<unknown>): RawBuilder<SqlBool> {
  const above = sql<SqlBool>`${id} > ${after}`;
  return upTo === undefined ? above : sql<SqlBool>`${above} and ${id} <= ${upTo}`;
}

const ID = sql.ref('devices.id');

/** Finds the index that leads to the fewest devices, if one leads to few; else one that serves ranges of ids. */
export async function planFor(store: Store, predicate: Predicate | null, now: number): Promise<Plan> {
  if (predicate === null) return { isShort: false, within: (bounds) => inBounds(bounds, ID) };
  const at = sql<number>`${now}`;
  const drivers = predicate.drivers(store.engine, at);
  let best: { driver: Driver; count: number } | undefined;
  for (const driver of drivers.slice(0, TRIALS)) {
    const count = await countUpTo(store, driver, SHORT + 1);
    if (best === undefined || count < best.count) best = { driver, count };
    if (count === 0) break;
  }
  if (best !== undefined && best.count <= SHORT) return planOf(best.driver, true);
  const ranged = drivers.find(({ isRanged }) => isRanged);
  if (ranged !== undefined) return planOf(ranged, false);
  const where = predicate.where(store.engine, at);
  return {
    isShort: false,
    within: (bounds) => sql<SqlBool>`${inBounds(bounds, ID)} and (${where})`,
  };
}

function planOf({ ids, rest }: Driver, isShort: boolean): Plan {
  return {
    isShort,
    within: (bounds) => sql<SqlBool>`devices.id in (${ids((id) => inBounds(bounds, id))}) and (${rest})`,
  };
}

async function countUpTo(store: Store, { ids }: Driver, limit: number): Promise<number> {
  const found = ids((id) => inBounds({ after: 0 }, id));
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from (${found}) as found limit ${limit}) as counted`.execute(
    store.reader,
  );
  return Number(rows[0]?.count ?? 0);
}
