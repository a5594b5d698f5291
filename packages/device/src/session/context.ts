import type { ManagementTree } from '@grove/protocol';
import type { Clock } from '../clock/index.ts';
import type { UserInteraction } from '../interaction/index.ts';
import type { ObjectHandler } from '../objects/index.ts';
import type { Announced } from './compose.ts';

/** Bounds of a session. */
export interface SessionLimits extends Announced {
  /** Messages that the device sends at most in one session. */
  readonly messages: number;
  /** Characters of values after which further Gets of the same message are answered with 413. */
  readonly maxResults: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  maxMsgSize: 64 * 1024,
  maxObjSize: 1024 * 1024,
  messages: 1000,
  maxResults: 1024 * 1024,
};

/** What a session works on and with. */
export interface Context {
  readonly tree: ManagementTree;
  /** What stands behind the tree. */
  readonly handlers: readonly ObjectHandler[];
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly clock: Clock;
  /** How the user is asked; absent = alerts 1100…1104 are answered with 406. */
  readonly interaction?: UserInteraction | undefined;
  /** Cuts the session short, also while the user is being asked. */
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<SessionLimits> | undefined;
}
