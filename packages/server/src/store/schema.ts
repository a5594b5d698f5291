/**
 * The tables, as Kysely sees them; the same on SQLite and PostgreSQL.
 *
 * Times are milliseconds since the epoch, ids are numbers, JSON is text written and read by the folder
 * that owns the column, secrets are sealed texts (see `secrets/`).
 */
import type { Generated } from 'kysely';

export interface Database {
  devices: DeviceTable;
  device_addresses: DeviceAddressTable;
  accounts: AccountTable;
  failures: FailureTable;
  device_nodes: DeviceNodeTable;
  tasks: TaskTable;
  profiles: ProfileTable;
  profile_versions: ProfileVersionTable;
  campaigns: CampaignTable;
  outcomes: OutcomeTable;
  sessions: SessionTable;
  exchanges: ExchangeTable;
  waits: WaitTable;
  alerts: AlertTable;
  contents: ContentTable;
  content_parts: ContentPartTable;
  content_uses: ContentUseTable;
  notifications: NotificationTable;
  refusals: RefusalTable;
  quirks: QuirkTable;
  quirk_witnesses: QuirkWitnessTable;
  events: EventTable;
  reasons: ReasonTable;
  tokens: TokenTable;
}

/** One managed terminal. */
export interface DeviceTable {
  id: Generated<number>;
  /** DevId as the device sends it: `IMEI:…`, `MEID:…`, `urn:uuid:…`. Unique. */
  dev_id: string;
  /** DevInfo of its last session; null until it has called. */
  man: string | null;
  mod: string | null;
  dmv: string | null;
  lang: string | null;
  /** DevDetail/SwV, once the device has told it. */
  swv: string | null;
  created_at: number;
  /** Last authenticated message. */
  seen_at: number | null;
  /** The session that is authenticated and not ended; its work is taken over when another one begins. */
  live_session: number | null;
}

/** Where a device is reached: one row for each kind. */
export interface DeviceAddressTable {
  device_id: number;
  kind: 'msisdn' | 'sip' | 'ip' | 'user';
  /** In the one form in which such an address is kept. One row has it at a time, but for `ip`. */
  value: string;
  changed_at: number;
}

/** What a model of devices does otherwise than the standard says. */
export interface QuirkTable {
  id: Generated<number>;
  man: string;
  mod: string;
  /** Software version; empty = any. */
  swv: string;
  /** Name in the catalogue of quirks. */
  quirk: string;
  /** 1, or 0 where a person has said that it does not hold. */
  holds: number;
  origin: 'learnt' | 'set';
  /** The session in which it was learnt; null where a person has set it. */
  session_id: number | null;
  /** The status that showed it, and what it answered. */
  status: number | null;
  request: string | null;
  changed_at: number;
}

/** A device that has shown a quirk: the first few, so that no single one speaks for its model. */
export interface QuirkWitnessTable {
  quirk_id: number;
  /** The device may be gone. */
  device_id: number;
}

/** The DM account that a device and the server share; one per device. */
export interface AccountTable {
  device_id: number;
  /** ServerID that the device knows Grove by: the identity in its ACLs. */
  server_id: string;
  client_auth: 'none' | 'basic' | 'md5' | 'hmac' | 'certificate';
  client_user: string | null;
  /** Sealed password. */
  client_secret: string | null;
  /** Base64; what the device's next md5 Cred or MAC must be made with. */
  client_nonce: string | null;
  /** Base64; the one before, which proves nothing any more but that no stranger speaks. */
  client_nonce_before: string | null;
  /** SHA-256 in hexadecimal of the certificate that the device has; null = any with its DevId as name. */
  client_fingerprint: string | null;
  server_auth: 'none' | 'basic' | 'md5' | 'hmac';
  server_user: string | null;
  server_secret: string | null;
  /** Base64; what Grove's next md5 Cred or MAC is made with. */
  server_nonce: string | null;
  /** When the last wrong credentials came; null = never. Says whether it is worth looking for {@link FailureTable}. */
  failed_at: number | null;
  /**
   * When the device first showed its proof over the resynchronisation nonce on a connection that others might have listened
   * to, so that it proves nothing any more with this password; null = never.
   */
  resynced_at: number | null;
}

