import type { Encoding } from '@grove/protocol';
import type { Done, Outcome, OwnStatus, SessionState } from '../session/index.ts';

/** What a session came to. */
export interface SessionReport {
  readonly sessionID: string;
  readonly outcome: Outcome;
  /** What the server answered to the device's own commands. */
  readonly statuses: readonly OwnStatus[];
  /** What was done, or refused, for the server, in order: the first 10 000. */
  readonly done: readonly Done[];
  /** What was odd about the server's messages: the first 10 000. */
  readonly deviations: readonly string[];
  readonly messages: Traffic;
  readonly bytes: Traffic;
  /** How long each message waited for its answer, in milliseconds. */
  readonly waits: readonly number[];
  /** Milliseconds in all. */
  readonly duration: number;
}

/** Of messages or bytes. */
export interface Traffic {
  readonly sent: number;
  readonly received: number;
}

/** A message that has gone or come. */
export interface TracedMessage {
  readonly direction: 'sent' | 'received';
  readonly encoding: Encoding;
  readonly body: Uint8Array;
  readonly sessionID: string;
}

/** Entries of each kind in a report: a session can be made to have any number of them. */
const MAX_NOTES = 10_000;

/** Collects what goes on in a session. */
export class Journal {
  readonly #done: Done[] = [];
  readonly #deviations: string[] = [];
  readonly #waits: number[] = [];
  readonly #clock: () => number;
  readonly #begun: number;
  #sent = { messages: 0, bytes: 0 };
  #received = { messages: 0, bytes: 0 };

  /** @param clock milliseconds, of a clock that is never set back */
  constructor(clock: () => number) {
    this.#clock = clock;
    this.#begun = clock();
  }

  noteSent(bytes: number): void {
    this.#sent = { messages: this.#sent.messages + 1, bytes: this.#sent.bytes + bytes };
  }

  noteReceived(bytes: number, wait: number): void {
    this.#received = { messages: this.#received.messages + 1, bytes: this.#received.bytes + bytes };
    this.#waits.push(wait);
  }

  noteStep(step: { readonly done: readonly Done[]; readonly deviations: readonly string[] }): void {
    this.#done.push(...step.done.slice(0, MAX_NOTES - this.#done.length));
    this.#deviations.push(...step.deviations.slice(0, MAX_NOTES - this.#deviations.length));
  }

  report(state: SessionState, outcome: Outcome): SessionReport {
    return {
      sessionID: state.sessionID,
      outcome,
      statuses: state.statuses,
      done: this.#done,
      deviations: this.#deviations,
      messages: { sent: this.#sent.messages, received: this.#received.messages },
      bytes: { sent: this.#sent.bytes, received: this.#received.bytes },
      waits: this.#waits,
      duration: this.#clock() - this.#begun,
    };
  }
}
