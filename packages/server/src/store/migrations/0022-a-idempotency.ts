import type { Columns } from '@grove/store';

/** Answers of the API to requests that have an effect once. */
export function idempotency(c: Columns): string[] {
  return [
    `create table kept_answers (
      id ${c.id},
      token_id ${c.integer} not null references tokens (id) on delete cascade,
      key ${c.text} not null,
      fingerprint ${c.text} not null,
      status ${c.integer},
      location ${c.text},
      body ${c.text},
      at ${c.integer} not null,
      unique (token_id, key)
    ) ${c.table}`,
    'create index kept_answers_at on kept_answers (at)',
  ];
}
