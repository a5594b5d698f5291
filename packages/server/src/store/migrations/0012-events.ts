import type { Columns } from '@grove/store';

/** The log of what has happened. Its rows may outlive what they are about. */
export function events(c: Columns): string[] {
  const id = c.tracedId('events');
  return [
    ...id.before,
    `create table events (
      id ${id.column},
      at ${c.integer} not null,
      type ${c.text} not null,
      text ${c.text} not null,
      device_id ${c.integer},
      dev_id ${c.text},
      notification_id ${c.integer},
      task_id ${c.integer},
      campaign_id ${c.integer},
      session_id ${c.integer},
      data ${c.text}
    ) ${c.table}`,
    'create index events_type on events (type, id)',
    'create index events_device on events (device_id, id) where device_id is not null',
    'create index events_notification on events (notification_id, id) where notification_id is not null',
    'create index events_task on events (task_id, id) where task_id is not null',
    'create index events_campaign on events (campaign_id, id) where campaign_id is not null',
  ];
}
