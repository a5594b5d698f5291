/** Devices: what is known of them, their accounts and addresses, how their models differ. */
import type { Generated } from 'kysely';

export interface DevicesTables {
  devices: DeviceTable;
  device_addresses: DeviceAddressTable;
  quirks: QuirkTable;
  quirk_witnesses: QuirkWitnessTable;
  accounts: AccountTable;
  failures: FailureTable;
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
  /** `orderKey` of it: see `known-values/`. */
  swv_key: Generated<string | null>;
  /** Name in the IANA time zone database, where somebody has said it. */
  time_zone: string | null;
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
