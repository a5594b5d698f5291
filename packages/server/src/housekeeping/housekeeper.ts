import { trimAlerts } from '../alerts/index.ts';
import { trimCases } from '../care/index.ts';
import { deleteDropped, digestNext, dropPartial, dropUnused } from '../contents/index.ts';
import { type LockoutPolicy, trimFailures, trimGrowth, trimUris, trimValues } from '../devices/index.ts';
import { trimEvents } from '../events/index.ts';
import { KEPT_FOR, trimAnswers } from '../idempotency/index.ts';
import { trimNotifications } from '../notifications/index.ts';
import { trimPolicies } from '../policies/index.ts';
import { trimRefusals } from '../refusals/index.ts';
import { trimRenderings } from '../renderings/index.ts';
import { trimFirings } from '../rules/index.ts';
import { expireSessions, trimExchanges, trimSessions } from '../sessions/index.ts';
import type { WorkRef } from '../steps/index.ts';
import type { Queries, Store } from '../store/index.ts';
import { expireTriggers, trimTriggers } from '../triggers/index.ts';
import { trimDeliveries } from '../webhooks/index.ts';
import { expireWaits, type WorkSources } from '../work/index.ts';

/** How long things are kept. */
export interface Retention {
  /** Milliseconds for which the messages of a session are kept. */
  traceAge: number;
  /** Milliseconds without a message for which sessions are kept, and what is said of how they ended. */
  sessionAge: number;
  /** Milliseconds for which alerts are kept. */
  alertAge: number;
  /** Milliseconds for which events are kept. */
  eventAge: number;
  /** Milliseconds for which notifications are kept that are over. */
  notificationAge: number;
  /** Milliseconds for which cases of customer care are kept that are resolved. */
  caseAge: number;
  /** How many refused messages are kept, the newest. */
  refusals: number;
  /** Milliseconds for which contents are kept that nothing refers to. */
  contentAge: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const DEFAULT_RETENTION: Retention = {
  traceAge: 30 * DAY,
  sessionAge: 90 * DAY,
  alertAge: 90 * DAY,
  eventAge: 30 * DAY,
  notificationAge: 90 * DAY,
  caseAge: 90 * DAY,
  refusals: 10_000,
  contentAge: 30 * DAY,
};

/** Milliseconds after which nothing more comes to a content: sessions and uploads have long ended. */
const CONTENT_IDLE = 60 * MINUTE;

export interface HousekeepingOptions {
  store: Store;
  /** Told of work that has waited for too long. */
  work: WorkSources;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Told of work that has ended because it waited for too long. */
  onFinished?: ((work: readonly WorkRef[]) => void) | undefined;
  /** Told of a failure; the next round tries again. */
  onError: (error: unknown) => void;
  retention?: Partial<Retention> | undefined;
  /** How long wrong credentials matter. */
  lockout: LockoutPolicy;
}

/** Milliseconds in which news gather before anything is made of them. */
const SOON = 1000;

/** What is walked through in the order of its ids, since some of it stays however old it is. */
type Walked = 'open sessions' | 'sessions' | 'alerts' | 'notifications' | 'contents' | 'values' | 'uris';

/** Batches of one kind in one round; what is left is for the next one. */
const BATCHES = 100;

/**
 * Does the rounds. Everything is done in small units, so that devices never wait for it, and may be done
 * by several processes at the same time.
 */
export class Housekeeper {
  readonly #store: Store;
  readonly #work: WorkSources;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  readonly #onFinished: NonNullable<HousekeepingOptions['onFinished']>;
  readonly #retention: Retention;
  readonly #lockout: LockoutPolicy;
  /** Of what is walked through row by row: the row up to which it was looked at in this walk. */
  readonly #lookedAt = new Map<Walked, number>();
  #timer: NodeJS.Timeout | undefined;
  #digesting: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor({ store, work, now, onError, onFinished, retention, lockout }: HousekeepingOptions) {
    this.#store = store;
    this.#work = work;
    this.#now = now;
    this.#onError = onError;
    this.#onFinished = onFinished ?? (() => {});
    this.#retention = { ...DEFAULT_RETENTION, ...retention };
    this.#lockout = lockout;
  }

