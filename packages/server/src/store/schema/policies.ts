/** Policies, and how devices are with them. */
import type { Generated } from 'kysely';

export interface PoliciesTables {
  policies: PolicyTable;
  policy_book: PolicyBookTable;
  compliance: ComplianceTable;
}

/** A profile that the devices of a target are to have as long as they are among them. */
export interface PolicyTable {
  id: Generated<number>;
  name: string;
  description: string | null;
  profile_id: number;
  /** Null = the newest. */
  profile_version: number | null;
  /** JSON: Target */
  target: string;
  /** Of two policies that want one node differently the higher one counts. */
  priority: number;
  /** What becomes of a node that was changed on the device. */
  drift: 'report' | 'correct' | 'ignore';
  /** Milliseconds after which a device is looked at anew; null = never by itself. */
  verify_every: number | null;
  /** What becomes of what it has set on a device that it is no longer for. */
  removal: 'restore' | 'leave';
  /** `retiring` once it is deleted, until it is gone from every device. */
  state: 'active' | 'retiring';
  created_at: number;
  updated_at: number;
}

/** One row: its number grows with every change that processes have to know who keep policies in memory. */
export interface PolicyBookTable {
  id: number;
  generation: number;
}

export type ComplianceState =
  | 'pending'
  | 'compliant'
  | 'drifted'
  | 'failed'
  | 'refused'
  | 'conflicting'
  | 'removed';

/** How a policy is on a device; there is none where the device has not called since it is for it. */
export interface ComplianceTable {
  device_id: number;
  policy_id: number;
  state: ComplianceState;
  /** Why, in a sentence. */
  reason: string | null;
  /** JSON: NodeDifference[] where it has drifted. */
  detail: string | null;
  /** What is under way, or was last. */
  purpose: 'apply' | 'observe' | 'remove' | null;
  /** JSON: Standing; how it will be once what is under way has been brought about. */
  stands: string | null;
  /** What it was last tried to bring about. */
  wanted_id: number | null;
  /** What was brought about. */
  rendering_id: number | null;
  /** JSON: Before; how nodes were that it has changed. */
  before: string;
  /** How often in a row it has failed. */
  attempts: number;
  /** When it may be tried again after it failed. */
  retry_at: number | null;
  /** When the device was last known to be as it says here. */
  checked_at: number | null;
  changed_at: number;
  session_id: number | null;
}
