import { Conflict, InvalidInput, idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import type { Selectable } from 'kysely';
import { bindByNumber, releaseNumbers, unbindDevices } from '../bindings/index.ts';
import { isBindingCurrent, type Queries, type SubscriberTable } from '../store/index.ts';
import { type Attributes, attributeRows } from './attributes.ts';
import type { CheckedSubscriber } from './input.ts';

/** Who uses devices. Times are milliseconds since the epoch. */
export interface Subscriber extends CheckedSubscriber {
  readonly id: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Numbers of some subscribers, in their order. */
async function numbersOf(db: Queries, ids: readonly number[]): Promise<Map<number, string[]>> {
  const rows = await db
    .selectFrom('subscriber_numbers')
    .select(['subscriber_id', 'msisdn'])
    .where('subscriber_id', 'in', ids)
    .orderBy('msisdn')
    .execute();
  const numbers = new Map<number, string[]>();
  for (const { subscriber_id, msisdn } of rows)
    numbers.set(subscriber_id, [...(numbers.get(subscriber_id) ?? []), msisdn]);
  return numbers;
}

/** Subscribers as their rows say them, with their numbers. */
export async function withNumbers(
  db: Queries,
  rows: readonly Selectable<SubscriberTable>[],
): Promise<Subscriber[]> {
  if (rows.length === 0) return [];
  const numbers = await numbersOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    msisdns: numbers.get(row.id) ?? [],
    imsi: row.imsi,
    sip: row.sip,
    lang: row.lang,
    timeZone: row.time_zone,
    attributes: row.attributes === null ? {} : (JSON.parse(row.attributes) as Attributes),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));
}

/** @throws {NotFound} */
export async function showSubscriber(db: Queries, id: number): Promise<Subscriber> {
  const rows = await db.selectFrom('subscribers').selectAll().where('id', '=', id).execute();
  const [subscriber] = await withNumbers(db, rows);
  if (subscriber === undefined) throw new NotFound('subscriber', id);
  return subscriber;
}

/** Whose a device is at present; undefined where it is nobody's. */
export async function subscriberOf(db: Queries, deviceId: number): Promise<Subscriber | undefined> {
  const rows = await db
    .selectFrom('subscribers')
    .innerJoin('subscriber_devices', 'subscriber_devices.subscriber_id', 'subscribers.id')
    .selectAll('subscribers')
    .where('subscriber_devices.device_id', '=', deviceId)
    .where(isBindingCurrent)
    .execute();
  return (await withNumbers(db, rows))[0];
}

/** The columns of a subscriber's own row. */
export function columnsOf(subscriber: CheckedSubscriber) {
  const { name, imsi, sip, lang, timeZone, attributes } = subscriber;
  return {
    name,
    imsi,
    sip,
    lang,
    time_zone: timeZone,
    attributes: Object.keys(attributes).length === 0 ? null : JSON.stringify(attributes),
  };
}

/** By what no two subscribers are known. */
const SOLE = ['name', 'imsi', 'sip'] as const;

/** @throws {Conflict} when another subscriber has the name, IMSI or SIP URI */
async function refuseTaken(db: Queries, subscriber: CheckedSubscriber, id: number | null): Promise<void> {
  for (const column of SOLE) {
    const value = subscriber[column];
    if (value === null) continue;
    const holder = await db
      .selectFrom('subscribers')
      .select('id')
      .where(column, '=', value)
      .where('id', '<>', id ?? 0)
      .executeTakeFirst();
    if (holder !== undefined) {
      throw new Conflict(`subscriber ${holder.id} has the ${column} ${JSON.stringify(value)}`, [
        { field: column, value, expected: `a ${column} that no other subscriber has` },
      ]);
    }
  }
}

/**
 * Makes a subscriber. Numbers leave the subscribers who had them; devices that have the numbers become his.
 *
 * @throws {Conflict} when another one has the name, IMSI or SIP URI
 */
export async function createSubscriber(
  db: Queries,
  subscriber: CheckedSubscriber,
  now: number,
): Promise<Subscriber> {
  await refuseTaken(db, subscriber, null);
  const row = { ...columnsOf(subscriber), created_at: now, updated_at: now };
  const { id } = await db.insertInto('subscribers').values(row).returning('id').executeTakeFirstOrThrow();
  await addNumbers(db, [{ id, numbers: subscriber.msisdns }], now);
  await addAttributes(db, [{ id, attributes: subscriber.attributes }]);
  return showSubscriber(db, id);
}

/** Rows in one statement: well below the engines' limits on parameters. */
const BATCH = 300;

/** Gives subscribers numbers, which leave those who had them. */
export async function addNumbers(
  db: Queries,
  given: readonly { readonly id: number; readonly numbers: readonly string[] }[],
  now: number,
): Promise<void> {
  const numbers = given.flatMap(({ id, numbers }) => numbers.map((msisdn) => ({ msisdn, subscriberId: id })));
  for (let from = 0; from < numbers.length; from += BATCH) {
    const batch = numbers.slice(from, from + BATCH);
    await db
      .insertInto('subscriber_numbers')
      .values(batch.map(({ msisdn, subscriberId }) => ({ msisdn, subscriber_id: subscriberId })))
      .onConflict((conflict) =>
        conflict
          .column('msisdn')
          .doUpdateSet(({ ref }) => ({ subscriber_id: ref('excluded.subscriber_id') })),
      )
      .execute();
  }
  await bindByNumber(db, numbers, now);
}

