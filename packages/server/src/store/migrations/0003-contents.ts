import type { Columns } from '@grove/store';

/** Large values, kept outside the rows that they belong to. */
export function contents(c: Columns): string[] {
  return [
    `create table contents (
      id ${c.id},
      state ${c.text} not null,
      name ${c.text},
      type ${c.text},
      size ${c.integer} not null,
      sha256 ${c.text},
      device_id ${c.integer} references devices (id) on delete set null,
      created_at ${c.integer} not null,
      changed_at ${c.integer} not null
    ) ${c.busyTable}`,
    `create index contents_complete on contents (id) where state = 'complete'`,
    `create index contents_partial on contents (changed_at) where state = 'partial'`,
    `create index contents_dropped on contents (id) where state = 'dropped'`,
    `create index contents_unread on contents (id) where state = 'complete' and sha256 is null`,
    'create index contents_device on contents (device_id)',

    `create table content_parts (
      content_id ${c.integer} not null references contents (id) on delete cascade,
      start ${c.integer} not null,
      bytes ${c.bytes} not null,
      primary key (content_id, start)
    ) ${c.table}`,
    ...c.afterBytes('content_parts', 'bytes'),

    `create table content_uses (
      id ${c.id},
      content_id ${c.integer} not null references contents (id) on delete cascade,
      task_id ${c.integer} references tasks (id) on delete cascade,
      campaign_id ${c.integer} references campaigns (id) on delete cascade,
      device_id ${c.integer} references devices (id) on delete cascade
    ) ${c.table}`,
    'create index content_uses_content on content_uses (content_id)',
    'create index content_uses_task on content_uses (task_id)',
    'create index content_uses_campaign on content_uses (campaign_id)',
    'create index content_uses_device on content_uses (device_id)',

    `alter table alerts add column content_id ${c.integer} references contents (id) on delete set null`,
    'create index alerts_content on alerts (content_id) where content_id is not null',
  ];
}