  /** Does a round now and one each time that so many milliseconds have passed since the last one. */
  start(interval: number): void {
    const next = () => {
      this.#round = this.#round.then(() => this.round()).catch(this.#onError);
      void this.#round.then(() => {
        if (!this.#isStopped) this.#timer = setTimeout(next, interval).unref();
      });
    };
    next();
  }

  /** Told of a content that a device has sent: its SHA-256 is computed soon. */
  contentCame(): void {
    if (this.#isStopped || this.#digesting !== undefined) return;
    const run = () => {
      this.#digesting = undefined;
      this.#round = this.#round.then(() => this.#digest()).catch(this.#onError);
    };
    this.#digesting = setTimeout(run, SOON).unref();
  }

  /** Does no more rounds, and waits for the one that is being done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#digesting);
    await this.#round;
  }

  /** One round. */
  async round(): Promise<void> {
    const now = this.#now();
    const { traceAge, sessionAge, alertAge, eventAge, notificationAge, caseAge, refusals, contentAge } =
      this.#retention;
    await this.#walk('open sessions', (db, after) => expireSessions(db, after, now));
    await this.#expireWaits(now);
    await this.#repeat((db) => trimExchanges(db, now - traceAge));
    await this.#walk('sessions', (db, after) => trimSessions(db, after, now - sessionAge));
    await this.#walk('alerts', (db, after) => trimAlerts(db, after, now - alertAge));
    await this.#repeat((db) => trimEvents(db, now - eventAge));
    await this.#repeat((db) => trimFirings(db, now - alertAge));
    await this.#walk('notifications', (db, after) => trimNotifications(db, after, now - notificationAge));
    await this.#repeat((db) => trimPolicies(db, now - sessionAge));
    // A session that goes on with one has used it no longer ago than sessions are kept.
    await this.#repeat((db) => trimRenderings(db, now - sessionAge - DAY));
    await this.#repeat((db) => trimRefusals(db, refusals));
    await this.#repeat((db) => trimFailures(db, this.#lockout, now));
    await this.#walk('values', trimValues);
    await this.#walk('uris', trimUris);
    await this.#repeat((db) => trimGrowth(db, now));
    await this.#repeat((db) => trimAnswers(db, now - KEPT_FOR));
    await this.#repeat((db) => expireTriggers(db, now));
    await this.#repeat((db) => trimTriggers(db, now - sessionAge));
    await this.#repeat((db) => trimDeliveries(db, now - eventAge));
    await this.#repeat((db) => trimCases(db, now - caseAge));
    await this.#repeat((db) => dropPartial(db, now - CONTENT_IDLE, now));
    await this.#walk('contents', (db, after) => dropUnused(db, after, now - contentAge, now));
    await this.#repeat(deleteDropped);
    await this.#digest();
  }

  async #expireWaits(now: number): Promise<void> {
    for (let done = 0; done < BATCHES && !this.#isStopped; done++) {
      const { finished, more } = await this.#store.transaction((db) => expireWaits(db, this.#work, now));
      if (finished.length > 0) this.#onFinished(finished);
      if (!more) return;
      await idle();
    }
  }

  /** Goes on with a walk, which begins anew in the next round once it has come to its end. */
  #walk(what: Walked, batch: (db: Queries, after: number) => Promise<number | undefined>): Promise<void> {
    return this.#repeat(async (db) => {
      const last = await batch(db, this.#lookedAt.get(what) ?? 0);
      this.#lookedAt.set(what, last ?? 0);
      return last !== undefined;
    });
  }

  async #digest(): Promise<void> {
    for (let done = 0; done < BATCHES && !this.#isStopped; done++) {
      if (!(await digestNext(this.#store))) return;
    }
  }

  async #repeat(batch: (db: Queries) => Promise<boolean>): Promise<void> {
    for (let done = 0; done < BATCHES && !this.#isStopped; done++) {
      if (!(await this.#store.transaction(batch))) return;
      await idle();
    }
  }
}

/** Lets whatever waits go first. */
function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
