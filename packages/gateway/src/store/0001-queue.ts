import type { Columns } from '@grove/store';

/** The queue, the outbox and the directory: one SQL text for each table or index. */
export function queue(c: Columns): string[] {
  return [
    `create table push_messages (
      id ${c.id},
      client ${c.text} not null,
      push_id ${c.text} not null,
      content_type ${c.text} not null,
      application_id ${c.text},
      headers ${c.text} not null,
      body ${c.bytes} not null,
      capabilities ${c.bytes},
      quality ${c.text} not null,
      notify_to ${c.text},
      version ${c.text} not null,
      source_reference ${c.text},
      deliver_after ${c.integer},
      deliver_before ${c.integer} not null,
      submitted_at ${c.integer} not null,
      unique (client, push_id)
    ) ${c.table}`,
    'create index push_messages_push_id on push_messages (push_id)',

    `create table push_deliveries (
      id ${c.id},
      message_id ${c.integer} not null references push_messages (id) on delete cascade,
      client ${c.text} not null,
      address ${c.text} not null,
      address_text ${c.text} not null,
      state ${c.text} not null,
      priority ${c.integer} not null,
      bearer ${c.text},
      target ${c.text},
      due_at ${c.integer} not null,
      expires_at ${c.integer} not null,
      failures ${c.integer} not null,
      attempt ${c.integer} not null,
      tried ${c.text} not null,
      owner ${c.text},
      claim ${c.integer},
      code ${c.integer},
      text ${c.text} not null,
      changed_at ${c.integer} not null,
      ended_at ${c.integer}
    ) ${c.busyTable}`,
    'create index push_deliveries_message on push_deliveries (message_id, id)',
    'create index push_deliveries_address on push_deliveries (address, id)',
    'create index push_deliveries_client on push_deliveries (client, state, id)',
    'create index push_deliveries_state on push_deliveries (state, id)',
    'create index push_deliveries_bearer on push_deliveries (bearer, state, id)',
    `create index push_deliveries_queued on push_deliveries (bearer, priority, due_at, id) where state = 'queued'`,
    `create index push_deliveries_claimed on push_deliveries (owner, claim) where state = 'sending'`,
    'create index push_deliveries_open on push_deliveries (expires_at) where ended_at is null',
    'create index push_deliveries_ended on push_deliveries (ended_at) where ended_at is not null',

    `create table push_references (
      bearer ${c.text} not null,
      reference ${c.text} not null,
      delivery_id ${c.integer} references push_deliveries (id) on delete cascade,
      attempt ${c.integer} not null,
      outcome ${c.text},
      text ${c.text},
      at ${c.integer} not null,
      primary key (bearer, reference)
    ) ${c.keyedTable}`,
    'create index push_references_delivery on push_references (delivery_id, attempt)',
    'create index push_references_early on push_references (at) where delivery_id is null',

    `create table push_events (
      id ${c.id},
      delivery_id ${c.integer} not null references push_deliveries (id) on delete cascade,
      at ${c.integer} not null,
      kind ${c.text} not null,
      bearer ${c.text},
      text ${c.text} not null
    ) ${c.table}`,
    'create index push_events_delivery on push_events (delivery_id, id)',

    `create table push_notifications (
      id ${c.id},
      delivery_id ${c.integer} not null references push_deliveries (id) on delete cascade,
      client ${c.text} not null,
      url ${c.text} not null,
      message ${c.text} not null,
      version ${c.text} not null,
      state ${c.text} not null,
      due_at ${c.integer} not null,
      attempts ${c.integer} not null,
      owner ${c.text},
      claim ${c.integer},
      text ${c.text},
      created_at ${c.integer} not null
    ) ${c.busyTable}`,
    'create index push_notifications_delivery on push_notifications (delivery_id, id)',
    `create index push_notifications_waiting on push_notifications (due_at, id) where state = 'waiting'`,
    `create index push_notifications_claimed on push_notifications (owner, claim) where state = 'sending'`,

    `create table push_users (
      name ${c.text} primary key,
      addresses ${c.text} not null,
      bearers ${c.text},
      accepts ${c.text},
      capabilities ${c.text},
      changed_at ${c.integer} not null
    ) ${c.table}`,

    `create table push_processes (
      id ${c.text} primary key,
      alive_until ${c.integer} not null
    ) ${c.busyTable}`,
  ];
}
