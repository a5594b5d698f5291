import type { Columns } from '@grove/store';

/** Devices that prove themselves by a certificate, and what is kept of wrong credentials. */
export function failures(c: Columns): string[] {
  return [
    `alter table accounts add column client_fingerprint ${c.text}`,
    `alter table accounts add column failed_at ${c.integer}`,

    `create table failures (
      device_id ${c.integer} not null references devices (id) on delete cascade,
      source ${c.text} not null,
      failures ${c.integer} not null,
      last_at ${c.integer} not null,
      primary key (device_id, source)
    ) ${c.table}`,
    'create index failures_last on failures (last_at)',
  ];
}
