import type { Columns } from '@grove/store';

/** What was applied from files. */
export function declared(c: Columns): string[] {
  return [
    `create table declared (
      set_name ${c.text} not null,
      kind ${c.text} not null,
      name ${c.text} not null,
      primary key (set_name, kind, name)
    ) ${c.keyedTable}`,
  ];
}
