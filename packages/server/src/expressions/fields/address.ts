import { sql } from 'kysely';
import { canonicalAddress, type DeviceAddressKind, expectedAddress } from '../../addresses/index.ts';
import type { Field } from './field.ts';
import { valuesIn } from './occurring.ts';
import { someRow } from './shapes.ts';

function addressField(name: string, kind: DeviceAddressKind, says: string, example: string): Field {
  return {
    name,
    says,
    example,
    kind: 'text',
    canonical: (text) => canonicalAddress(kind, text),
    expected: expectedAddress(kind),
    values: valuesIn(
      sql`device_addresses where device_addresses.kind = ${sql.lit(kind)}`,
      sql`device_addresses.value`,
    ),
    sql: ({ check }) =>
      someRow(
        {
          from: sql`device_addresses`,
          device: sql`device_addresses.device_id`,
          value: sql`device_addresses.value`,
          where: sql`device_addresses.kind = ${sql.lit(kind)}`,
        },
        check,
        check.isIndexable ? 'whole' : undefined,
      ),
  };
}

/** Where a device is reached. */
export const ADDRESS_FIELDS: readonly Field[] = [
  addressField('msisdn', 'msisdn', 'Telephone number at which the device is reached', 'msisdn ~ "+4416*"'),
  addressField('sip', 'sip', 'SIP URI at which the device is reached', 'sip = "sip:alice@ims.example.com"'),
  addressField('ip', 'ip', 'IP address at which the device is reached', 'ip ~ "192.0.2.*"'),
  addressField(
    'pushUser',
    'user',
    "Name of the device in the push gateway's directory",
    'pushUser = "phone7"',
  ),
];
