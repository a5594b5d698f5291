import { NotFound } from '@grove/api';
import { readings } from '../addresses/index.ts';
import type { Queries } from '../store/index.ts';

/** Digits that are an id; an IMSI is longer. */
const ID = /^\d{1,12}$/;
const IMSI = /^\d{13,15}$/;

/**
 * The id of the subscriber that a key stands for: up to twelve digits are his id, 13 to 15 his IMSI; else it is one of his
 * telephone numbers (with +), his SIP URI or his name.
 *
 * @throws {NotFound}
 */
export async function findSubscriber(db: Queries, key: string): Promise<number> {
  const id = await subscriberNamed(db, key);
  if (id === undefined) throw new NotFound('subscriber', key);
  return id;
}

/** As {@link findSubscriber}; undefined where there is none. */
export async function subscriberNamed(db: Queries, key: string): Promise<number | undefined> {
  const subscribers = db.selectFrom('subscribers').select('id');
  if (ID.test(key)) return (await subscribers.where('id', '=', Number(key)).executeTakeFirst())?.id;
  if (IMSI.test(key)) return (await subscribers.where('imsi', '=', key).executeTakeFirst())?.id;
  const meant = new Map(readings(key).map(({ kind, value }) => [kind, value]));
  const msisdn = meant.get('msisdn');
  if (msisdn !== undefined) {
    const row = await db
      .selectFrom('subscriber_numbers')
      .select('subscriber_id')
      .where('msisdn', '=', msisdn)
      .executeTakeFirst();
    return row?.subscriber_id;
  }
  const named = await subscribers.where('name', '=', key).executeTakeFirst();
  const sip = meant.get('sip');
  if (named !== undefined || sip === undefined) return named?.id;
  return (await subscribers.where('sip', '=', sip).executeTakeFirst())?.id;
}
