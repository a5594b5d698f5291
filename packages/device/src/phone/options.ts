import type { DmAcc, Encoding } from '@grove/protocol';
import type { Clock } from '../clock/index.ts';
import type { UserInteraction } from '../interaction/index.ts';
import type { ObjectHandler } from '../objects/index.ts';
import type { SessionLimits } from '../session/index.ts';
import type { Transport } from '../transport/index.ts';
import type { DeviceStore } from '../tree-store/index.ts';
import type { Model } from './models/index.ts';
import type { TracedMessage } from './report.ts';

/** What a phone is made with. */
export interface PhoneOptions {
  /** `IMEI:…`, `MEID:…`, `urn:uuid:…` */
  readonly devId: string;
  /** The account that it leaves the factory with; of no meaning for a phone that the store knows. */
  readonly account?: DmAcc | undefined;
  /** Unless told, the one that a stored phone says it is of, and a Birch 2 where it is of none that is known. */
  readonly model?: Model;
  readonly transport: Transport;
  /** Where the phone keeps itself; absent = in memory, for as long as the object lives. */
  readonly store?: DeviceStore;
  /** WBXML unless told. */
  readonly encoding?: Encoding;
  /** What stands behind its tree; that of the model unless told. */
  readonly handlers?: readonly ObjectHandler[];
  /** How the user is asked; absent = there is no user. */
  readonly interaction?: UserInteraction;
  readonly limits?: Partial<SessionLimits>;
  readonly now?: () => Date;
  /** By which questions to the user and Execs run out. */
  readonly clock?: Clock;
  /** Unpredictable bytes. */
  readonly random?: (bytes: number) => Uint8Array;
  /** Sees each message as it goes and comes, but for secrets that the user has typed. */
  readonly onMessage?: (message: TracedMessage) => void;
  /** Told of a handler's background work that has failed. */
  readonly onFault?: (error: unknown) => void;
}

/** How a session of a phone is held. */
export interface SessionOptions {
  /** 1200: the server has asked for the session; 1201, unless told: the device wants it. */
  readonly reason?: 1200 | 1201;
  /** From the notification; made up when absent. */
  readonly sessionID?: string;
  /** The resynchronisation nonce, where the notification was made with it. */
  readonly resync?: Uint8Array;
  /** Which account to use, by its ServerID; the first one when absent. */
  readonly serverID?: string;
  /** Ends the session between or within messages; it can be resumed. */
  readonly signal?: AbortSignal;
  /** Breaks the session off: tells the server so (alert 1223) instead of going on. */
  readonly stop?: AbortSignal;
}
