import { InvalidInput, idAfter, type Page, type PageRequest, pageOf } from '@grove/api';
import { type SqlBool, sql } from 'kysely';
import { devicesAt } from '../addresses/index.ts';
import type { Queries } from '../store/index.ts';
import { COLUMNS, type Device, type DeviceRow, deviceOf, withAddresses } from './device.ts';

/**
 * Devices, in the order in which they were registered.
 *
 * @param address where there is one, only the devices that are reached there
 */
export async function listDevices(
  db: Queries,
  address: string | undefined,
  page: PageRequest,
): Promise<Page<Device>> {
  const after = idAfter(page);
  const there = address === undefined ? undefined : await devicesAt(db, address, page.limit, after);
  if (there?.length === 0) return { items: [], next: null };
  const rows = await db
    .selectFrom('devices')
    .select(COLUMNS)
    .$if(there !== undefined, (query) => query.where('devices.id', 'in', there as number[]))
    .$if(after !== undefined, (query) => query.where('devices.id', '>', after as number))
    .orderBy('devices.id')
    .limit(page.limit + 1)
    .execute();
  const { items, next } = pageOf(rows.map(deviceOf), page.limit, (device) => device.id);
  return { items: await withAddresses(db, items), next };
}

/**
 * Some devices, in the order of their ids; those that are gone are left out.
 *
 * @param ids not more than a query has parameters for: some hundreds
 */
export async function devicesById(db: Queries, ids: readonly number[]): Promise<Device[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('devices')
    .select(COLUMNS)
    .where('devices.id', 'in', ids)
    .orderBy('devices.id')
    .execute();
  return withAddresses(db, rows.map(deviceOf));
}

/** What is looked at, one after the other; each is a range of an index. */
const SEARCHED = ['dev_id', 'man', 'mod'] as const;

/** Where a search goes on: below which column, after which value and id. */
type Cursor = [section: number, value: string, id: number];

/** Sorts after every text that begins with what stands before it. */
const LAST = '\u{10ffff}';

/**
 * Devices whose DevId begins with a text, then those whose manufacturer does, then those whose model
 * does. Case counts.
 */
export async function searchDevices(db: Queries, text: string, page: PageRequest): Promise<Page<Device>> {
  const start: Cursor = page.after === undefined ? [0, '', 0] : parseCursor(page.after);
  const found: { device: DeviceRow; cursor: Cursor }[] = [];
  for (let section = start[0]; section < SEARCHED.length && found.length <= page.limit; section++) {
    const [, value, id] = section === start[0] ? start : [section, '', 0];
    const column = SEARCHED[section] as (typeof SEARCHED)[number];
    const rows = await db
      .selectFrom('devices')
      .select(COLUMNS)
      .where(sql<SqlBool>`(${sql.ref(column)}, id) > (${value === '' ? text : value}, ${id})`)
      .where(column, '<', text + LAST)
      .where((where) =>
        where.and(
          SEARCHED.slice(0, section).map((earlier) =>
            where.or([
              where(earlier, 'is', null),
              where(earlier, '<', text),
              where(earlier, '>=', text + LAST),
            ]),
          ),
        ),
      )
      .orderBy(column)
      .orderBy('id')
      .limit(page.limit + 1 - found.length)
      .execute();
    for (const row of rows)
      found.push({ device: deviceOf(row), cursor: [section, row[column] ?? '', row.id] });
  }
  const { items, next } = pageOf(found, page.limit, ({ cursor }) => formatCursor(cursor));
  return {
    items: await withAddresses(
      db,
      items.map(({ device }) => device),
    ),
    next,
  };
}

function formatCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function parseCursor(text: string): Cursor {
  try {
    const cursor: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(cursor)) {
      const [section, value, id] = cursor as unknown[];
      if (
        (section === 0 || section === 1 || section === 2) &&
        typeof value === 'string' &&
        typeof id === 'number' &&
        Number.isSafeInteger(id)
      ) {
        return [section, value, id];
      }
    }
  } catch {
    // Not JSON: refused below, as anything else that no page ever gave.
  }
  throw new InvalidInput([{ field: 'after', value: text, expected: 'the "next" of the page before' }]);
}
