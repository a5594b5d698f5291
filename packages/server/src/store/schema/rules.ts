/** Rules, and what became of them on devices. */
import type { Generated } from 'kysely';

export interface RulesTables {
  rules: RuleTable;
  rule_progress: RuleProgressTable;
  rule_states: RuleStateTable;
  rule_firings: RuleFiringTable;
  rule_questions: RuleQuestionTable;
}

/** A rule. */
export interface RuleTable {
  id: Generated<number>;
  name: string;
  /** Grows with each change. */
  revision: number;
  /** 1 or 0 */
  enabled: number;
  /** JSON: RuleDefinition */
  definition: string;
  created_at: number;
  updated_at: number;
}

/** How far the server has come with a rule. */
export interface RuleProgressTable {
  rule_id: number;
  /** Hours since the epoch: the one in which `fired` and `asked` count. */
  hour: number;
  /** Devices on which it has acted in that hour. */
  fired: number;
  /** Devices whose trees it has asked for in that hour. */
  asked: number;
  /** When all devices were last looked at; null = not since the rule was changed. */
  swept_at: number | null;
  /** The device up to which all were looked at in this round. */
  sweep_after: number;
  /** When all devices were last looked at of which too little is known. */
  asked_at: number | null;
  ask_after: number;
}

/**
 * `fired`: it has acted. `still`: it holds although what it did has succeeded. `held`: it holds, and has to wait until
 * `due_at`. `clear`: it held once and does not now.
 */
export type RuleState = 'fired' | 'still' | 'held' | 'clear';

/** What a rule is to a device for which it has held. */
export interface RuleStateTable {
  rule_id: number;
  device_id: number;
  state: RuleState;
  /** The task that it has made. */
  task_id: number | null;
  /** When it has acted last. */
  fired_at: number | null;
  due_at: number | null;
}

export type FiringOutcome = 'acted' | 'dry run' | 'still matching' | 'failed';
export type FiringCause = 'tree' | 'sweep' | 'event' | 'alert' | 'first seen' | 'software' | 'outcome';

/** One time that a rule has found a device. */
export interface RuleFiringTable {
  id: Generated<number>;
  rule_id: number;
  device_id: number;
  at: number;
  outcome: FiringOutcome;
  cause: FiringCause;
  /** JSON: Evidence[] */
  why: string;
  task_id: number | null;
  /** What was done, in a sentence. */
  text: string;
}

/** A device whose tree a rule has asked for. */
export interface RuleQuestionTable {
  rule_id: number;
  device_id: number;
  task_id: number | null;
  asked_at: number;
}
