/** A subscriber as he is given. */
import { InvalidInput } from '@grove/api';
import { type Static, Type } from 'typebox';
import { checkAddress } from '../addresses/index.ts';
import { LANGUAGE_TAG } from '../reasons/index.ts';
import { type Attributes, AttributesInput, checkAttributes } from './attributes.ts';

/** Telephone numbers of one subscriber. */
const NUMBERS = 10;

export const SubscriberInput = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        pattern: '^(?![0-9]+$)[^\\p{C}\\s/+](?:[^\\p{C}/]*[^\\p{C}\\s/])?$',
        description:
          'What other systems call the subscriber, such as C-20391: printable text without slashes, not of digits alone, that does not begin with +',
      }),
    ),
    msisdns: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 30 }), {
        maxItems: NUMBERS,
        description: 'Telephone numbers in international form, such as +441632960001',
      }),
    ),
    imsi: Type.Optional(
      Type.String({
        pattern: '^[0-9]{13,15}$',
        description: 'IMSI: 13 to 15 digits, such as 234150999999999',
      }),
    ),
    sip: Type.Optional(Type.String({ minLength: 1, maxLength: 400, description: 'A SIP URI' })),
    lang: Type.Optional(
      Type.String({ maxLength: 35, pattern: LANGUAGE_TAG, description: 'A language tag, such as pt-BR' }),
    ),
    timeZone: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'A name in the IANA time zone database, such as Europe/London',
      }),
    ),
    attributes: Type.Optional(AttributesInput),
  },
  { additionalProperties: false, title: 'NewSubscriber' },
);
export type SubscriberInput = Static<typeof SubscriberInput>;

/** A subscriber that was checked, in the form in which he is kept. */
export interface CheckedSubscriber {
  readonly name: string | null;
  readonly msisdns: readonly string[];
  readonly imsi: string | null;
  readonly sip: string | null;
  readonly lang: string | null;
  readonly timeZone: string | null;
  readonly attributes: Attributes;
}

/** Time zones that were asked for and are there: finding out costs more than all else about a subscriber. */
const knownZones = new Set<string>();
/** More are there only under other names. */
const MOST_ZONES = 1_000;

function isTimeZone(name: string): boolean {
  if (knownZones.has(name)) return true;
  // Offsets such as +01:00 are taken there, too, but know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
  if (knownZones.size < MOST_ZONES) knownZones.add(name);
  return true;
}

/**
 * A subscriber in the form in which he is kept.
 *
 * @param path where he was given, for errors: `subscribers/3/`, or nothing
 * @throws {InvalidInput} when something is not what it should be, or there is nothing to know him by
 */
export function checkSubscriber(given: SubscriberInput, path = ''): CheckedSubscriber {
  const { name = null, msisdns = [], imsi = null, sip, lang = null, timeZone = null } = given;
  if (name === null && imsi === null && sip === undefined && msisdns.length === 0) {
    const expected = 'what the subscriber is known by: a name, a telephone number, an IMSI or a SIP URI';
    throw new InvalidInput([{ field: path === '' ? 'body' : path.slice(0, -1), expected }]);
  }
  if (timeZone !== null && !isTimeZone(timeZone)) {
    const expected = 'a name in the IANA time zone database, such as Europe/London';
    throw new InvalidInput([{ field: `${path}timeZone`, value: timeZone, expected }]);
  }
  const numbers = msisdns.map((one, index) => checkAddress('msisdn', one, `${path}msisdns/${index}`));
  return {
    name,
    msisdns: [...new Set(numbers)],
    imsi,
    sip: sip === undefined ? null : checkAddress('sip', sip, `${path}sip`),
    lang,
    timeZone,
    attributes: checkAttributes(given.attributes ?? {}, `${path}attributes`),
  };
}
