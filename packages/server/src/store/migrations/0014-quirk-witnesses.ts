import type { Columns } from '@grove/store';

/** The devices that have shown a quirk. They may be gone since: what they have shown stays. */
export function quirkWitnesses(c: Columns): string[] {
  return [
    `create table quirk_witnesses (
      quirk_id ${c.integer} not null references quirks (id) on delete cascade,
      device_id ${c.integer} not null,
      primary key (quirk_id, device_id)
    ) ${c.table}`,
    `insert into quirk_witnesses (quirk_id, device_id)
      select quirks.id, sessions.device_id from quirks
      inner join sessions on sessions.id = quirks.session_id
      where quirks.origin = 'learnt'`,
  ];
}
