import type { Columns } from '@grove/store';

/** Work that waits for an alert, and alerts that know the work that they are about. */
export function waits(c: Columns): string[] {
  return [
    `create table waits (
      id ${c.id},
      device_id ${c.integer} not null references devices (id) on delete cascade,
      task_id ${c.integer} unique references tasks (id) on delete cascade,
      campaign_id ${c.integer} references campaigns (id) on delete cascade,
      session_id ${c.integer} not null,
      progress ${c.text} not null,
      size ${c.integer} not null,
      until ${c.integer},
      unique (campaign_id, device_id)
    ) ${c.table}`,
    'create index waits_device on waits (device_id, id)',
    'create index waits_until on waits (until, id) where until is not null',

    `alter table alerts add column said_type ${c.text}`,
    `alter table alerts add column task_id ${c.integer}`,
    `alter table alerts add column campaign_id ${c.integer}`,
    'create index alerts_task on alerts (task_id, id) where task_id is not null',
    'create index alerts_campaign on alerts (campaign_id, id) where campaign_id is not null',
  ];
}
