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

/** Rows that one query reads, and rows that one page looks at where hardly any of them is to be on it. */
const ROWS = 1_000;
const MOST_ROWS = 20_000;

/**
 * Devices whose DevId begins with a text, then those whose manufacturer does, then those whose model
 * does. Case counts. A page may have fewer devices than were asked for, or none, and still be followed by another, where
 * many of one section were in the section before.
 */
export async function searchDevices(db: Queries, text: string, page: PageRequest): Promise<Page<Device>> {
  let cursor: Cursor | undefined = page.after === undefined ? [0, '', 0] : parseCursor(page.after);
  const found: { device: DeviceRow; cursor: Cursor }[] = [];
  for (let seen = 0; cursor !== undefined && found.length <= page.limit && seen < MOST_ROWS; ) {
    const [section, value, id]: Cursor = cursor;
    const column = SEARCHED[section] as (typeof SEARCHED)[number];
    const limit = seen === 0 ? page.limit + 1 : ROWS;
    const rows = await db
      .selectFrom('devices')
      .select(COLUMNS)
      .where(sql<SqlBool>`(${sql.ref(column)}, id) > (${value === '' ? text : value}, ${id})`)
      .where(column, '<', text + LAST)
      .orderBy(column)
      .orderBy('id')
      .limit(limit)
      .execute();
    seen += limit;
    cursor = section + 1 < SEARCHED.length ? [section + 1, '', 0] : undefined;
    for (const row of rows) {
      const at: Cursor = [section, row[column] ?? '', row.id];
      if (rows.length === limit) cursor = at;
      const isEarlier = SEARCHED.slice(0, section).some((earlier) => row[earlier]?.startsWith(text));
      if (!isEarlier) found.push({ device: deviceOf(row), cursor: at });
    }
  }
  const items = found.slice(0, page.limit);
  const next = found.length > page.limit ? items.at(-1)?.cursor : cursor;
  return {
    items: await withAddresses(
      db,
      items.map(({ device }) => device),
    ),
    next: next === undefined ? null : formatCursor(next),
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
