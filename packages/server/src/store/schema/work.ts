/** Work for one device, and work that waits. */
import type { Generated } from 'kysely';

export interface WorkTables {
  tasks: TaskTable;
  waits: WaitTable;
  renderings: RenderingTable;
}

export type TaskState = 'pending' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';

/** Work for one device. */
export interface TaskTable {
  id: Generated<number>;
  device_id: number;
  /** JSON: Step[] */
  steps: string;
  state: TaskState;
  /** JSON: CommandResult[]; null until something was answered. */
  results: string | null;
  /** Why it failed, in a sentence. */
  reason: string | null;
  session_id: number | null;
  created_at: number;
  finished_at: number | null;
}

/** Work on a device that waits for an alert, or for the device to call; one row for each. */
export interface WaitTable {
  id: Generated<number>;
  device_id: number;
  /** One of the three. */
  task_id: number | null;
  campaign_id: number | null;
  policy_id: number | null;
  /** Its steps, where they were made for this device. */
  rendering_id: number | null;
  /** The session in which it was put aside. */
  session_id: number;
  /** JSON: WorkProgress */
  progress: string;
  /** Characters of the values in it. */
  size: number;
  /** When it has waited for too long; null when it is ready to go on. */
  until: number | null;
}

/** Steps that were made for a device: what it gets stays the same however long it takes. */
export interface RenderingTable {
  id: Generated<number>;
  /** SHA-256 of the steps, base64url. */
  digest: string;
  /** JSON: Step[] */
  steps: string;
  /** When work with it was begun last, to the day. */
  used_at: number;
}
