/** Who uses a device now. */
import { type RawBuilder, sql } from 'kysely';
import { canonicalAddress, expectedAddress } from '../../addresses/index.ts';
import type { Field } from './field.ts';
import { valuesIn } from './occurring.ts';
import { someRow } from './shapes.ts';

const DEVICE = sql`subscriber_devices.device_id`;
const IS_CURRENT = sql`subscriber_devices.to_at is null`;

type Said = Pick<Field, 'name' | 'says' | 'example'> & Pick<Partial<Field>, 'canonical' | 'expected'>;

/** @param isUnique whether an index leads from the value to the subscriber */
function subscriberField(said: Said, value: string, isUnique: boolean): Field {
  return {
    ...said,
    kind: 'text',
    values: isUnique ? valuesIn(sql`subscribers where 1 = 1`, sql.ref(`subscribers.${value}`)) : undefined,
    sql: ({ check }) =>
      someRow(
        {
          from: sql`subscriber_devices inner join subscribers on subscribers.id = subscriber_devices.subscriber_id`,
          device: DEVICE,
          value: sql.ref(`subscribers.${value}`),
          where: sql`${IS_CURRENT}`,
        },
        check,
        isUnique && check.isIndexable ? 'whole' : undefined,
      ),
  };
}

const numbers = sql`subscriber_devices inner join subscriber_numbers
  on subscriber_numbers.subscriber_id = subscriber_devices.subscriber_id`;
const attributes = sql`subscriber_devices inner join subscriber_attributes
  on subscriber_attributes.subscriber_id = subscriber_devices.subscriber_id`;

export const SUBSCRIBER_FIELDS: readonly Field[] = [
  subscriberField(
    {
      name: 'subscriber.name',
      says: 'Name of the subscriber who uses the device',
      example: 'subscriber.name = "alice"',
    },
    'name',
    true,
  ),
  subscriberField(
    { name: 'subscriber.imsi', says: 'IMSI of the subscriber', example: 'subscriber.imsi ~ "23415*"' },
    'imsi',
    true,
  ),
  subscriberField(
    {
      name: 'subscriber.sip',
      says: 'SIP URI of the subscriber',
      example: 'subscriber.sip = "sip:alice@ims.example.com"',
      canonical: (text) => canonicalAddress('sip', text),
      expected: expectedAddress('sip'),
    },
    'sip',
    true,
  ),
  subscriberField(
    {
      name: 'subscriber.language',
      says: 'Language of the subscriber',
      example: 'subscriber.language = "de"',
    },
    'lang',
    false,
  ),
  subscriberField(
    {
      name: 'subscriber.timeZone',
      says: 'Time zone of the subscriber',
      example: 'subscriber.timeZone = "Europe/Berlin"',
    },
    'time_zone',
    false,
  ),
  {
    name: 'subscriber.msisdn',
    says: 'A telephone number of the subscriber',
    example: 'subscriber.msisdn = "+441632960001"',
    kind: 'text',
    canonical: (text) => canonicalAddress('msisdn', text),
    expected: expectedAddress('msisdn'),
    values: valuesIn(sql`subscriber_numbers where 1 = 1`, sql`subscriber_numbers.msisdn`),
    sql: ({ check }) =>
      someRow(
        { from: numbers, device: DEVICE, value: sql`subscriber_numbers.msisdn`, where: sql`${IS_CURRENT}` },
        check,
        check.isIndexable ? 'whole' : undefined,
      ),
  },
  {
    name: 'subscriber',
    says: "One of the subscriber's attributes, by its names from the outermost on",
    example: 'subscriber.qos.maxBandwidth < 512',
    kind: 'ordered',
    open: true,
    values: (db, wanted) =>
      valuesIn(
        sql`(select distinct value from subscriber_attributes where path = ${wanted.rest.join('.')} limit 500) as attributes where 1 = 1`,
        sql`attributes.value`,
      )(db, wanted),
    sql({ check, rest }) {
      const ofPath: RawBuilder<boolean> = sql`${IS_CURRENT} and subscriber_attributes.path = ${rest.join('.')}`;
      return someRow(
        {
          from: attributes,
          device: DEVICE,
          value: sql`subscriber_attributes.value`,
          key: sql`subscriber_attributes.order_key`,
          where: ofPath,
        },
        check,
        check.isIndexable && (check.test.kind !== 'compare' || check.test.operator !== '~')
          ? 'whole'
          : undefined,
      );
    },
  },
];
