import type { WaitingNotification } from './record.ts';

/** Why a notification leads to nothing. */
export type IgnoredBecause =
  /** No notification of a known media type, or one that cannot be read. */
  | 'malformed'
  | 'version'
  /** The device has no account of that ServerID, or none that notifications can be checked with. */
  | 'server'
  | 'digest'
  /** It has come before, or asks for a session that another one has asked for. */
  | 'duplicate'
  /** Too many wait already. */
  | 'full';

/** A notification that nothing comes of; not worth sending again. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly because: IgnoredBecause;
  /** For a person. */
  readonly text: string;
}

/** A notification that is its server's own, and new. It is stored. */
export interface Taken {
  readonly kind: 'taken';
  readonly notification: WaitingNotification;
}

/** The session that a notification asks for. */
export interface NotifiedSession {
  readonly serverID: string;
  /** As messages have it. */
  readonly sessionID: string;
  /** Alert 1200: the server has asked for it. */
  readonly reason: 1200;
  /** The resynchronisation nonce, where the notification was made with it. */
  readonly resync?: Uint8Array;
}

/** What became of a notification that is the server's own. */
export type Decision =
  /** The session is to be held. */
  | { readonly kind: 'accepted'; readonly session: NotifiedSession }
  | {
      /**
       * `refused`: by the user, or for want of one who could be asked. `expired`: its time was over. The server hears of
       * either in the next session. `postponed`: the user is to be asked again. `settled`: a session with this server was
       * held before the user had decided.
       */
      readonly kind: 'refused' | 'expired' | 'postponed' | 'settled';
      readonly serverID: string;
      readonly sessionID: string;
      /** For a person. */
      readonly text: string;
    };

export type NotificationOutcome = Ignored | Decision;
