import type { Columns } from '@grove/store';

/** Who uses devices. */
export function subscribers(c: Columns): string[] {
  return [
    `create table subscribers (
      id ${c.id},
      name ${c.text} unique,
      imsi ${c.text} unique,
      sip ${c.text} unique,
      lang ${c.text},
      time_zone ${c.text},
      attributes ${c.text},
      created_at ${c.integer} not null,
      updated_at ${c.integer} not null
    ) ${c.table}`,
    `create table subscriber_numbers (
      msisdn ${c.text} primary key,
      subscriber_id ${c.integer} not null references subscribers (id) on delete cascade
    ) ${c.keyedTable}`,
    'create index subscriber_numbers_subscriber on subscriber_numbers (subscriber_id)',
    `create table subscriber_attributes (
      subscriber_id ${c.integer} not null references subscribers (id) on delete cascade,
      path ${c.text} not null,
      value ${c.text} not null,
      order_key ${c.text} not null,
      primary key (subscriber_id, path)
    ) ${c.keyedTable}`,
    'create index subscriber_attributes_order on subscriber_attributes (path, order_key, subscriber_id)',
    `create table subscriber_devices (
      device_id ${c.integer} not null references devices (id) on delete cascade,
      from_at ${c.integer} not null,
      to_at ${c.integer},
      subscriber_id ${c.integer} not null references subscribers (id) on delete cascade,
      origin ${c.text} not null,
      primary key (device_id, from_at)
    ) ${c.keyedTable}`,
    'create unique index subscriber_devices_current on subscriber_devices (device_id) where to_at is null',
    'create index subscriber_devices_subscriber on subscriber_devices (subscriber_id, from_at)',
  ];
}
