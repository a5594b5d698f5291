/** Sessions: what was said in them, and what belonged to none. */
import type { Generated } from 'kysely';

export interface SessionsTables {
  sessions: SessionTable;
  exchanges: ExchangeTable;
  refusals: RefusalTable;
  alerts: AlertTable;
}

/** A management session. */
export interface SessionTable {
  id: Generated<number>;
  device_id: number;
  /** SessionID as the device sent it. */
  session_id: string;
  state: 'open' | 'ended';
  /** How it ended, or null while open. */
  outcome: 'completed' | 'aborted' | 'refused' | 'superseded' | 'expired' | null;
  /** Why, in a sentence, where `outcome` alone does not say it. */
  reason: string | null;
  encoding: 'xml' | 'wbxml';
  remote: string;
  /** Where it comes from, as in {@link FailureTable}, while nobody has proved himself in it; null from then on. */
  stranger: string | null;
  started_at: number;
  last_at: number;
  /** When it is over unless a message comes before. */
  expires_at: number;
  ended_at: number | null;
  /** Messages in both directions, and their bytes. */
  messages: number;
  bytes_in: number;
  bytes_out: number;
  /** JSON: the session engine's state. */
  engine: string;
}

/** One message of a device and the server's answer to it, as they were on the wire, secrets masked. */
export interface ExchangeTable {
  id: Generated<number>;
  session_id: number;
  /** 1, 2, 3 … within the session. */
  n: number;
  at: number;
  request: Uint8Array;
  response: Uint8Array;
  encoding: 'xml' | 'wbxml';
  /** JSON: string[]; deviations from the standard that were noted, or null. */
  deviations: string | null;
}

/** A message that belongs to no session: undecodable, of the wrong type, from a device that is not registered. */
export interface RefusalTable {
  id: Generated<number>;
  at: number;
  remote: string;
  /** DevId that the message claims, if it could be read. */
  dev_id: string | null;
  http_status: number;
  /** SyncML status of the answer, if it was a SyncML message. */
  status: number | null;
  reason: string;
  /** The beginning of the body. */
  excerpt: Uint8Array;
}

/** An alert that a device sent: generic alerts (1226) and client events (1224). */
export interface AlertTable {
  id: Generated<number>;
  device_id: number;
  session_id: number;
  at: number;
  code: number;
  type: string | null;
  format: string | null;
  mark: string | null;
  source: string | null;
  correlator: string | null;
  /** Meta Type as it came, where `type` is only a part of it. */
  said_type: string | null;
  /** The work that waited for it, or that its correlator names. */
  task_id: number | null;
  campaign_id: number | null;
  /** Null also where the data is so large that it is a content. */
  data: string | null;
  content_id: number | null;
}
