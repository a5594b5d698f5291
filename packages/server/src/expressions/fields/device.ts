import type { Field } from './field.ts';
import { valuesInColumn, valuesInOrder } from './occurring.ts';
import { column } from './shapes.ts';

/** What a device says of itself, and when it was seen. */
export const DEVICE_FIELDS: readonly Field[] = [
  {
    name: 'manufacturer',
    aliases: ['man'],
    says: 'Manufacturer, as the device says in DevInfo',
    example: 'manufacturer = "Acme"',
    kind: 'text',
    ...column('man', { isIndexed: true }),
    values: valuesInColumn('devices.man'),
  },
  {
    name: 'model',
    aliases: ['mod'],
    says: 'Model, as the device says in DevInfo',
    example: 'model ~ "phone*"',
    kind: 'text',
    ...column('mod', { isIndexed: true }),
    values: valuesInColumn('devices.mod'),
  },
  {
    name: 'fw',
    aliases: ['software', 'swv'],
    says: 'Software version, as the device says in DevDetail',
    example: 'fw < "2.10"',
    kind: 'ordered',
    ...column('swv', { key: 'swv_key', isIndexed: true }),
    values: valuesInOrder('devices.swv', 'devices.swv_key'),
  },
  {
    name: 'devId',
    says: 'DevId of the device',
    example: 'devId ~ "IMEI:35*"',
    kind: 'text',
    ...column('dev_id', { isIndexed: true }),
    values: valuesInColumn('devices.dev_id'),
  },
  {
    name: 'language',
    aliases: ['lang'],
    says: 'Language that the device is set to',
    example: 'language in ("de", "fr")',
    kind: 'text',
    ...column('lang'),
  },
  {
    name: 'dmVersion',
    aliases: ['dmv'],
    says: 'Version of the DM client, as the device says in DevInfo',
    example: 'dmVersion = "1.2"',
    kind: 'text',
    ...column('dmv'),
  },
  {
    name: 'lastSeen',
    says: 'When the device last proved itself in a session',
    example: 'lastSeen > -7d',
    kind: 'time',
    ...column('seen_at'),
  },
  {
    name: 'registered',
    says: 'When the device was registered',
    example: 'registered >= 2026-01-31',
    kind: 'time',
    ...column('created_at'),
  },
];
