import type { Columns } from '@grove/store';

/**
 * Campaigns with targets, waves and conditions, and what is kept of their counts. Those that run go on: they are for all
 * devices, which is settled when a server first looks at them.
 */
export function campaigns(c: Columns): string[] {
  const column = (name: string, type: string) => `alter table campaigns add column ${name} ${type}`;
  return [
    `alter table devices add column time_zone ${c.text}`,
    column('dynamic', `${c.integer} not null default 0`),
    column('closure', c.text),
    column('plan', `${c.text} not null default '{}'`),
    column('members', c.integer),
    column('devices', `${c.integer} not null default 0`),
    column('wave', `${c.integer} not null default 0`),
    column('wave_at', c.integer),
    column('start_at', c.integer),
    column('end_by', c.integer),
    column('started_at', c.integer),
    column('changed_at', `${c.integer} not null default 0`),
    column('reason', c.text),
    column('paused_by', c.text),
    column('created_by', c.integer),
    column('created_by_name', c.text),
    column('baseline', c.text),
    column('rerun_of', c.integer),
    column('lease_at', `${c.integer} not null default 0`),
    column('sweep_at', `${c.integer} not null default 0`),
    column('rate_at', `${c.integer} not null default 0`),
    column('asked_at', `${c.integer} not null default 0`),
    `update campaigns set
      target = '{"all":true}',
      started_at = created_at,
      wave_at = created_at,
      changed_at = coalesce(finished_at, created_at)`,
    'drop index campaigns_running',
    `create index campaigns_active on campaigns (id)
      where state in ('awaiting-approval', 'scheduled', 'running', 'paused', 'stopping')`,

    `create table campaign_waves (
      campaign_id ${c.integer} not null references campaigns (id) on delete cascade,
      n ${c.integer} not null,
      threshold ${c.integer},
      members ${c.integer},
      devices ${c.integer} not null,
      opened_at ${c.integer},
      primary key (campaign_id, n)
    ) ${c.keyedTable}`,

    `create table campaign_counts (
      campaign_id ${c.integer} not null references campaigns (id) on delete cascade,
      wave ${c.integer} not null,
      outcome ${c.text} not null,
      devices ${c.integer} not null,
      primary key (campaign_id, wave, outcome)
    ) ${c.keyedTable}`,
    `create table campaign_reasons (
      campaign_id ${c.integer} not null references campaigns (id) on delete cascade,
      outcome ${c.text} not null,
      reason ${c.text} not null,
      devices ${c.integer} not null,
      examples ${c.text} not null,
      primary key (campaign_id, outcome, reason)
    ) ${c.keyedTable}`,
    `create table campaign_changes (
      id ${c.id},
      campaign_id ${c.integer} not null references campaigns (id) on delete cascade,
      wave ${c.integer} not null,
      was ${c.text},
      outcome ${c.text},
      reason ${c.text},
      device_id ${c.integer} not null
    ) ${c.table}`,
    'create index campaign_changes_campaign on campaign_changes (campaign_id)',

    `create table campaign_history (
      id ${c.id},
      campaign_id ${c.integer} not null references campaigns (id) on delete cascade,
      at ${c.integer} not null,
      action ${c.text} not null,
      actor ${c.integer},
      actor_name ${c.text},
      text ${c.text}
    ) ${c.table}`,
    'create index campaign_history_campaign on campaign_history (campaign_id, id)',

    `create table campaign_book (
      id ${c.integer} primary key,
      generation ${c.integer} not null
    ) ${c.busyTable}`,
    'insert into campaign_book (id, generation) values (1, 0)',

    // A device that was left out has no session.
    `create table outcomes_now (
      campaign_id ${c.integer} not null references campaigns (id) on delete cascade,
      device_id ${c.integer} not null references devices (id) on delete cascade,
      state ${c.text} not null,
      wave ${c.integer} not null,
      attempts ${c.integer} not null,
      retry_at ${c.integer},
      begun_at ${c.integer},
      results ${c.text} not null,
      reason ${c.text},
      session_id ${c.integer},
      rendering_id ${c.integer},
      at ${c.integer} not null,
      primary key (campaign_id, device_id)
    ) ${c.busyTable}`,
    `insert into outcomes_now (campaign_id, device_id, state, wave, attempts, begun_at, results, reason, session_id, at)
      select campaign_id, device_id, case state when 'succeeded' then 'changed' else state end, 0, 1, at, results, reason,
        session_id, at from outcomes`,
    'drop table outcomes',
    'alter table outcomes_now rename to outcomes',
    'create index outcomes_device on outcomes (device_id, campaign_id)',
    'create index outcomes_state on outcomes (campaign_id, state, device_id)',
    `create index outcomes_retry on outcomes (campaign_id, retry_at, device_id) where state = 'retrying'`,

    `insert into campaign_counts (campaign_id, wave, outcome, devices)
      select campaign_id, 0, state, count(*) from outcomes group by campaign_id, state`,
    `update campaigns set devices =
      (select count(*) from outcomes where outcomes.campaign_id = campaigns.id)`,
    `insert into campaign_waves (campaign_id, n, devices, opened_at)
      select id, 0, devices, created_at from campaigns`,
  ];
}
