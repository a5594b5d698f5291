/** Errors that customer care looks after, and how far the log was followed. */
import type { Generated } from 'kysely';

export interface CareTables {
  care_cases: CareCaseTable;
  care_notes: CareNoteTable;
  care_policy: CarePolicyTable;
  event_cursors: EventCursorTable;
}

export type CareState = 'open' | 'taken' | 'resolved';
export type CareSeverity = 'low' | 'normal' | 'high';

/** An error, however often it has come since it was opened. */
export interface CareCaseTable {
  id: Generated<number>;
  /** What kind of error; see `care/kinds.ts`. */
  kind: string;
  /** The same for the same error on the same device; one case that is not resolved has it. */
  key: string;
  state: CareState;
  severity: CareSeverity;
  /** In the catalogue of outcomes. */
  outcome: string;
  /** What has happened last, in a sentence. */
  text: string;
  /** How often it has come. */
  count: number;
  device_id: number | null;
  /** Whose the device was. */
  subscriber_id: number | null;
  /** Of the last time. */
  task_id: number | null;
  campaign_id: number | null;
  session_id: number | null;
  /** Name of who looks after it. */
  assignee: string | null;
  opened_at: number;
  last_at: number;
  resolved_at: number | null;
}

/** What was done about a case, and by whom. */
export interface CareNoteTable {
  id: Generated<number>;
  case_id: number;
  at: number;
  /** Name of the token. */
  author: string;
  kind: 'note' | 'taken' | 'resolved' | 'reopened';
  text: string;
}

/** One row, once somebody has said which errors open cases. */
export interface CarePolicyTable {
  id: number;
  /** JSON: CarePolicy */
  policy: string;
  changed_at: number;
}

/** How far somebody has followed the log of events. */
export interface EventCursorTable {
  name: string;
  /** The id up to which everything was dealt with. */
  seen: number;
}
