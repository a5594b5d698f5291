import type { Columns } from '@grove/store';

/** Everything that Grove began with: one SQL text for each table or index. */
export function tables(c: Columns): string[] {
  return [
    `create table devices (
      id ${c.id},
      dev_id ${c.text} not null unique,
      man ${c.text},
      mod ${c.text},
      dmv ${c.text},
      lang ${c.text},
      created_at ${c.integer} not null,
      seen_at ${c.integer},
      live_session ${c.integer}
    ) ${c.busyTable}`,
    'create index devices_man on devices (man, id)',
    'create index devices_mod on devices (mod, id)',

    `create table accounts (
      device_id ${c.integer} primary key references devices (id) on delete cascade,
      server_id ${c.text} not null,
      client_auth ${c.text} not null,
      client_user ${c.text},
      client_secret ${c.text},
      client_nonce ${c.text},
      server_auth ${c.text} not null,
      server_user ${c.text},
      server_secret ${c.text},
      server_nonce ${c.text}
    ) ${c.busyTable}`,

    `create table device_nodes (
      device_id ${c.integer} not null references devices (id) on delete cascade,
      uri ${c.text} not null,
      format ${c.text} not null,
      type ${c.text},
      value ${c.text},
      reported_at ${c.integer} not null,
      primary key (device_id, uri)
    ) ${c.keyedTable}`,

    `create table tasks (
      id ${c.id},
      device_id ${c.integer} not null references devices (id) on delete cascade,
      steps ${c.text} not null,
      state ${c.text} not null,
      results ${c.text},
      reason ${c.text},
      session_id ${c.integer},
      created_at ${c.integer} not null,
      finished_at ${c.integer}
    ) ${c.table}`,
    'create index tasks_device on tasks (device_id, id)',
    'create index tasks_state on tasks (state, id)',
    `create index tasks_to_do on tasks (device_id, id) where state in ('pending', 'running')`,

    `create table profiles (
      id ${c.id},
      name ${c.text} not null unique,
      version ${c.integer} not null,
      created_at ${c.integer} not null,
      updated_at ${c.integer} not null
    ) ${c.table}`,

    `create table profile_versions (
      profile_id ${c.integer} not null references profiles (id) on delete cascade,
      version ${c.integer} not null,
      document ${c.text} not null,
      created_at ${c.integer} not null,
      primary key (profile_id, version)
    ) ${c.table}`,

    `create table campaigns (
      id ${c.id},
      name ${c.text} not null,
      profile_id ${c.integer} references profiles (id) on delete set null,
      profile_version ${c.integer},
      steps ${c.text} not null,
      target ${c.text} not null,
      state ${c.text} not null,
      created_at ${c.integer} not null,
      finished_at ${c.integer}
    ) ${c.table}`,
    'create index campaigns_profile on campaigns (profile_id)',
    `create index campaigns_running on campaigns (id) where state = 'running'`,

    `create table outcomes (
      campaign_id ${c.integer} not null references campaigns (id) on delete cascade,
      device_id ${c.integer} not null references devices (id) on delete cascade,
      state ${c.text} not null,
      results ${c.text} not null,
      reason ${c.text},
      session_id ${c.integer} not null,
      at ${c.integer} not null,
      primary key (campaign_id, device_id)
    ) ${c.table}`,
    'create index outcomes_device on outcomes (device_id, campaign_id)',
    'create index outcomes_state on outcomes (campaign_id, state, device_id)',

    `create table sessions (
      id ${c.id},
      device_id ${c.integer} not null references devices (id) on delete cascade,
      session_id ${c.text} not null,
      state ${c.text} not null,
      outcome ${c.text},
      reason ${c.text},
      encoding ${c.text} not null,
      remote ${c.text} not null,
      started_at ${c.integer} not null,
      last_at ${c.integer} not null,
      ended_at ${c.integer},
      messages ${c.integer} not null,
      bytes_in ${c.integer} not null,
      bytes_out ${c.integer} not null,
      engine ${c.text} not null
    ) ${c.busyTable}`,
    'create index sessions_device on sessions (device_id, id)',
    `create index sessions_incomplete on sessions (outcome, id) where outcome <> 'completed'`,
    'create index sessions_named on sessions (device_id, session_id, id)',
    `create index sessions_open on sessions (id) where state = 'open'`,

    `create table exchanges (
      id ${c.id},
      session_id ${c.integer} not null references sessions (id) on delete cascade,
      n ${c.integer} not null,
      at ${c.integer} not null,
      request ${c.bytes} not null,
      response ${c.bytes} not null,
      encoding ${c.text} not null,
      deviations ${c.text},
      unique (session_id, n)
    ) ${c.table}`,

    `create table alerts (
      id ${c.id},
      device_id ${c.integer} not null references devices (id) on delete cascade,
      session_id ${c.integer} not null,
      at ${c.integer} not null,
      code ${c.integer} not null,
      type ${c.text},
      format ${c.text},
      mark ${c.text},
      source ${c.text},
      correlator ${c.text},
      data ${c.text}
    ) ${c.table}`,
    'create index alerts_device on alerts (device_id, id)',

    `create table refusals (
      id ${c.id},
      at ${c.integer} not null,
      remote ${c.text} not null,
      dev_id ${c.text},
      http_status ${c.integer} not null,
      status ${c.integer},
      reason ${c.text} not null,
      excerpt ${c.bytes} not null
    ) ${c.table}`,

    `create table tokens (
      id ${c.id},
      name ${c.text} not null,
      hash ${c.text} not null unique,
      created_at ${c.integer} not null
    ) ${c.table}`,
  ];
}
