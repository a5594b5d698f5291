import type { Columns } from '@grove/store';

/** What asks devices to call, with how far it has come. */
export function notifications(c: Columns): string[] {
  return [
    `create table notifications (
      id ${c.id},
      device_id ${c.integer} not null references devices (id) on delete cascade,
      task_id ${c.integer} references tasks (id) on delete cascade,
      campaign_id ${c.integer} references campaigns (id) on delete cascade,
      state ${c.text} not null,
      reason ${c.text},
      session_id ${c.integer} not null,
      session_row ${c.integer},
      token ${c.text} not null,
      wish ${c.text},
      attempts ${c.text} not null,
      due_at ${c.integer},
      expires_at ${c.integer} not null,
      version ${c.integer} not null,
      created_at ${c.integer} not null,
      changed_at ${c.integer} not null
    ) ${c.busyTable}`,
    'create index notifications_device on notifications (device_id, id)',
    'create index notifications_task on notifications (task_id, id) where task_id is not null',
    'create unique index notifications_campaign on notifications (campaign_id, device_id) where campaign_id is not null',
    'create index notifications_of_campaign on notifications (campaign_id, state, id) where campaign_id is not null',
    'create index notifications_state on notifications (state, id)',
    'create index notifications_due on notifications (due_at, id) where due_at is not null',
    `create unique index notifications_outstanding on notifications (device_id, session_id)
      where state in ('queued', 'submitted', 'sent', 'delivered')`,

    `alter table campaigns add column notify ${c.text}`,
    `alter table campaigns add column notified_up_to ${c.integer} not null default 0`,
    // When a device last proved itself by the resynchronisation nonce where others might have listened.
    `alter table accounts add column resynced_at ${c.integer}`,
  ];
}
