import type { Columns } from '@grove/store';

/** Policies: profiles that devices are to have as long as they are among those of a target, and how each device is. */
export function policies(c: Columns): string[] {
  return [
    `create table policies (
      id ${c.id},
      name ${c.text} not null unique,
      description ${c.text},
      profile_id ${c.integer} not null references profiles (id),
      profile_version ${c.integer},
      target ${c.text} not null,
      priority ${c.integer} not null,
      drift ${c.text} not null,
      verify_every ${c.integer},
      removal ${c.text} not null,
      state ${c.text} not null,
      created_at ${c.integer} not null,
      updated_at ${c.integer} not null
    ) ${c.table}`,
    'create index policies_profile on policies (profile_id)',

    // One row, whose number grows with every change of policies.
    `create table policy_book (
      id ${c.integer} primary key,
      generation ${c.integer} not null
    ) ${c.busyTable}`,
    'insert into policy_book (id, generation) values (1, 0)',

    `create table compliance (
      device_id ${c.integer} not null references devices (id) on delete cascade,
      policy_id ${c.integer} not null references policies (id) on delete cascade,
      state ${c.text} not null,
      reason ${c.text},
      detail ${c.text},
      purpose ${c.text},
      stands ${c.text},
      wanted_id ${c.integer} references renderings (id),
      rendering_id ${c.integer} references renderings (id),
      before ${c.text} not null,
      attempts ${c.integer} not null,
      retry_at ${c.integer},
      checked_at ${c.integer},
      changed_at ${c.integer} not null,
      session_id ${c.integer},
      primary key (device_id, policy_id)
    ) ${c.keyedTable}`,
    'create index compliance_policy on compliance (policy_id, state, device_id)',
    'create index compliance_wanted on compliance (wanted_id) where wanted_id is not null',
    'create index compliance_rendering on compliance (rendering_id) where rendering_id is not null',
  ];
}
