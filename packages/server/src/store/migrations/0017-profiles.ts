import type { Columns } from '@grove/store';

/** Models of devices, who made which version of a profile, and dry runs of profiles. */
export function profiles(c: Columns): string[] {
  return [
    `create table models (
      id ${c.id},
      man ${c.text} not null,
      mod ${c.text} not null,
      swv ${c.text} not null,
      ddf ${c.bytes},
      objects ${c.text} not null,
      mapping ${c.text},
      revision ${c.integer} not null,
      created_at ${c.integer} not null,
      updated_at ${c.integer} not null,
      unique (man, mod, swv)
    ) ${c.table}`,
    `alter table profile_versions add column made_by ${c.text}`,
    `alter table profile_versions add column comment ${c.text}`,
    `create table profile_runs (
      id ${c.id},
      profile ${c.text} not null,
      version ${c.integer} not null,
      request ${c.text} not null,
      state ${c.text} not null,
      reason ${c.text},
      done ${c.integer} not null,
      total ${c.integer} not null,
      result ${c.text},
      created_at ${c.integer} not null,
      touched_at ${c.integer} not null
    ) ${c.table}`,
    'create index profile_runs_profile on profile_runs (profile, id)',
  ];
}
