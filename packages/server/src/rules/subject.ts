import { InvalidInput, NotFound } from '@grove/api';
import { type Static, Type } from 'typebox';
import { devicesAt, devicesBehind } from '../addresses/index.ts';
import { findDevice } from '../devices/index.ts';
import type { Queries } from '../store/index.ts';
import { devicesOfSubscriber, subscriberNamed } from '../subscribers/index.ts';

const text = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 400, description }));

/** Whom another network element speaks of: by what it knows of him, of which one is given. */
export const Subject = {
  device: text('The id or DevId of the device'),
  msisdn: text('The telephone number of the device, or of the subscriber whose it is'),
  imsi: text('The IMSI of the subscriber whose device it is'),
  sip: text('The SIP URI of the device, or of the subscriber whose it is'),
  ip: text('The IP address of the device, with or without port'),
};
const SubjectObject = Type.Object(Subject);
export type Subject = Static<typeof SubjectObject>;

const LOOKS = { msisdn: /^\+/, imsi: /^\d{13,15}$/, sip: /^sips?:/i, ip: /./ };
const EXPECTED = {
  msisdn: 'an international telephone number',
  imsi: '13 to 15 digits',
  sip: 'a SIP URI',
  ip: 'an IP address',
};

/** Devices of one subscriber, or behind one IP address, that one event is about at most. */
const MOST = 100;

/**
 * Ids of the devices that another network element speaks of.
 *
 * @throws {InvalidInput} where it is not said whom, or in more than one way
 * @throws {NotFound} when there is no such device
 */
export async function devicesMeant(db: Queries, subject: Subject): Promise<number[]> {
  const names = Object.keys(Subject) as (keyof Subject)[];
  const given = names.filter((name) => subject[name] !== undefined);
  const [name] = given;
  if (name === undefined || given.length > 1)
    throw new InvalidInput([
      { field: name ?? 'device', value: given.join(', '), expected: `one of ${names.join(', ')}` },
    ]);
  const value = subject[name] ?? '';
  if (name === 'device') return [await findDevice(db, value)];
  const key = name === 'msisdn' && /^\d/.test(value) ? `+${value}` : value;
  if (!LOOKS[name].test(key)) throw new InvalidInput([{ field: name, value, expected: EXPECTED[name] }]);
  const ids = name === 'imsi' ? [] : await devicesAt(db, key, MOST);
  if (name === 'ip' && ids.length === 0) ids.push(...(await devicesBehind(db, key, MOST)));
  if (ids.length === 0 && name !== 'ip') {
    const subscriber = await subscriberNamed(db, key);
    const theirs = subscriber === undefined ? [] : await devicesOfSubscriber(db, subscriber);
    ids.push(...theirs.map(({ id }) => id));
  }
  if (ids.length === 0) throw new NotFound(`device with ${name}`, key);
  return ids.slice(0, MOST);
}
