/** Values that occur in the fleet, found by indexes in steps of which none takes long. */

import { engineOf } from '@grove/store';
import { type RawBuilder, sql } from 'kysely';
import { orderKey } from '../../known-values/index.ts';
import type { Queries } from '../../store/index.ts';
import { COUNTED, type FindValues, type Occurring, type ValuesWanted } from './field.ts';
import { LAST } from './last.ts';
import { uriIds } from './uris.ts';

/** Values that are looked at for those that begin with a text. */
const LOOKED_AT = 500;

/** Values of an indexed column of devices: one look into the index for each. */
export function valuesInColumn(name: string): FindValues {
  const column = sql.ref(name);
  return async (db, { prefix, limit }) => {
    const found: Occurring[] = [];
    let last: string | undefined;
    while (found.length < limit) {
      const after = last === undefined ? sql`${column} >= ${prefix}` : sql`${column} > ${last}`;
      const { rows } = await sql<{ value: string }>`
        select ${column} as value from devices where ${after} and ${column} < ${prefix + LAST}
        order by ${column} limit 1`.execute(db);
      const [row] = rows;
      if (row === undefined) break;
      last = row.value;
      found.push({ value: last, devices: await countRows(db, sql`devices where ${column} = ${last}`) });
    }
    return found;
  };
}

/** As {@link valuesInColumn}, for a column whose index is on the keys of its values. */
export function valuesInOrder(name: string, key: string): FindValues {
  const [column, order] = [sql.ref(name), sql.ref(key)];
  return async (db, { prefix, limit }) => {
    const found: Occurring[] = [];
    let last: string | undefined;
    for (let looked = 0; looked < LOOKED_AT && found.length < limit; looked++) {
      const after = last === undefined ? sql`${order} >= ${keyBefore(prefix)}` : sql`${order} > ${last}`;
      const { rows } = await sql<{ value: string; key: string }>`
        select ${column} as value, ${order} as key from devices where ${after} order by ${order} limit 1`.execute(
        db,
      );
      const [row] = rows;
      if (row === undefined || !row.key.startsWith(keyBefore(prefix))) break;
      last = row.key;
      if (!row.value.startsWith(prefix)) continue;
      found.push({ value: row.value, devices: await countRows(db, sql`devices where ${order} = ${last}`) });
    }
    return found;
  };
}

/** What the keys of all texts begin with that begin with this one: a number may go on. */
function keyBefore(prefix: string): string {
  return orderKey(prefix.replace(/[0-9]+$/, ''));
}

/** Values in an indexed column of another table, which are not counted. */
export function valuesIn(from: RawBuilder<unknown>, column: RawBuilder<unknown>): FindValues {
  return async (db, { prefix, limit }) => {
    const { rows } = await sql<{ value: string }>`
      select ${column} as value from ${from} and ${column} >= ${prefix} and ${column} < ${prefix + LAST}
      order by ${column} limit ${limit}`.execute(db);
    return rows.map(({ value }) => ({ value, devices: null }));
  };
}

/** Values of the nodes at a path. */
export async function valuesAtPath(
  db: Queries,
  { prefix, limit, argument }: ValuesWanted,
): Promise<Occurring[]> {
  if (argument === undefined || !('path' in argument)) return [];
  const { rows } = await sql<{ id: number; value: string }>`
    select id, value from (
      select node_values.id, node_values.value from node_values
      where node_values.uri_id in (${uriIds(argument.path, engineOf(db))})
        and node_values.format <> 'node' and node_values.value is not null
        and node_values.order_key >= ${keyBefore(prefix)} and node_values.order_key < ${keyBefore(prefix) + LAST}
      limit ${LOOKED_AT}
    ) as looked_at where substr(value, 1, ${prefix.length}) = ${prefix}`.execute(db);
  const ids = new Map<string, number[]>();
  for (const { id, value } of rows) ids.set(value, [...(ids.get(value) ?? []), id]);
  const found: Occurring[] = [];
  for (const value of [...ids.keys()].sort().slice(0, limit)) {
    const having = sql`device_nodes where device_nodes.value_id in (${sql.join(ids.get(value) ?? [])})`;
    const devices = await countRows(db, having);
    if (devices > 0) found.push({ value, devices });
  }
  return found;
}

/** How many rows there are, up to {@link COUNTED}. */
async function countRows(db: Queries, from: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from ${from} limit ${COUNTED}) as counted`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
