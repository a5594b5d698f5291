/** Devices that are asked to call, and what their users are told. */
import type { Generated } from 'kysely';

export interface NotificationsTables {
  notifications: NotificationTable;
  reasons: ReasonTable;
}

export type NotificationState =
  | 'queued'
  | 'submitted'
  | 'sent'
  | 'delivered'
  | 'opened'
  | 'refused'
  | 'expired'
  | 'failed'
  | 'cancelled';

/** A device is asked to call: by one or several pushes that all ask for the same session. */
export interface NotificationTable {
  id: Generated<number>;
  device_id: number;
  /** What it is to call for: one of the two, or neither. */
  task_id: number | null;
  campaign_id: number | null;
  state: NotificationState;
  /** Why it is in this state, in a sentence. */
  reason: string | null;
  /** SessionID that the device is to use, 1 to 0xFFFF. */
  session_id: number;
  /** The session that began because of it. */
  session_row: number | null;
  /** Random; part of the names of its pushes, which other servers of the same gateway must not use as well. */
  token: string;
  /** JSON: KeptWish; null where the campaign has it. */
  wish: string | null;
  /** JSON: Attempt[] */
  attempts: string;
  /** When something is to be done about it, which whoever begins it puts off; null = nothing. */
  due_at: number | null;
  expires_at: number;
  /** One more with every change: whoever changes it says what it was. */
  version: number;
  created_at: number;
  changed_at: number;
}

/** Why devices are asked to call: a template of what their users are told. */
export interface ReasonTable {
  name: string;
  /** JSON: ReasonTemplate */
  template: string;
  created_at: number;
  updated_at: number;
}