/** Keeps the attributes of new subscribers as rows, too. */
export async function addAttributes(
  db: Queries,
  given: readonly { readonly id: number; readonly attributes: Attributes }[],
): Promise<void> {
  const rows = given.flatMap(({ id, attributes }) =>
    attributeRows(attributes).map((row) => ({ subscriber_id: id, ...row })),
  );
  for (let from = 0; from < rows.length; from += BATCH)
    await db
      .insertInto('subscriber_attributes')
      .values(rows.slice(from, from + BATCH))
      .execute();
}

/**
 * Changes a subscriber to what `change` makes of him. Devices that were his by a number that he has no more are nobody's.
 *
 * @returns how he is now; the very object that `change` was given, where it changed nothing
 * @throws {NotFound}
 * @throws {Conflict} when another one has the name, IMSI or SIP URI
 */
export async function changeSubscriber(
  db: Queries,
  id: number,
  change: (subscriber: Subscriber) => CheckedSubscriber,
  now: number,
): Promise<{ subscriber: Subscriber; isChanged: boolean }> {
  // Written to before it is read, so that nobody else changes it meanwhile.
  const before = await db
    .updateTable('subscribers')
    .set(({ ref }) => ({ updated_at: ref('updated_at') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (before === undefined) throw new NotFound('subscriber', id);
  const [subscriber] = await withNumbers(db, [before]);
  if (subscriber === undefined) throw new NotFound('subscriber', id);
  const changed = change(subscriber);
  const columns = columnsOf(changed);
  const gone = subscriber.msisdns.filter((number) => !changed.msisdns.includes(number));
  const come = changed.msisdns.filter((number) => !subscriber.msisdns.includes(number));
  const isSame = Object.entries(columns).every(
    ([column, value]) => before[column as keyof typeof columns] === value,
  );
  if (isSame && gone.length === 0 && come.length === 0) return { subscriber, isChanged: false };
  await refuseTaken(db, changed, id);
  await db
    .updateTable('subscribers')
    .set({ ...columns, updated_at: now })
    .where('id', '=', id)
    .execute();
  if (columns.attributes !== before.attributes) {
    await db.deleteFrom('subscriber_attributes').where('subscriber_id', '=', id).execute();
    await addAttributes(db, [{ id, attributes: changed.attributes }]);
  }
  if (gone.length > 0) await db.deleteFrom('subscriber_numbers').where('msisdn', 'in', gone).execute();
  await releaseNumbers(db, id, gone, now);
  await addNumbers(db, [{ id, numbers: come }], now);
  return { subscriber: await showSubscriber(db, id), isChanged: true };
}

/**
 * Deletes a subscriber; his devices are nobody's.
 *
 * @throws {NotFound}
 */
export async function deleteSubscriber(db: Queries, id: number, now: number): Promise<void> {
  const devices = await db
    .selectFrom('subscriber_devices')
    .select('device_id')
    .where('subscriber_id', '=', id)
    .where(isBindingCurrent)
    .execute();
  await unbindDevices(
    db,
    devices.map((row) => row.device_id),
    now,
  );
  const deleted = await db.deleteFrom('subscribers').where('id', '=', id).returning('id').executeTakeFirst();
  if (deleted === undefined) throw new NotFound('subscriber', id);
}

/** Subscribers in the order in which they were made. */
export async function listSubscribers(db: Queries, page: PageRequest): Promise<Page<Subscriber>> {
  const rows = await db
    .selectFrom('subscribers')
    .selectAll()
    .where('id', '>', idAfter(page) ?? 0)
    .orderBy('id')
    .limit(page.limit + 1)
    .execute();
  const { items, next } = pageOf(rows, page.limit, ({ id }) => id);
  return { items: await withNumbers(db, items), next };
}

/** Sorts after every text that begins with what stands before it. */
const LAST = '\u{10ffff}';

/**
 * Subscribers whose number begins with a text, if it begins with +; whose IMSI does, if it is of digits alone; else whose
 * name does. Case counts. In the order of what was looked for.
 *
 * @throws {InvalidInput} when the page is none of this list
 */
export async function searchSubscribers(
  db: Queries,
  text: string,
  page: PageRequest,
): Promise<Page<Subscriber>> {
  const { after = '' } = page;
  if (after.includes('\0')) {
    throw new InvalidInput([{ field: 'after', value: after, expected: 'the "next" of the page before' }]);
  }
  if (text.startsWith('+')) {
    const number = text.replaceAll(' ', '');
    const rows = await db
      .selectFrom('subscriber_numbers')
      .innerJoin('subscribers', 'subscribers.id', 'subscriber_numbers.subscriber_id')
      .selectAll('subscribers')
      .select('subscriber_numbers.msisdn')
      .where('subscriber_numbers.msisdn', '>=', number)
      .where('subscriber_numbers.msisdn', '<', number + LAST)
      .where('subscriber_numbers.msisdn', '>', after)
      .orderBy('subscriber_numbers.msisdn')
      .limit(page.limit + 1)
      .execute();
    const { items, next } = pageOf(rows, page.limit, ({ msisdn }) => msisdn);
    return { items: await withNumbers(db, items), next };
  }
  const column = /^\d+$/.test(text) ? 'imsi' : 'name';
  const rows = await db
    .selectFrom('subscribers')
    .selectAll()
    .where(column, '>=', text)
    .where(column, '<', text + LAST)
    .where(column, '>', after)
    .orderBy(column)
    .limit(page.limit + 1)
    .execute();
  const { items, next } = pageOf(rows, page.limit, (row) => row[column] ?? '');
  return { items: await withNumbers(db, items), next };
}
