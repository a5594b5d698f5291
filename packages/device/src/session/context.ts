import type { ManagementTree } from '@grove/protocol';
import type { Outbox } from '../alerts/index.ts';
import type { Clock } from '../clock/index.ts';
import type { ContentStore } from '../content-store/index.ts';
import type { UserInteraction } from '../interaction/index.ts';
import type { ObjectHandler } from '../objects/index.ts';
import type { Announced } from './compose.ts';
import type { OptionalFeature } from './features.ts';
import type { BegunExec } from './state.ts';

/** Bounds of a session. */
export interface SessionLimits extends Announced {
  /** Messages that the device sends at most in one session, those that carry much of a large value not counted. */
  readonly messages: number;
  /** Characters of values after which further Gets of the same message are answered with 413. */
  readonly maxResults: number;
  /** Characters of unsaid answers with which the device breaks the session off, as a server asks on and takes none. */
  readonly maxPending: number;
  /** Bytes of a serialized tree that is taken, and of the values of a listing: both are held as a whole. */
  readonly maxDocument: number;
  /** Milliseconds from the first message on after which the device breaks a session off. */
  readonly duration: number;
  /** Milliseconds that an Exec may take before it is answered with 500. */
  readonly exec: number;
  /** Times that the same message is sent again because the server has repeated an earlier one. */
  readonly repeats: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  maxMsgSize: 64 * 1024,
  maxObjSize: 1024 ** 3,
  messages: 1000,
  maxResults: 1024 * 1024,
  maxPending: 4 * 1024 * 1024,
  maxDocument: 1024 * 1024,
  duration: 24 * 60 * 60 * 1000,
  exec: 60_000,
  repeats: 3,
};

/** What a session works on and with. */
export interface Context {
  readonly tree: ManagementTree;
  /** What stands behind the tree. */
  readonly handlers: readonly ObjectHandler[];
  /** Where large values are kept. The caller throws away what neither the tree nor a session refers to. */
  readonly contents: ContentStore;
  /** What the device has to say of its own accord. */
  readonly outbox: Outbox;
  readonly now: () => Date;
  /** By which questions and Execs run out. */
  readonly clock: Clock;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /** How the user is asked; absent = alerts 1100…1104 are answered with 406. */
  readonly interaction?: UserInteraction | undefined;
  /**
   * Keeps for good that an Exec begins, in the state that the message is taken with; absent = nothing is kept. What
   * the message has changed until then is not to be kept with it: a device that dies is given the message again.
   */
  readonly onExec?: ((exec: BegunExec) => Promise<void>) | undefined;
  /** Cuts the session short, also while the user is being asked. */
  readonly signal?: AbortSignal | undefined;
  /** Breaks the session off, with alert 1223, once the message that is being answered is done. */
  readonly stop?: AbortSignal | undefined;
  readonly limits?: Partial<SessionLimits> | undefined;
  /** What the device leaves out of the standard; nothing unless told. */
  readonly lacks?: readonly OptionalFeature[] | undefined;
}

/** The bounds that hold: no object is announced that there could be no room for. */
export function limitsOf({ limits, contents }: Pick<Context, 'limits' | 'contents'>): SessionLimits {
  const all = { ...DEFAULT_SESSION_LIMITS, ...limits };
  return { ...all, maxObjSize: Math.min(all.maxObjSize, contents.capacity) };
}
