/** How fields are written whose values are in a column of devices, or in rows of another table. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { PathSubject } from '../language/index.ts';
import type { Check, Field, FieldUse, Sql } from './field.ts';

/** A value in the device's own row. */
export function column(
  name: string,
  { key, isIndexed = false }: { key?: string; isIndexed?: boolean } = {},
): Pick<Field, 'sql'> {
  const columns = {
    value: sql.ref(`devices.${name}`),
    key: key === undefined ? undefined : sql.ref(`devices.${key}`),
  };
  return {
    sql({ check }) {
      const where = check.holds(columns);
      // An index on the keys tells nothing of patterns.
      const isPattern = check.test.kind === 'compare' && check.test.operator === '~';
      if (!isIndexed || !check.isIndexable || (isPattern && key !== undefined)) return { where };
      return {
        where,
        ids: (range) =>
          sql`select devices.id as id from devices where ${where} and ${range(sql.ref('devices.id'))}`,
        isRanged: check.equal !== undefined,
      };
    },
  };
}

/** Values in rows of a table, each with the device that it is of. */
export interface Rows {
  /** What to select from: a table, or tables that are joined. */
  readonly from: RawBuilder<unknown>;
  /** The column with the device's id. */
  readonly device: RawBuilder<unknown>;
  readonly value: RawBuilder<unknown>;
  readonly key?: RawBuilder<unknown> | undefined;
  /** Which of its rows, if not all. */
  readonly where?: RawBuilder<SqlBool> | undefined;
}

/**
 * The condition that some row of a device's has such a value.
 *
 * @param byIndex whether an index leads from what `check` asks for to the devices; `ranged` where it has the device's id next
 */
export function someRow(rows: Rows, check: Check, byIndex?: 'whole' | 'ranged'): Sql {
  const { from, device, where = sql<SqlBool>`1 = 1` } = rows;
  const holds = sql<SqlBool>`${where} and ${check.holds(rows)}`;
  return {
    where: sql<SqlBool>`exists (select 1 from ${from} where ${device} = devices.id and ${holds})`,
    ids:
      byIndex === undefined
        ? undefined
        : (range) => sql`select ${device} as id from ${from} where ${holds} and ${range(device)}`,
    isRanged: byIndex === 'ranged',
  };
}

/** The path that stands in brackets, which was found to be there. */
export function pathOf(argument: FieldUse['argument']): PathSubject {
  if (argument === undefined || !('path' in argument)) throw new Error('a field of nodes needs a path');
  return argument.path;
}
