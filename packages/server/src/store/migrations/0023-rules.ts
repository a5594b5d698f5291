import type { Columns } from '@grove/store';

/** Rules that find devices, and what they have found. */
export function rules(c: Columns): string[] {
  return [
    `create table rules (
      id ${c.id},
      name ${c.text} not null unique,
      revision ${c.integer} not null,
      enabled ${c.integer} not null,
      definition ${c.text} not null,
      created_at ${c.integer} not null,
      updated_at ${c.integer} not null
    ) ${c.table}`,
    // How far the server has come with a rule; changed often.
    `create table rule_progress (
      rule_id ${c.integer} primary key references rules (id) on delete cascade,
      hour ${c.integer} not null,
      fired ${c.integer} not null,
      asked ${c.integer} not null,
      swept_at ${c.integer},
      sweep_after ${c.integer} not null,
      asked_at ${c.integer},
      ask_after ${c.integer} not null
    ) ${c.busyTable}`,
    `create table rule_states (
      rule_id ${c.integer} not null references rules (id) on delete cascade,
      device_id ${c.integer} not null references devices (id) on delete cascade,
      state ${c.text} not null,
      task_id ${c.integer},
      fired_at ${c.integer},
      due_at ${c.integer},
      primary key (rule_id, device_id)
    ) ${c.keyedTable}`,
    'create index rule_states_device on rule_states (device_id)',
    'create index rule_states_state on rule_states (rule_id, state, device_id)',
    'create index rule_states_due on rule_states (rule_id, due_at) where due_at is not null',
    `create table rule_firings (
      id ${c.id},
      rule_id ${c.integer} not null references rules (id) on delete cascade,
      device_id ${c.integer} not null references devices (id) on delete cascade,
      at ${c.integer} not null,
      outcome ${c.text} not null,
      cause ${c.text} not null,
      why ${c.text} not null,
      task_id ${c.integer},
      text ${c.text} not null
    ) ${c.table}`,
    'create index rule_firings_rule on rule_firings (rule_id, id)',
    'create index rule_firings_device on rule_firings (device_id)',
    `create table rule_questions (
      rule_id ${c.integer} not null references rules (id) on delete cascade,
      device_id ${c.integer} not null references devices (id) on delete cascade,
      task_id ${c.integer},
      asked_at ${c.integer} not null,
      primary key (rule_id, device_id)
    ) ${c.keyedTable}`,
    'create index rule_questions_device on rule_questions (device_id)',
  ];
}
