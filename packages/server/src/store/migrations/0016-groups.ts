import type { Columns } from '@grove/store';

/** Sets of devices, and groups, which are such sets or queries. */
export function groups(c: Columns): string[] {
  return [
    `create table device_sets (
      id ${c.id},
      devices ${c.integer} not null,
      created_at ${c.integer} not null
    ) ${c.table}`,
    `create table device_set_rows (
      set_id ${c.integer} not null references device_sets (id) on delete cascade,
      chunk ${c.integer} not null,
      devices ${c.integer} not null,
      bits ${c.bytes} not null,
      primary key (set_id, chunk)
    ) ${c.table}`,
    'create index device_set_rows_chunk on device_set_rows (chunk)',
    ...c.afterBytes('device_set_rows', 'bits'),

    `create table device_groups (
      id ${c.id},
      name ${c.text} not null unique,
      description ${c.text},
      query ${c.text},
      set_id ${c.integer} references device_sets (id),
      variables ${c.text},
      created_at ${c.integer} not null,
      updated_at ${c.integer} not null
    ) ${c.table}`,
    // What is for the devices of a group, or names it in a query. Of each kind, `used_by` is an id of its own table.
    `create table group_uses (
      group_id ${c.integer} not null references device_groups (id),
      kind ${c.text} not null,
      used_by ${c.integer} not null,
      primary key (group_id, kind, used_by)
    ) ${c.table}`,
    'create index group_uses_used_by on group_uses (kind, used_by)',
    // One row, whose number grows with every change of what groups mean.
    `create table group_book (
      id ${c.integer} primary key,
      generation ${c.integer} not null
    ) ${c.busyTable}`,
    'insert into group_book (id, generation) values (1, 0)',
  ];
}
