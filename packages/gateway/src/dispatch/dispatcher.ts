import type { Bearer } from '@grove/push';
import type { Logger } from 'pino';
import { Membership } from '../membership/index.ts';
import { Outbox, type OutboxOptions } from '../outbox/index.ts';
import {
  expireDeliveries,
  type Rules,
  recover,
  rerouteStrays,
  trimDeliveries,
  trimReceipts,
} from '../queue/index.ts';
import type { Queries, Store } from '../store/index.ts';
import { Downtime } from './downtime.ts';
import { HealthLog } from './health-log.ts';
import { type Counters, Lane } from './lane.ts';

/** A bearer, and shipments that it is given in a second; undefined for as many as there are. */
export interface PacedBearer {
  readonly bearer: Bearer;
  readonly rate?: number | undefined;
}

export interface DispatcherOptions {
  readonly store: Store;
  readonly bearers: readonly PacedBearer[];
  readonly rules: Rules;
  readonly outbox: Pick<OutboxOptions, 'post' | 'window' | 'backoff' | 'lifetime'>;
  /** Whether delivery should be confirmed where the initiator does not say. */
  readonly confirmed: boolean;
  /** Milliseconds for which pushes wait for a bearer that is down while they could go over another. */
  readonly patience: number;
  /** Milliseconds for which pushes are kept that are at their end. */
  readonly retention: number;
  /** Milliseconds after which other processes take over from one that they do not hear of. */
  readonly lease: number;
  /** Milliseconds after which work is looked for that nobody told of. */
  readonly poll: number;
  /** Milliseconds that an attempt may take. */
  readonly attemptTimeout: number;
  readonly random: Rules['random'];
  readonly now: () => number;
  readonly log: Logger;
}

/** Rows that one unit of work handles: small, so that nobody waits for it. */
const BATCH = 200;
/** Milliseconds between two rounds in which old things are thrown away. */
const TRIM_INTERVAL = 60_000;

/** Everything that goes on by itself in a gateway. */
export class Dispatcher {
  readonly #lanes: ReadonlyMap<string, Lane>;
  readonly #options: DispatcherOptions;
  readonly #membership: Membership;
  readonly #outbox: Outbox;
  readonly #downtime: Downtime;
  readonly #healthLog: HealthLog;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #rounds = new Set<Promise<void>>();
  #isClosing = false;

  constructor(options: DispatcherOptions) {
    const { store, rules, now, random, log, poll } = options;
    this.#options = options;
    this.#membership = new Membership(options);
    this.#outbox = new Outbox({
      ...options.outbox,
      store,
      membership: this.#membership,
      poll,
      random,
      now,
      log,
    });
    const bearers = options.bearers.map(({ bearer }) => bearer);
    this.#healthLog = new HealthLog(bearers, log, now);
    this.#downtime = new Downtime({
      store,
      bearers,
      rules,
      patience: options.patience,
      now,
      onLeft: (names) => {
        for (const name of names) this.wake(name);
      },
    });
    this.#lanes = new Map(
      options.bearers.map(({ bearer, rate }) => [
        bearer.name,
        new Lane({
          bearer,
          store,
          membership: this.#membership,
          rules,
          rate,
          poll,
          attemptTimeout: options.attemptTimeout,
          confirmed: options.confirmed,
          now,
          log,
          onOnward: (name) => this.wake(name),
          onSettled: () => this.#outbox.wake(),
        }),
      ]),
    );
  }

  /** Begins to send, with what is there from before. */
  async start(): Promise<void> {
    const { lease, poll, rules, now } = this.#options;
    await this.#membership.join();
    const names = [...this.#lanes.keys()];
    await this.#repeat((db) => rerouteStrays(db, names, rules, now(), BATCH));
    this.#every(lease / 3, () => this.#membership.beat());
    this.#every(poll, () => this.#repeat((db) => expireDeliveries(db, now(), BATCH)));
    this.#every(Math.min(lease, poll), () => this.#recover());
    this.#every(poll, () => this.#downtime.look(() => this.#isClosing));
    this.#every(TRIM_INTERVAL, () => this.#trim());
    this.#every(poll, async () => this.#healthLog.look());
    this.wakeAll();
  }

  /** What a bearer has to do at the moment, and has done. */
  workOf(bearer: string): { inFlight: number; counters: Readonly<Counters> } {
    const lane = this.#lanes.get(bearer);
    if (lane === undefined) throw new RangeError(`there is no bearer ${bearer}`);
    return { inFlight: lane.inFlight, counters: { ...lane.counters } };
  }

  /** A bearer has something to do. */
  wake(bearer: string): void {
    this.#lanes.get(bearer)?.wake();
  }

  /** Something may have to be posted to an initiator. */
  wakeOutbox(): void {
    this.#outbox.wake();
  }

  wakeAll(): void {
    for (const lane of this.#lanes.values()) lane.wake();
    this.#outbox.wake();
  }

  /**
   * Begins nothing more, and waits for what is being sent.
   *
   * @param patience milliseconds, after which attempts are broken off
   */
  async close(patience: number): Promise<void> {
    this.#isClosing = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close(patience)));
    await this.#outbox.close();
    await Promise.all(this.#rounds);
    await this.#membership.leave();
  }

  async #recover(): Promise<void> {
    const { now } = this.#options;
    let isWork = false;
    await this.#repeat(async (db) => {
      const more = await recover(db, now(), BATCH);
      isWork ||= more;
      return more;
    });
    if (isWork) this.wakeAll();
  }

  async #trim(): Promise<void> {
    const { now, retention } = this.#options;
    await this.#repeat((db) => trimDeliveries(db, now() - retention, BATCH));
    await this.#repeat((db) => trimReceipts(db, now(), BATCH));
  }

  async #repeat(batch: (db: Queries) => Promise<boolean>): Promise<void> {
    while (!this.#isClosing && (await this.#options.store.transaction(batch))) await nextTurn();
  }

  /** Does something now and again and again, each time so long after it was done. */
  #every(interval: number, work: () => Promise<void>): void {
    let timer: NodeJS.Timeout | undefined;
    const round = () => {
      if (timer !== undefined) this.#timers.delete(timer);
      const done = work()
        .catch((error: unknown) => this.#options.log.error({ err: error }, 'the gateway failed'))
        .then(() => {
          this.#rounds.delete(done);
          if (this.#isClosing) return;
          timer = setTimeout(round, interval).unref();
          this.#timers.add(timer);
        });
      this.#rounds.add(done);
    };
    round();
  }
}

/** Lets whatever waits go first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
