/**
 * The tables, as Kysely sees them; the same on SQLite and PostgreSQL.
 *
 * Times are milliseconds since the epoch, ids are numbers, JSON is text written and read by the folder that owns the
 * column. Addresses are written as PAP writes them, without a gateway's name, so that equal ones are equal texts.
 */
import type { Generated } from 'kysely';

export interface Database {
  push_messages: MessageTable;
  push_deliveries: DeliveryTable;
  push_references: ReferenceTable;
  push_events: EventTable;
  push_notifications: NotificationTable;
  push_users: UserTable;
  push_processes: ProcessTable;
}

/** What an initiator submitted, once for all its addresses. */
export interface MessageTable {
  id: Generated<number>;
  /** Name of the client that submitted it. Its push ids are its own. */
  client: string;
  push_id: string;
  content_type: string;
  application_id: string | null;
  /** JSON: further headers of the content. */
  headers: string;
  body: Uint8Array;
  /** The UAProf document that came with it. */
  capabilities: Uint8Array | null;
  /** JSON: how it should travel, as PAP says it. */
  quality: string;
  /** Where result notifications go; null if none are wanted. */
  notify_to: string | null;
  /** Version of PAP in which they are written. */
  version: string;
  source_reference: string | null;
  deliver_after: number | null;
  deliver_before: number;
  submitted_at: number;
}

/**
 * Where a push is: `queued` for a bearer, `sending` by a process, `accepted` by the network, whose receipt is awaited, or
 * at its end, in PAP's terms.
 */
export const DELIVERY_STATES = [
  'queued',
  'sending',
  'accepted',
  'delivered',
  'undeliverable',
  'expired',
  'aborted',
  'timeout',
  'cancelled',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
export type FinalState = Exclude<DeliveryState, 'queued' | 'sending' | 'accepted'>;

/** A push on its way to one address. */
export interface DeliveryTable {
  id: Generated<number>;
  message_id: number;
  /** That of the message. */
  client: string;
  /** The address, written in the one way. */
  address: string;
  /** The address as the initiator wrote it, by which answers name it. */
  address_text: string;
  state: DeliveryState;
  /** 0 goes first: high, medium, low. */
  priority: number;
  /** The bearer that it goes over, or went over last, and the address there; null where there was none. */
  bearer: string | null;
  target: string | null;
  /** When it is tried, next. */
  due_at: number;
  /** When its time is over. */
  expires_at: number;
  /** Attempts in a row over the present bearer that came to nothing. */
  failures: number;
  /** Attempts in all; the number of the last one. */
  attempt: number;
  /** JSON: ways that were given up, see `routing/`. */
  tried: string;
  /** The process that sends it, and the number under which it claimed it. */
  owner: string | null;
  claim: number | null;
  /** PAP's code of the outcome. */
  code: number | null;
  /** What happened last, in a sentence. */
  text: string;
  changed_at: number;
  ended_at: number | null;
}

/** A part of a push as the network calls it. One without a delivery was reported before its attempt had ended. */
export interface ReferenceTable {
  bearer: string;
  reference: string;
  delivery_id: number | null;
  /** Number of the attempt that it belongs to. */
  attempt: number;
  outcome: 'delivered' | 'undeliverable' | 'expired' | null;
  text: string | null;
  at: number;
}

/** Something that happened to a push. */
export interface EventTable {
  id: Generated<number>;
  delivery_id: number;
  at: number;
  kind: EventKind;
  bearer: string | null;
  text: string;
}

export type EventKind =
  | 'queued'
  | 'attempt-failed'
  | 'rerouted'
  | 'accepted'
  | 'receipt'
  | 'recovered'
  | 'notified'
  | 'notification-failed'
  | FinalState;

/** A result notification to an initiator, until it has it. */
export interface NotificationTable {
  id: Generated<number>;
  delivery_id: number;
  client: string;
  url: string;
  /** JSON: the message. */
  message: string;
  version: string;
  state: 'waiting' | 'sending' | 'sent' | 'failed';
  due_at: number;
  attempts: number;
  owner: string | null;
  claim: number | null;
  text: string | null;
  created_at: number;
}

/** A user whose terminals the gateway knows. */
export interface UserTable {
  name: string;
  /** JSON: addresses, the preferred one first. */
  addresses: string;
  /** JSON: names of the bearers that the terminals take; null for all. */
  bearers: string | null;
  /** JSON: media types that the terminals take; null for all. */
  accepts: string | null;
  /** A UAProf document, for capability queries. */
  capabilities: string | null;
  changed_at: number;
}

/** A process that works on the queue. What it has claimed is free again once it has not been heard of for too long. */
export interface ProcessTable {
  id: string;
  alive_until: number;
}
