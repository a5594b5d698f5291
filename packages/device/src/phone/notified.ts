import { ObjectError } from '@grove/protocol';
import type { Outbox } from '../alerts/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Turns, UserInteraction } from '../interaction/index.ts';
import {
  type Consent,
  checkNotification,
  consentTo,
  type Decision,
  type Ignored,
  Interruptions,
  type NotificationMemory,
  notificationAlert,
  type Taken,
  type WaitingNotification,
} from '../notification/index.ts';
import type { Account, Outcome } from '../session/index.ts';

/** What a phone deals with notifications by. */
export interface NotifiedBy {
  readonly memory: NotificationMemory;
  readonly outbox: Outbox;
  /** Which asks at once, and whose turn it is. */
  readonly interaction: UserInteraction | undefined;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly now: () => Date;
  /** The account with a server; undefined = there is none. */
  readonly account: (serverID: string) => Account | undefined;
  /** The name of a server, for the user. */
  readonly operator: (serverID: string) => string;
  /** Makes a change, while no session is under way, and stores it; one that gives false has changed nothing. */
  readonly stored: (change: () => boolean) => Promise<void>;
  /** Resolves once what is remembered is stored, also while a session is under way. */
  readonly keep: () => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

interface Asking {
  readonly waiting: WaitingNotification;
  readonly decision: Promise<Decision>;
  /** Aborted when there is nothing to decide any more. */
  readonly settled: AbortController;
}

/** The notifications of a phone: from their coming to the session that they ask for. */
export class Notified {
  readonly #by: NotifiedBy;
  /** Those on which the user is deciding. */
  readonly #asking = new Map<string, Asking>();
  readonly #interruptions: Interruptions;

  constructor(by: NotifiedBy) {
    this.#by = by;
    this.#interruptions = new Interruptions(() => by.clock.now());
  }

  get waiting(): readonly WaitingNotification[] {
    return this.#by.memory.waiting;
  }

  /** Checks a notification and, where it is good, stores it, also while a session is under way. */
  async take(bytes: Uint8Array, mediaType: string): Promise<Taken | Ignored> {
    const { memory, now, account, keep } = this.#by;
    const checked = checkNotification(bytes, mediaType, { account, memory, now: now() });
    if (checked.kind === 'ignored') return checked;
    const { seen, waiting } = checked;
    memory.add(seen, waiting);
    try {
      await keep();
    } catch (error) {
      memory.forget(seen);
      throw error;
    }
    return { kind: 'taken', notification: waiting };
  }

  /**
   * Does what one says that waits; whoever asks for the same meanwhile gets the same decision. A server that interrupts
   * the user too often is put off.
   */
  decide(waiting: WaitingNotification, signal?: AbortSignal): Promise<Decision> {
    return this.#decide(waiting, () => this.#interruptions.permit(waiting.serverID), signal);
  }

  #decide(
    waiting: WaitingNotification,
    mayInterrupt: () => boolean,
    signal: AbortSignal | undefined,
  ): Promise<Decision> {
    const name = nameOf(waiting);
    const asking = this.#asking.get(name)?.decision;
    if (asking !== undefined) return asking;
    const settled = new AbortController();
    const ended = signal === undefined ? settled.signal : AbortSignal.any([settled.signal, signal]);
    const asked = this.#ask(waiting, { mayInterrupt, settled: settled.signal, signal: ended });
    const decision = asked.finally(() => this.#asking.delete(name));
    this.#asking.set(name, { waiting, decision, settled });
    return decision;
  }

  /** Does again, one after the other, what those say that wait: asks the user who had postponed it. */
  async takeUp(signal?: AbortSignal): Promise<Decision[]> {
    const decisions: Decision[] = [];
    for (const waiting of this.waiting) {
      // One may be settled by what becomes of another.
      if (this.#asking.has(nameOf(waiting)) || !this.#by.memory.isWaiting(waiting)) continue;
      if (!this.#isKnown(waiting.serverID)) {
        await this.#by.stored(() => this.#by.memory.settle(waiting));
        continue;
      }
      // This is what the user has asked for.
      const decision = await this.#decide(waiting, () => true, signal);
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
    for (const { waiting, settled } of this.#asking.values()) if (!memory.isWaiting(waiting)) settled.abort();
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

  async #ask(
    waiting: WaitingNotification,
    {
      mayInterrupt,
      settled,
      signal,
    }: Pick<Consent, 'mayInterrupt'> & { readonly settled: AbortSignal; readonly signal: AbortSignal },
  ): Promise<Decision> {
    const { memory, interaction, turns, clock, now, operator, stored } = this.#by;
    const { serverID, sessionID, resync } = waiting;
    const isOver = (): boolean => now().getTime() >= waiting.until;
    if (!memory.isWaiting(waiting)) return isSettled(waiting);
    if (isOver()) return this.#refuse(waiting, 'expired');
    const consent: Consent = {
      interaction,
      turns,
      clock,
      now,
      operator: operator(serverID),
      mayInterrupt,
      signal,
    };
    const verdict = await consentTo(waiting, consent).catch((error: unknown) => {
      if (settled.aborted) return 'settled' as const;
      throw error;
    });
    if (verdict === 'settled') return isSettled(waiting);
    if (verdict === 'postponed' || verdict === 'crowded') {
      if (isOver()) return this.#refuse(waiting, 'expired');
      return { kind: 'postponed', serverID, sessionID, text: POSTPONEMENTS[verdict] };
    }
    if (verdict !== 'accepted') return this.#refuse(waiting, verdict);
    let waits = true;
    await stored(() => {
      waits = memory.replace({ ...waiting, accepted: true });
      return waits;
    });
    if (!waits) return isSettled(waiting);
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

const POSTPONEMENTS = {
  postponed: 'the user has not decided yet',
  crowded: 'its server has interrupted the user too often of late, who was not asked',
} as const;

const REFUSALS = {
  refused: { kind: 'refused', text: 'the user has refused it' },
  unaskable: { kind: 'refused', text: 'there is no user who could be asked' },
  expired: { kind: 'expired', text: 'its time is over' },
} as const;

function isSettled({ serverID, sessionID }: WaitingNotification): Decision {
  return { kind: 'settled', serverID, sessionID, text: 'a session with this server was held meanwhile' };
}

function nameOf({ serverID, sessionID }: WaitingNotification): string {
  return `${sessionID} ${serverID}`;
}
