import { setTimeout as delay } from 'node:timers/promises';
import { type Attempt, type Bearer, type PushContent, parseAddress, type Shipment } from '@grove/push';
import type { Logger } from 'pino';
import type { Membership } from '../membership/index.ts';
import {
  type Claimed,
  claimDeliveries,
  type Rules,
  releaseDeliveries,
  settleAttempt,
  TakenForDead,
} from '../queue/index.ts';
import type { Store } from '../store/index.ts';
import { TokenBucket } from './bucket.ts';

/** What a bearer has done since the gateway was started. */
export interface Counters {
  /** Attempts that were made. */
  attempts: number;
  /** … of which the network took so many, */
  accepted: number;
  /** so many reached the terminal at once, */
  delivered: number;
  /** so many will be repeated, */
  retried: number;
  /** and so many never will succeed. */
  failed: number;
}

export interface LaneOptions {
  readonly bearer: Bearer;
  readonly store: Store;
  readonly membership: Membership;
  readonly rules: Rules;
  /** Shipments in a second; undefined for as many as there are. */
  readonly rate?: number | undefined;
  /** Milliseconds after which it looks for work that nobody told it of. */
  readonly poll: number;
  /** Milliseconds that an attempt may take. */
  readonly attemptTimeout: number;
  /** Whether delivery should be confirmed where the initiator does not say. */
  readonly confirmed: boolean;
  readonly now: () => number;
  readonly log: Logger;
  /** Another bearer has something to do. */
  readonly onOnward: (bearer: string) => void;
  /** What came of an attempt is stored: an initiator may have to be told. */
  readonly onSettled: () => void;
}

/** In memory: what the bearer has, what is being stored, and what comes next. */
const WINDOWS = 3;

/** How long to wait until a result is stored again that could not be: milliseconds. */
const STORE_PAUSE = 500;

/**
 * Takes what is due for one bearer out of the queue and hands it over: no more at the same time than the bearer's
 * window, no more in a second than its rate, and nothing while it is down. While it has a window, what came of others is
 * stored and more is claimed; no more than three windows are in memory.
 */
