import type { Columns } from '@grove/store';

/** What other systems ask for, and tokens that may ask for nothing else. */
export function triggers(c: Columns): string[] {
  return [
    `create table trigger_definitions (
      name ${c.text} primary key,
      document ${c.text} not null,
      created_at ${c.integer} not null,
      updated_at ${c.integer} not null
    ) ${c.table}`,
    `create table triggers (
      id ${c.id},
      name ${c.text},
      caller_id ${c.integer} not null,
      caller_name ${c.text} not null,
      reference ${c.text},
      recipient ${c.text} not null,
      subscriber_id ${c.integer} references subscribers (id) on delete set null,
      work ${c.text} not null,
      wish ${c.text},
      webhook_id ${c.integer} references webhooks (id) on delete set null,
      state ${c.text} not null,
      expires_at ${c.integer},
      created_at ${c.integer} not null,
      finished_at ${c.integer}
    ) ${c.table}`,
    'create index triggers_caller on triggers (caller_id, id)',
    'create index triggers_reference on triggers (reference, id) where reference is not null',
    'create index triggers_subscriber on triggers (subscriber_id, id) where subscriber_id is not null',
    'create index triggers_expiring on triggers (expires_at) where expires_at is not null',
    'create index triggers_webhook on triggers (webhook_id) where webhook_id is not null',
    'create index triggers_open on triggers (id) where finished_at is null',
    'create index triggers_over on triggers (finished_at) where finished_at is not null',
    `create table trigger_devices (
      trigger_id ${c.integer} not null references triggers (id) on delete cascade,
      device_id ${c.integer} not null references devices (id) on delete cascade,
      task_id ${c.integer},
      state ${c.text} not null,
      reason ${c.text},
      outcome ${c.text},
      primary key (trigger_id, device_id)
    ) ${c.keyedTable}`,
    'create index trigger_devices_task on trigger_devices (task_id) where task_id is not null',
    'create index trigger_devices_device on trigger_devices (device_id)',
    `alter table tokens add column triggers ${c.text}`,
  ];
}
