/** What has happened. */
import type { Generated } from 'kysely';

export interface LogTables {
  events: EventTable;
}

/** Something that has happened. Nothing refers to it, and what it is about may be gone. */
export interface EventTable {
  /** Given to units of work that end in any order: see `events/settled.ts`. */
  id: Generated<number>;
  at: number;
  type: string;
  text: string;
  device_id: number | null;
  dev_id: string | null;
  notification_id: number | null;
  task_id: number | null;
  campaign_id: number | null;
  session_id: number | null;
  /** JSON: an object; null = an empty one. */
  data: string | null;
}
