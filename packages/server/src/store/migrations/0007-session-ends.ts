import type { Columns } from '@grove/store';

/** When a session is over unless a message comes: a user may take longer to answer than a device. */
export function sessionEnds(c: Columns): string[] {
  return [
    `alter table sessions add column expires_at ${c.integer} not null default 0`,
    // What was the same for every session before.
    'update sessions set expires_at = last_at + 900000',
  ];
}
