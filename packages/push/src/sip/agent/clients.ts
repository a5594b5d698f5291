import { branchOf, type Essentials, type SipResponse } from '../message/index.ts';
import {
  type ClientTransaction,
  clientDue,
  clientKey,
  clientResponse,
  clientTime,
  type SipTimers,
  startClient,
} from '../transaction/index.ts';
import { isReliable, type Link, textOf } from '../transport/index.ts';

/** What became of a request. */
export type Outcome =
  /** A final response. */
  | { readonly kind: 'response'; readonly response: SipResponse }
  /** None came in time. */
  | { readonly kind: 'silence'; readonly text: string }
  /** The request could not be sent, or its connection was lost before a response came. */
  | { readonly kind: 'unreachable'; readonly text: string }
  /** It cannot be written: a value in it is of no form. */
  | { readonly kind: 'unwritable'; readonly text: string };

interface Pending {
  transaction: ClientTransaction;
  timer: NodeJS.Timeout | undefined;
  readonly link: Link;
  readonly bytes: Uint8Array;
  readonly end: (outcome: Outcome) => void;
}

/** The requests that were sent and await their responses. */
export class Clients {
  readonly #timers: SipTimers;
  readonly #pending = new Map<string, Pending>();

  constructor(timers: SipTimers) {
    this.#timers = timers;
  }

  /**
   * Sends a request, again and again where that is needed. Rejects only with the signal's reason.
   *
   * @param key what its responses are known by
   */
  async send(key: string, bytes: Uint8Array, link: Link, signal?: AbortSignal): Promise<Outcome> {
    signal?.throwIfAborted();
    let abort = (): void => undefined;
    try {
      return await new Promise<Outcome>((resolve, reject) => {
        const pending: Pending = {
          transaction: startClient(this.#timers, isReliable(link), performance.now()),
          timer: undefined,
          link,
          bytes,
          end: resolve,
        };
        abort = () => reject(signal?.reason);
        signal?.addEventListener('abort', abort, { once: true });
        this.#pending.set(key, pending);
        this.#transmit(key, pending);
        this.#wait(key, pending);
      });
    } catch (error) {
      this.#drop(key);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** @returns whether the response belongs to a request */
  receive(response: SipResponse, { via, cseq }: Essentials): boolean {
    const key = clientKey(branchOf(via), cseq.method);
    const pending = this.#pending.get(key);
    if (!pending) return false;
    const { transaction, isFinal } = clientResponse(pending.transaction, response.status, performance.now());
    pending.transaction = transaction;
    if (isFinal) {
      pending.end({ kind: 'response', response });
      // Timer K would absorb the same response again, which without the transaction is passed over as well.
      this.#drop(key);
    } else this.#wait(key, pending);
    return true;
  }

  /** A connection is gone: what was sent over it gets no response any more. */
  lost(link: Link, why: string): void {
    for (const [key, pending] of this.#pending) {
      if (pending.link === link)
        this.#fail(key, pending, `the connection to ${textOf(link.remote)} is lost: ${why}`);
    }
  }

  close(): void {
    for (const [key, pending] of this.#pending) this.#fail(key, pending, 'closed before a response came');
  }

  #transmit(key: string, pending: Pending): void {
    pending.link.send(pending.bytes).catch((error: Error) => this.#fail(key, pending, error.message));
  }

  #wait(key: string, pending: Pending): void {
    clearTimeout(pending.timer);
    const due = clientDue(pending.transaction);
    if (due === undefined) this.#drop(key);
    else pending.timer = setTimeout(() => this.#time(key, pending), Math.max(0, due - performance.now()));
  }

  #time(key: string, pending: Pending): void {
    const { transaction, effect } = clientTime(pending.transaction, performance.now());
    pending.transaction = transaction;
    if (effect === 'send') this.#transmit(key, pending);
    if (effect === 'timeout') {
      const { t1 } = this.#timers;
      pending.end({
        kind: 'silence',
        text: `${textOf(pending.link.remote)} did not respond within ${(64 * t1) / 1000} s`,
      });
    }
    this.#wait(key, pending);
  }

  #fail(key: string, pending: Pending, text: string): void {
    pending.end({ kind: 'unreachable', text });
    this.#drop(key);
  }

  #drop(key: string): void {
    clearTimeout(this.#pending.get(key)?.timer);
    this.#pending.delete(key);
  }
}
