import type { Reason, UiMode } from '@grove/protocol';

/** A notification that was taken before, so that it is not taken again. JSON. */
export interface SeenNotification {
  readonly serverID: string;
  /** As messages have it. */
  readonly sessionID: string;
  /** Base64. */
  readonly digest: string;
  /** Whether it was made with the resynchronisation nonce, which no later session makes useless. */
  readonly resynced: boolean;
  /** When it came, in milliseconds since 1970. */
  readonly came: number;
}

/** A notification whose session has not been held. JSON. */
export interface WaitingNotification {
  readonly serverID: string;
  /** As messages have it. */
  readonly sessionID: string;
  readonly uiMode: UiMode;
  /** What the user is told. */
  readonly reason?: Reason | undefined;
  /** Base64; the form of the resynchronisation nonce that it was made with, where it was. */
  readonly resync?: string | undefined;
  /** Until when it is good, in milliseconds since 1970. */
  readonly until: number;
  /** Whether nobody needs to be asked any more. */
  readonly accepted: boolean;
}

/** What a device must not forget of notifications. JSON. */
export interface NotificationRecord {
  readonly seen: readonly SeenNotification[];
  readonly waiting: readonly WaitingNotification[];
}
