import type { Columns } from '@grove/store';

/** Addresses that are told of events. */
export function webhooks(c: Columns): string[] {
  return [
    `create table webhooks (
      id ${c.id},
      url ${c.text} not null,
      description ${c.text} not null,
      types ${c.text},
      secret ${c.text} not null,
      old_secret ${c.text},
      old_until ${c.integer},
      state ${c.text} not null,
      reason ${c.text},
      failing_since ${c.integer},
      since_event ${c.integer} not null,
      created_at ${c.integer} not null,
      updated_at ${c.integer} not null
    ) ${c.table}`,
    `create table webhook_deliveries (
      id ${c.id},
      webhook_id ${c.integer} not null references webhooks (id) on delete cascade,
      message_id ${c.text} not null,
      type ${c.text} not null,
      body ${c.text} not null,
      state ${c.text} not null,
      attempts ${c.integer} not null,
      next_at ${c.integer} not null,
      created_at ${c.integer} not null,
      finished_at ${c.integer}
    ) ${c.busyTable}`,
    `create index webhook_deliveries_due on webhook_deliveries (webhook_id, next_at) where state = 'pending'`,
    'create index webhook_deliveries_webhook on webhook_deliveries (webhook_id, id)',
    `create index webhook_deliveries_over on webhook_deliveries (finished_at) where state <> 'pending'`,
    `create table webhook_attempts (
      delivery_id ${c.integer} not null references webhook_deliveries (id) on delete cascade,
      n ${c.integer} not null,
      at ${c.integer} not null,
      took ${c.integer} not null,
      status ${c.integer},
      text ${c.text} not null,
      primary key (delivery_id, n)
    ) ${c.keyedTable}`,
  ];
}
