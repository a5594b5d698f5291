import { ObjectError } from '@grove/protocol';
import type { Outbox } from '../alerts/index.ts';
import type { Clock } from '../clock/index.ts';
import type { UserInteraction } from '../interaction/index.ts';
import {
  checkNotification,
  consentTo,
  type Decision,
  type Ignored,
  type NotificationMemory,
  notificationAlert,
  type WaitingNotification,
} from '../notification/index.ts';
import type { Account, Outcome } from '../session/index.ts';

/** What a phone deals with notifications by. */
export interface NotifiedBy {
  readonly memory: NotificationMemory;
  readonly outbox: Outbox;
  readonly interaction: UserInteraction | undefined;
  readonly clock: Clock;
  readonly now: () => Date;
  /** The account with a server; undefined = there is none. */
  readonly account: (serverID: string) => Account | undefined;
  /** The name of a server, for the user. */
  readonly operator: (serverID: string) => string;
  /** Makes a change, while no session is under way, and stores it; one that gives false has changed nothing. */
  readonly stored: (change: () => boolean) => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

/** The notifications of a phone: from their coming to the session that they ask for. */
export class Notified {
  readonly #by: NotifiedBy;
  /** Which the user is being asked about. */
  readonly #asking = new Set<string>();

  constructor(by: NotifiedBy) {
    this.#by = by;
  }

  get waiting(): readonly WaitingNotification[] {
    return this.#by.memory.waiting;
  }

  /** Checks a notification and, where it is good, does what it says. It is stored before the user is asked. */
  async take(bytes: Uint8Array, mediaType: string, signal?: AbortSignal): Promise<Decision | Ignored> {
    const { memory, now, account, stored } = this.#by;
    const check = () => checkNotification(bytes, mediaType, { account, memory, now: now() });
    let checked = check();
    // What is none need not wait; a digest may be made with the nonce that a session under way is about to give.
    if (checked.kind === 'ignored' && checked.because !== 'digest') return checked;
    await stored(() => {
      checked = check();
      if (checked.kind === 'new') memory.add(checked.seen, checked.waiting);
      return checked.kind === 'new';
    });
    return checked.kind === 'ignored' ? checked : this.#decide(checked.waiting, signal);
  }

  /** Does again, one after the other, what those say that wait: asks the user who had postponed it. */
  async takeUp(signal?: AbortSignal): Promise<Decision[]> {
    const decisions: Decision[] = [];
    for (const waiting of this.waiting) {
      if (this.#asking.has(nameOf(waiting))) continue;
      if (!this.#isKnown(waiting.serverID)) {
        await this.#by.stored(() => this.#by.memory.settle(waiting));
        continue;
      }
      const decision = await this.#decide(waiting, signal);
      decisions.push(decision);
      // The session that comes of it settles all the others of this server.
      if (decision.kind === 'accepted') break;
    }
    return decisions;
  }

  /** Takes note of a session's end. */
  settle(serverID: string, sessionID: string, outcome: Outcome): void {
    const { memory } = this.#by;
    if (outcome.kind === 'completed') memory.settleAll(serverID);
    // A server that was not reached has not had its session.
    else if (outcome.kind !== 'failed') memory.settle({ serverID, sessionID });
  }

  /** A server whose account is gone can be had no session with. */
  #isKnown(serverID: string): boolean {
    try {
      return this.#by.account(serverID) !== undefined;
    } catch (error) {
      if (error instanceof ObjectError) return false;
      throw error;
    }
  }

  async #decide(waiting: WaitingNotification, signal: AbortSignal | undefined): Promise<Decision> {
    const name = nameOf(waiting);
    this.#asking.add(name);
    try {
      return await this.#ask(waiting, signal);
    } finally {
      this.#asking.delete(name);
    }
  }

  async #ask(waiting: WaitingNotification, signal: AbortSignal | undefined): Promise<Decision> {
    const { memory, interaction, clock, now, operator, stored } = this.#by;
    const { serverID, sessionID, resync } = waiting;
    const isOver = (): boolean => now().getTime() >= waiting.until;
    if (isOver()) return this.#refuse(waiting, 'expired');
    const verdict = await consentTo(waiting, {
      interaction,
      clock,
      now,
      operator: operator(serverID),
      signal,
    });
    if (verdict === 'postponed') {
      if (isOver()) return this.#refuse(waiting, 'expired');
      return { kind: 'postponed', serverID, sessionID, text: 'the user has not decided yet' };
    }
    if (verdict !== 'accepted') return this.#refuse(waiting, verdict);
    await stored(() => memory.replace({ ...waiting, accepted: true }));
    return {
      kind: 'accepted',
      session: {
        serverID,
        sessionID,
        reason: 1200,
        ...(resync === undefined ? {} : { resync: Uint8Array.fromBase64(resync) }),
      },
    };
  }

  async #refuse(waiting: WaitingNotification, outcome: keyof typeof REFUSALS): Promise<Decision> {
    const { memory, outbox, stored, onFault } = this.#by;
    const { serverID, sessionID } = waiting;
    await stored(() => {
      const changed = memory.settle(waiting);
      try {
        outbox.raise(notificationAlert(waiting, outcome));
      } catch (error) {
        // Too many alerts wait for a server already.
        onFault(error);
      }
      return changed;
    });
    return { ...REFUSALS[outcome], serverID, sessionID };
  }
}

const REFUSALS = {
  refused: { kind: 'refused', text: 'the user has refused it' },
  unaskable: { kind: 'refused', text: 'there is no user who could be asked' },
  expired: { kind: 'expired', text: 'its time is over' },
} as const;

function nameOf({ serverID, sessionID }: WaitingNotification): string {
  return `${sessionID} ${serverID}`;
}
