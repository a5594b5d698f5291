/** What a notification says, in either format. */

/** How a device should treat its user; the position of each is its value on the wire. */
export const UI_MODES = ['not-specified', 'background', 'informative', 'user-interaction'] as const;
export type UiMode = (typeof UI_MODES)[number];

/** Who is the cause of the session: the end user, by way of the client, or the server. */
export const INITIATORS = ['user', 'server'] as const;
export type Initiator = (typeof INITIATORS)[number];

/** The message formats: that of DM 1.2, which DM 1.1.2 has as well, and the one that DM 1.3 adds. */
export type FormatName = '1.2' | '1.3';

/** What notifications of both formats say. */
interface Said {
  /** Ten times the version of the format: 10 of DM 1.1.2, 11 of DM 1.2. At most 1023. */
  readonly version: number;
  readonly uiMode: UiMode;
  readonly initiator: Initiator;
  /** 1 to 0xFFFF; in messages it is {@link formatSessionID}. */
  readonly sessionID: number;
  /** ServerID of the account that the session is to be held with. */
  readonly serverID: string;
}

/** A notification of DM 1.2 or 1.1.2. */
export interface Notification12 extends Said {
  readonly format: '1.2';
  /** The vendor's part; empty = there is none. Grove puts a {@link Reason} there. */
  readonly body: Uint8Array;
}

/** An option of a notification of DM 1.3, but for the Server-ID. */
export interface NotificationOption {
  /** 0 to 15. */
  readonly number: number;
  /** At most 4095 bytes. */
  readonly value: Uint8Array;
}

/** A notification of DM 1.3. */
export interface Notification13 extends Said {
  readonly format: '1.3';
  /** By ascending numbers. */
  readonly options: readonly NotificationOption[];
}

/** Package #0. */
export type Notification = Notification12 | Notification13;

/** A notification as it came. What it says is not to be believed before its digest was checked. */
export interface ParsedNotification {
  readonly notification: Notification;
  /** 16 bytes. */
  readonly digest: Uint8Array;
  /** What the digest is made over. */
  readonly covered: Uint8Array;
  /** What is not as the standard says and was taken all the same. */
  readonly remarks: readonly string[];
}

/** The SessionID of messages: upper-case hexadecimal without leading zeros (DM_Notification 1.2.1, sessionid). */
export function formatSessionID(sessionID: number): string {
  return sessionID.toString(16).toUpperCase();
}

/**
 * Type of the generic alert by which Grove's client tells a server that its notification led to no session; the data
 * is JSON: `sessionID` as in messages, and `outcome`, which is refused, unaskable or expired.
 */
export const NOTIFICATION_ALERT = 'com.example.grove.notification';
