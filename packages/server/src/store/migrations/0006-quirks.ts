import type { Columns } from '@grove/store';

/** What models of devices do otherwise than the standard says, and the software version that tells models apart. */
export function quirks(c: Columns): string[] {
  return [
    `create table quirks (
      id ${c.id},
      man ${c.text} not null,
      mod ${c.text} not null,
      swv ${c.text} not null,
      quirk ${c.text} not null,
      holds ${c.integer} not null,
      origin ${c.text} not null check (origin in ('learnt', 'set')),
      session_id ${c.integer},
      status ${c.integer},
      request ${c.text},
      changed_at ${c.integer} not null,
      unique (man, mod, swv, quirk, origin)
    ) ${c.table}`,
    `alter table devices add column swv ${c.text}`,
  ];
}
