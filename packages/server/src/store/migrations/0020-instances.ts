import type { Columns } from '@grove/store';

/** What is known of the instances of services on devices: which are Active, Default and Locked. */
export function instances(c: Columns): string[] {
  return [
    `create table instance_states (
      device_id ${c.integer} not null references devices (id) on delete cascade,
      uri ${c.text} not null,
      service ${c.text},
      active ${c.integer},
      by_default ${c.integer},
      locked ${c.integer},
      reported_at ${c.integer} not null,
      primary key (device_id, uri)
    ) ${c.keyedTable}`,
    `create table instance_support (
      device_id ${c.integer} primary key references devices (id) on delete cascade,
      supported ${c.integer} not null,
      reported_at ${c.integer} not null
    ) ${c.table}`,
  ];
}
