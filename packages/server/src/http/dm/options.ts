import type { Alert } from '../../alerts/index.ts';
import { DEFAULT_LOCKOUT, type LockoutPolicy } from '../../devices/index.ts';
import type { Rules } from '../../rules/index.ts';
import type { Keyring } from '../../secrets/index.ts';
import type { WorkRef } from '../../steps/index.ts';
import type { Store } from '../../store/index.ts';
import type { WorkSources } from '../../work/index.ts';

/** What the DM endpoint is made with. */
export interface DmOptions {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly work: WorkSources;
  readonly rules: Rules;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /** Where devices reach the endpoint, `https://dm.example.com/dm`; from the Host header when absent. */
  readonly publicUrl?: string | undefined;
  /** Told of work that has ended, once that is on disk. */
  readonly onFinished?: (work: readonly WorkRef[]) => void;
  /** Told of alerts that devices sent, once they are on disk. */
  readonly onAlert?: ((alerts: readonly Alert[]) => void) | undefined;
  /** Told that a device has sent a content, once that is on disk. */
  readonly onContent?: () => void;
  /** Told of a failure that is Grove's own. */
  readonly onError?: (error: unknown) => void;
  readonly limits?: Partial<DmLimits>;
}

/** Bounds on what a device may ask of the endpoint. */
export interface DmLimits {
  /** Bytes of a message; announced as MaxMsgSize. Larger ones get HTTP 413. */
  readonly maxMsgSize: number;
  /**
   * Bytes of all messages that are read at the same time, beyond the first 16 KiB of each. What is too much gets
   * HTTP 503. At least one message of the largest size may come, whatever this says.
   */
  readonly maxBodies: number;
  /** Bytes of an object, which may come in pieces; announced as MaxObjSize. Larger ones get status 413. */
  readonly maxObjSize: number;
  /**
   * Bytes of the large values that are kept of one device and that no task has asked for: those of alerts and Replace.
   * What is more gets status 413.
   */
  readonly deviceQuota: number;
  /** Bytes of an answer, for devices that name no limit of their own or a larger one. */
  readonly maxAnswerSize: number;
  /** Milliseconds without a message after which a session is over; while its user thinks, later by what they may take. */
  readonly sessionTimeout: number;
  /** Pieces of work begun in one session at the most. */
  readonly maxQueue: number;
  /** Messages of the server in one session at the most; what is left to do waits for the next one. */
  readonly maxMessages: number;
  /** When wrong credentials lock somebody out. */
  readonly lockout: LockoutPolicy;
}

export const DEFAULT_LIMITS: DmLimits = {
  maxMsgSize: 1024 * 1024,
  maxBodies: 256 * 1024 * 1024,
  maxObjSize: 1024 * 1024 * 1024,
  deviceQuota: 1024 * 1024 * 1024,
  maxAnswerSize: 512 * 1024,
  sessionTimeout: 15 * 60_000,
  maxQueue: 100,
  maxMessages: 2000,
  lockout: DEFAULT_LOCKOUT,
};
