import type { Columns } from '@grove/store';

/** Why devices are asked to call. */
export function reasons(c: Columns): string[] {
  return [
    `create table reasons (
      name ${c.text} primary key,
      template ${c.text} not null,
      created_at ${c.integer} not null,
      updated_at ${c.integer} not null
    ) ${c.table}`,
  ];
}