/** Wrong credentials of a device that came from one place, since the last right ones from there. */
export interface FailureTable {
  device_id: number;
  /** IPv4 address, or the first 64 bits of an IPv6 address. */
  source: string;
  failures: number;
  last_at: number;
}

/** What is known of a device's tree: the last value reported or confirmed, per leaf or interior node. */
export interface DeviceNodeTable {
  device_id: number;
  /** Canonical, `./A/B`. */
  uri: string;
  /** `node` for an interior node, whose value is its children's names joined by `/`. */
  format: string;
  type: string | null;
  /** Text, or base64 where the format is `bin`; null when only the node's being there is known. */
  value: string | null;
  reported_at: number;
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

/** A desired configuration; its content is versioned. */
export interface ProfileTable {
  id: Generated<number>;
  name: string;
  /** The newest version. */
  version: number;
  created_at: number;
  updated_at: number;
}

export interface ProfileVersionTable {
  profile_id: number;
  version: number;
  /** JSON: ProfileDocument */
  document: string;
  created_at: number;
}

export type CampaignState = 'running' | 'finished' | 'cancelled';

/** The same work for many devices. Which devices are still to be served is computed when they call. */
export interface CampaignTable {
  id: Generated<number>;
  name: string;
  /** Where its steps come from a profile. */
  profile_id: number | null;
  profile_version: number | null;
  /** JSON: Step[], resolved when the campaign was made. */
  steps: string;
  /** The devices it is for; `all` for now. */
  target: string;
  state: CampaignState;
  created_at: number;
  finished_at: number | null;
  /** JSON: KeptWish; how its devices are asked to call; null = they are not. */
  notify: string | null;
  /** Every device up to this id has its notification, or needs none; -1 once it has ended and none is outstanding. */
  notified_up_to: Generated<number>;
}

/** How a campaign ended on one device; the only row that a campaign writes per device. */
export interface OutcomeTable {
  campaign_id: number;
  device_id: number;
  state: 'succeeded' | 'failed';
  /** JSON: CommandResult[] */
  results: string;
  reason: string | null;
  session_id: number;
  at: number;
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

/** Work on a device that waits for an alert, or for the device to call; one row for each. */
export interface WaitTable {
  id: Generated<number>;
  device_id: number;
  /** One of the two. */
  task_id: number | null;
  campaign_id: number | null;
  /** The session in which it was put aside. */
  session_id: number;
  /** JSON: WorkProgress */
  progress: string;
  /** Characters of the values in it. */
  size: number;
  /** When it has waited for too long; null when it is ready to go on. */
  until: number | null;
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

/** `partial` while its bytes are coming, `dropped` until they are gone. */
export type ContentState = 'partial' | 'complete' | 'dropped';

/** A large value: one that was uploaded for devices, or one that a device has sent. */
export interface ContentTable {
  id: Generated<number>;
  state: ContentState;
  /** What its uploader calls it. */
  name: string | null;
  /** MIME type. */
  type: string | null;
  /** Bytes that are there. */
  size: number;
  /** Hexadecimal; null until all of it was read. */
  sha256: string | null;
  /** The device that it comes from. */
  device_id: number | null;
  created_at: number;
  /** When its last bytes came, or something began to refer to it. */
  changed_at: number;
}

/** Some bytes of a content; parts of one content follow each other without gaps. */
export interface ContentPartTable {
  content_id: number;
  /** How many bytes of the content come before. */
  start: number;
  bytes: Uint8Array;
}

/** What refers to a content: a task, a campaign, or what a campaign came to on a device. */
export interface ContentUseTable {
  id: Generated<number>;
  content_id: number;
  task_id: number | null;
  campaign_id: number | null;
  device_id: number | null;
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

/** Why devices are asked to call: a template of what their users are told. */
export interface ReasonTable {
  name: string;
  /** JSON: ReasonTemplate */
  template: string;
  created_at: number;
  updated_at: number;
}

/** A bearer token of the API; only its hash is kept. */
export interface TokenTable {
  id: Generated<number>;
  name: string;
  hash: string;
  created_at: number;
}
