/** Many subscribers at once, as other systems hand them over. */
import { Conflict } from '@grove/api';
import type { Queries } from '../store/index.ts';
import { mergePatch } from './attributes.ts';
import { type CheckedSubscriber, checkSubscriber, type SubscriberInput } from './input.ts';
import { addAttributes, addNumbers, changeSubscriber, columnsOf, createSubscriber } from './subscriber.ts';

/** What came of subscribers that were handed over. */
export interface Imported {
  created: number;
  updated: number;
  unchanged: number;
}

/** Rows in one statement: well below the engines' limits on parameters. */
const BATCH = 300;

/** By what a subscriber is known, what comes first before all else. */
function keyOf(subscriber: Pick<CheckedSubscriber, 'name' | 'imsi' | 'sip' | 'msisdns'>): string {
  const { name, imsi, sip, msisdns } = subscriber;
  if (name !== null) return `name ${name}`;
  if (imsi !== null) return `imsi ${imsi}`;
  if (sip !== null) return `sip ${sip}`;
  return `msisdn ${msisdns[0]}`;
}

/**
 * Makes the subscribers that are not known, and brings the others up to what is given: all or none of them. Who a subscriber is
 * says his name, where there is none his IMSI, where there is none his SIP URI, else the first of his numbers. What is not given
 * stays as it is; attributes are merged.
 *
 * @throws {InvalidInput} when one of them is not what a subscriber should be
 * @throws {Conflict} when one occurs twice, or has a name, IMSI or SIP URI of another one
 */
export async function importSubscribers(
  db: Queries,
  given: readonly SubscriberInput[],
  now: number,
): Promise<Imported> {
  const seen = new Set<string>();
  const numbers = new Set<string>();
  const all = given.map((input, index) => {
    const path = `subscribers/${index}`;
    const checked = checkSubscriber(input, `${path}/`);
    const key = keyOf(checked);
    const isTwice = seen.has(key) || checked.msisdns.some((number) => numbers.has(number));
    if (isTwice) {
      throw new Conflict(`the subscriber with the ${key} or one of his numbers is given twice`, [
        { field: path, expected: 'subscribers and numbers that occur once' },
      ]);
    }
    seen.add(key);
    for (const number of checked.msisdns) numbers.add(number);
    return { input, checked, key };
  });
  const imported: Imported = { created: 0, updated: 0, unchanged: 0 };
  for (let from = 0; from < all.length; from += BATCH) {
    const batch = all.slice(from, from + BATCH);
    const known = await knownOf(
      db,
      batch.map(({ checked }) => checked),
    );
    const fresh = batch.filter(({ key }) => !known.has(key)).map(({ checked }) => checked);
    await create(db, fresh, now);
    imported.created += fresh.length;
    for (const { input, key } of batch) {
      const id = known.get(key);
      if (id === undefined) continue;
      const { isChanged } = await changeSubscriber(
        db,
        id,
        (subscriber) => checkSubscriber(patched(subscriber, input)),
        now,
      );
      imported[isChanged ? 'updated' : 'unchanged'] += 1;
    }
  }
  return imported;
}

/**
 * What a merge patch makes of a subscriber; to be checked against the schema of subscribers where the patch is not one itself.
 *
 * Source: RFC 7396.
 */
export function patched(subscriber: CheckedSubscriber, patch: object): SubscriberInput {
  const { name, msisdns, imsi, sip, lang, timeZone, attributes } = subscriber;
  const said = Object.entries({ name, msisdns, imsi, sip, lang, timeZone, attributes });
  return mergePatch(Object.fromEntries(said.filter(([, value]) => value !== null)), patch) as SubscriberInput;
}

/** Ids of the subscribers that are known, by {@link keyOf}. */
async function knownOf(db: Queries, batch: readonly CheckedSubscriber[]): Promise<Map<string, number>> {
  const known = new Map<string, number>();
  for (const column of ['name', 'imsi', 'sip'] as const) {
    const values = batch.flatMap((one) => one[column] ?? []);
    if (values.length === 0) continue;
    const rows = await db
      .selectFrom('subscribers')
      .select(['id', column])
      .where(column, 'in', values)
      .execute();
    for (const row of rows) known.set(`${column} ${row[column]}`, row.id);
  }
  const numbers = batch.flatMap(({ msisdns }) => msisdns[0] ?? []);
  if (numbers.length === 0) return known;
  const rows = await db.selectFrom('subscriber_numbers').selectAll().where('msisdn', 'in', numbers).execute();
  for (const { msisdn, subscriber_id } of rows) known.set(`msisdn ${msisdn}`, subscriber_id);
  return known;
}

/** Makes subscribers with few statements. */
async function create(db: Queries, subscribers: readonly CheckedSubscriber[], now: number): Promise<void> {
  // What tells the rows apart that come back is their name, IMSI or SIP URI.
  const isTold = ({ name, imsi, sip }: CheckedSubscriber) => name !== null || imsi !== null || sip !== null;
  for (const one of subscribers.filter((subscriber) => !isTold(subscriber)))
    await createSubscriber(db, one, now);
  const told = subscribers.filter(isTold);
  if (told.length === 0) return;
  const rows = await db
    .insertInto('subscribers')
    .values(told.map((one) => ({ ...columnsOf(one), created_at: now, updated_at: now })))
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'name', 'imsi', 'sip'])
    .execute();
  const ids = new Map(rows.map((row) => [keyOf({ ...row, msisdns: [] }), row.id]));
  const made = told.map((one) => {
    const id = ids.get(keyOf(one));
    if (id === undefined) {
      throw new Conflict(
        `another subscriber has the name, IMSI or SIP URI of the one with the ${keyOf(one)}`,
      );
    }
    return { id, one };
  });
  await addNumbers(
    db,
    made.map(({ id, one }) => ({ id, numbers: one.msisdns })),
    now,
  );
  await addAttributes(
    db,
    made.map(({ id, one }) => ({ id, attributes: one.attributes })),
  );
}
