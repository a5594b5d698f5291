import { type Essentials, type SipResponse, writeMessage } from '../message/index.ts';
import {
  type ServerTransaction,
  type SipTimers,
  serverDue,
  serverKey,
  serverResponse,
  serverTime,
  startServer,
} from '../transaction/index.ts';
import { isReliable, type Link } from '../transport/index.ts';

interface Served {
  transaction: ServerTransaction;
  /** What a retransmission gets. */
  bytes: Uint8Array | undefined;
}

/** The requests that came: each is handled once, however often it comes. */
export class Servers {
  readonly #timers: SipTimers;
  readonly #served = new Map<string, Served>();

  constructor(timers: SipTimers) {
    this.#timers = timers;
  }

  get size(): number {
    return this.#served.size;
  }

  /** Answers a retransmission with the response that there is; false if the request is new. */
  repeat(essentials: Essentials, link: Link): boolean {
    const served = this.#served.get(serverKey(essentials));
    if (served?.bytes) send(link, served.bytes);
    return served !== undefined;
  }

  /** Handles a new request and sends the response. Rejects as `answer` does, and with a SipSyntaxError for what cannot be written. */
  async serve(essentials: Essentials, link: Link, answer: () => Promise<SipResponse>): Promise<void> {
    const key = serverKey(essentials);
    const served: Served = { transaction: startServer(this.#timers, isReliable(link)), bytes: undefined };
    this.#served.set(key, served);
    try {
      served.bytes = writeMessage(await answer());
    } catch (error) {
      this.#served.delete(key);
      throw error;
    }
    send(link, served.bytes);
    served.transaction = serverResponse(served.transaction, performance.now());
    this.#wait(key, served);
  }

  #wait(key: string, served: Served): void {
    const due = serverDue(served.transaction);
    if (due === undefined) {
      this.#served.delete(key);
      return;
    }
    const timer = setTimeout(
      () => {
        served.transaction = serverTime(served.transaction, performance.now());
        this.#wait(key, served);
      },
      Math.max(0, due - performance.now()),
    );
    timer.unref();
  }
}

/** A response that cannot be sent is lost as it may be on the network: the request comes again. */
function send(link: Link, bytes: Uint8Array): void {
  link.send(bytes).catch(() => undefined);
}