export class Lane {
  readonly counters: Counters = { attempts: 0, accepted: 0, delivered: 0, retried: 0, failed: 0 };
  readonly #options: LaneOptions;
  readonly #bucket: TokenBucket | undefined;
  /** What is claimed and not being sent, and the name under which it was. */
  #waiting: Claimed[] = [];
  #claimedAs = '';
  /** What the bearer has. */
  readonly #sending = new Set<AbortController>();
  /** What is begun and not stored yet. */
  readonly #underWay = new Set<Promise<void>>();
  /** Whether there may be something due. */
  #mayHave = false;
  #claiming: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosing = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#bucket = options.rate === undefined ? undefined : new TokenBucket(options.rate, options.now());
  }

  get bearer(): Bearer {
    return this.#options.bearer;
  }

  /** Shipments that the bearer has at the moment. */
  get inFlight(): number {
    return this.#sending.size;
  }

  /** There may be something to do. */
  wake(): void {
    this.#mayHave = true;
    this.#run();
  }

  /**
   * Claims nothing more, gives the bearer time to end what it has, and puts the rest back.
   *
   * @param patience milliseconds
   */
  async close(patience: number): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#timer);
    await this.#claiming;
    await this.#putBack();
    const timer = setTimeout(() => {
      for (const controller of this.#sending) controller.abort();
    }, patience);
    await Promise.all(this.#underWay);
    clearTimeout(timer);
  }

  #run(): void {
    if (this.#isClosing) return;
    if (this.bearer.health().state !== 'up') {
      void this.#putBack();
      this.#later(this.#options.poll, () => this.wake());
      return;
    }
    this.#pump();
    this.#fill();
  }

  #later(milliseconds: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, milliseconds).unref();
  }

  /** Sends what is claimed, as far as window and rate allow. */
  #pump(): void {
    const { bearer, membership, now } = this.#options;
    if (this.#claimedAs !== membership.id) this.#waiting = [];
    while (this.#waiting.length > 0 && this.#sending.size < bearer.window && membership.isAlive) {
      const wait = this.#bucket?.take(now()) ?? 0;
      if (wait > 0) {
        this.#later(wait, () => this.#run());
        return;
      }
      const next = this.#waiting.shift();
      if (next !== undefined) this.#begin(next);
    }
    this.#later(this.#options.poll, () => this.wake());
  }

  /** Claims more before what is claimed comes to its end. */
  #fill(): void {
    const { bearer, rate = Number.POSITIVE_INFINITY } = this.#options;
    if (!this.#mayHave || this.#claiming !== undefined) return;
    // What is claimed cannot be cancelled: where shipments are slow, that is no more than a second's.
    const most = Math.min(WINDOWS * bearer.window, Math.max(1, Math.ceil(rate)));
    const room = most - this.#underWay.size - this.#waiting.length;
    if (room < Math.min(bearer.window, most / 2)) return;
    this.#mayHave = false;
    this.#claiming = this.#claim(room).finally(() => {
      this.#claiming = undefined;
      this.#run();
    });
  }

  async #claim(room: number): Promise<void> {
    const { bearer, store, membership, now, log } = this.#options;
    const by = membership.claim();
    try {
      const claimed = await claimDeliveries(store, bearer.name, room, by, now());
      if (claimed.length === 0) return;
      if (this.#claimedAs !== by.owner) this.#waiting = [];
      this.#claimedAs = by.owner;
      this.#waiting.push(...claimed);
      this.#mayHave ||= claimed.length === room;
    } catch (error) {
      if (error instanceof TakenForDead) await membership.rejoin(error).catch(() => {});
      log.error({ err: error, bearer: bearer.name }, 'the queue cannot be read');
    }
  }

  /** Puts back what is claimed and not being sent. */
  async #putBack(): Promise<void> {
    const { store, now, log } = this.#options;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    await store
      .transaction((db) => releaseDeliveries(db, waiting, now()))
      .catch((error: unknown) => log.error({ err: error }, 'what was claimed could not be put back'));
  }

  #begin(delivery: Claimed): void {
    const controller = new AbortController();
    this.#sending.add(controller);
    const work = this.#send(delivery, controller).finally(() => {
      this.#underWay.delete(work);
      this.#run();
    });
    this.#underWay.add(work);
    this.counters.attempts++;
  }

  async #send(delivery: Claimed, controller: AbortController): Promise<void> {
    const timer = setTimeout(() => controller.abort(), this.#options.attemptTimeout);
    const attempt = await this.#attempt(delivery, controller.signal);
    clearTimeout(timer);
    this.#sending.delete(controller);
    this.#run();
    await this.#settle(delivery, attempt);
  }

  async #settle(delivery: Claimed, attempt: Attempt): Promise<void> {
    const { bearer, store, rules, now, log, onOnward } = this.#options;
    const isDown = bearer.health().state !== 'up';
    // What the network has must not be forgotten because the database was away for a moment.
    for (;;) {
      try {
        const outcome = await store.transaction((db) =>
          settleAttempt(db, delivery, attempt, isDown, rules, now()),
        );
        if (typeof outcome === 'object') {
          const wait = outcome.dueAt - now();
          if (outcome.bearer !== bearer.name) onOnward(outcome.bearer);
          else if (wait < this.#options.poll) this.#mayHave = true;
        }
        break;
      } catch (error) {
        log.error({ err: error, push: delivery.id }, 'what came of an attempt cannot be stored');
        if (this.#isClosing) return;
        await delay(STORE_PAUSE);
      }
    }
    this.#count(attempt);
    this.#options.onSettled();
  }

  async #attempt(delivery: Claimed, signal: AbortSignal): Promise<Attempt> {
    const { bearer, log } = this.#options;
    try {
      return await bearer.send(this.#shipmentOf(delivery), signal);
    } catch (error) {
      if (signal.aborted) {
        const why = this.#isClosing ? 'the gateway was closed before' : 'it took too long until';
        return { kind: 'retry', text: `${why} the network behind ${bearer.name} answered` };
      }
      log.error({ err: error, bearer: bearer.name, push: delivery.id }, 'a bearer failed');
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'retry', text: `the bearer ${bearer.name} failed: ${reason}` };
    }
  }

  #shipmentOf(delivery: Claimed): Shipment {
    const { quality } = delivery;
    const content: PushContent = {
      contentType: delivery.contentType,
      headers: JSON.parse(delivery.headers) as PushContent['headers'],
      body: delivery.body,
      ...(delivery.applicationId === null ? {} : { applicationId: delivery.applicationId }),
    };
    const { deliveryMethod } = quality;
    return {
      id: String(delivery.id),
      to: parseAddress(delivery.target ?? delivery.address),
      content,
      deliverBefore: delivery.expiresAt,
      confirmed:
        deliveryMethod === 'notspecified' ? this.#options.confirmed : deliveryMethod !== 'unconfirmed',
    };
  }

  #count({ kind }: Attempt): void {
    if (kind === 'retry') this.counters.retried++;
    else this.counters[kind]++;
  }
}
