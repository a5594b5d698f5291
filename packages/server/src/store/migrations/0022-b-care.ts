import type { Columns } from '@grove/store';

/** Errors that customer care looks after, and how far the log was followed. */
export function care(c: Columns): string[] {
  return [
    `create table care_cases (
      id ${c.id},
      kind ${c.text} not null,
      key ${c.text} not null,
      state ${c.text} not null,
      severity ${c.text} not null,
      outcome ${c.text} not null,
      text ${c.text} not null,
      count ${c.integer} not null,
      device_id ${c.integer} references devices (id) on delete cascade,
      subscriber_id ${c.integer} references subscribers (id) on delete set null,
      task_id ${c.integer},
      campaign_id ${c.integer},
      session_id ${c.integer},
      assignee ${c.text},
      opened_at ${c.integer} not null,
      last_at ${c.integer} not null,
      resolved_at ${c.integer}
    ) ${c.table}`,
    `create unique index care_cases_key on care_cases (key) where state <> 'resolved'`,
    `create index care_cases_open on care_cases (id) where state <> 'resolved'`,
    'create index care_cases_device on care_cases (device_id, id) where device_id is not null',
    'create index care_cases_subscriber on care_cases (subscriber_id, id) where subscriber_id is not null',
    `create index care_cases_resolved on care_cases (resolved_at) where state = 'resolved'`,
    `create table care_notes (
      id ${c.id},
      case_id ${c.integer} not null references care_cases (id) on delete cascade,
      at ${c.integer} not null,
      author ${c.text} not null,
      kind ${c.text} not null,
      text ${c.text} not null
    ) ${c.table}`,
    'create index care_notes_case on care_notes (case_id, id)',
    `create table care_policy (
      id ${c.integer} primary key,
      policy ${c.text} not null,
      changed_at ${c.integer} not null
    ) ${c.table}`,
    `create table event_cursors (
      name ${c.text} primary key,
      seen ${c.integer} not null
    ) ${c.table}`,
  ];
}
