import type { Columns } from '@grove/store';

/** Where sessions come from in which nobody has proved himself: there can be any number of them. */
export function strangers(c: Columns): string[] {
  return [
    `alter table sessions add column stranger ${c.text}`,
    'create index sessions_strangers on sessions (device_id, stranger, id) where stranger is not null',
  ];
}
