import type { Columns } from '@grove/store';

/** Where devices are reached. */
export function addresses(c: Columns): string[] {
  return [
    `create table device_addresses (
      device_id ${c.integer} not null references devices (id) on delete cascade,
      kind ${c.text} not null,
      value ${c.text} not null,
      changed_at ${c.integer} not null,
      primary key (device_id, kind)
    ) ${c.keyedTable}`,
    'create index device_addresses_value on device_addresses (value)',
    `create unique index device_addresses_sole on device_addresses (kind, value) where kind <> 'ip'`,
  ];
}
