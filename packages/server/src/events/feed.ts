/** Events as they come, for any number of readers that each go at their own pace. */
import type { Store } from '../store/index.ts';
import { type Event, type EventFilter, newestEvent, nextEvents } from './event.ts';
import { SettledLog } from './settled.ts';

/** What a reader gets at once. */
export interface Batch {
  readonly events: readonly Event[];
  /** The id up to which it has seen everything: where it goes on after an interruption; undefined = not known yet. */
  readonly seen: number | undefined;
}

export interface FeedOptions {
  readonly store: Store;
  /** Told when it could not be found out whether there are events; it is tried again. */
  readonly onError: (error: unknown) => void;
  /** Readers at the same time. */
  readonly limit: number;
  /** Milliseconds after which it looks for events of other processes. */
  readonly interval?: number | undefined;
  /** Milliseconds after which a reader that got nothing is told that the feed is alive. */
  readonly heartbeat?: number | undefined;
}

/** Events in one batch: what a slow reader keeps in memory. */
const BATCH = 100;
/** Spans of the log that one answer looks through at most. */
const SPANS = 50;
/** Milliseconds between two looks, while units of work are under way that may bring events before those that are there. */
const SOON = 50;

/** There are as many readers as there may be. */
export class FeedFull extends Error {
  constructor(limit: number) {
    super(`${limit} streams of events are open, which is as many as there may be`);
    this.name = 'FeedFull';
  }
}

/**
 * Reads the log for those who follow it. One look at a time finds out how far it is settled, for all of them; what
 * each gets it reads for itself, when it has taken what it got before.
 */
export class EventFeed {
  readonly #store: Store;
  readonly #onError: (error: unknown) => void;
  readonly #limit: number;
  readonly #interval: number;
  readonly #heartbeat: number;
  readonly #settled: SettledLog;
  /** The id up to which the log is settled; undefined until that is known. */
  #upTo: number | undefined;
  #readers = 0;
  #looking: Promise<void> | undefined;
  #isStale = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<() => void>();

  constructor({ store, onError, limit, interval = 1_000, heartbeat = 15_000 }: FeedOptions) {
    this.#store = store;
    this.#onError = onError;
    this.#limit = limit;
    this.#interval = interval;
    this.#heartbeat = heartbeat;
    this.#settled = new SettledLog(store);
  }

  /** Told that events were committed, it looks at once. */
  wake(): void {
    if (this.#readers > 0) void this.#look();
  }

  /**
   * Events from now on, or after the one with an id, in the order of their ids; each once, whichever process it comes
   * from. At first, and now and then, a batch without events.
   *
   * @param signal ends it, and has to come at last: until then it is one of the readers
   * @throws {FeedFull}
   */
  follow(filter: EventFilter, after: number | undefined, signal: AbortSignal): AsyncGenerator<Batch, void> {
    if (this.#readers >= this.#limit) throw new FeedFull(this.#limit);
    this.#readers += 1;
    signal.addEventListener('abort', () => this.#leave(), { once: true });
    if (signal.aborted) this.#leave();
    return this.#read(filter, after, signal);
  }

  #leave(): void {
    this.#readers -= 1;
    if (this.#readers === 0) clearTimeout(this.#timer);
  }

  /**
   * The next events after an id, in the order of their ids, as far as the log is settled.
   *
   * @returns `seen` is where to go on
   */
  async next(filter: EventFilter, after: number, limit: number): Promise<{ events: Event[]; seen: number }> {
    await this.#look();
    const upTo = this.#upTo ?? 0;
    let seen = after;
    for (let spans = 0; spans < SPANS && seen < upTo; spans++) {
      const found = await nextEvents(this.#store.reader, filter, { after: seen, upTo, limit });
      if (found.events.length > 0) return found;
      seen = found.seen;
    }
    return { events: [], seen };
  }

  async *#read(
    filter: EventFilter,
    after: number | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Batch, void> {
    await this.#look();
    let seen: number | undefined;
    let beat = performance.now() + this.#heartbeat;
    while (!signal.aborted) {
      const upTo = this.#upTo;
      // Where it begins it tells at once: who is interrupted before anything comes goes on there.
      const begins = seen === undefined && upTo !== undefined;
      if (upTo !== undefined) seen ??= await this.#start(after, upTo);
      const before = seen;
      let events: readonly Event[] = [];
      if (upTo !== undefined && seen !== undefined && seen < upTo)
        ({ events, seen } = await nextEvents(this.#store.reader, filter, {
          after: seen,
          upTo,
          limit: BATCH,
        }));
      if (events.length > 0 || begins || performance.now() >= beat) {
        yield { events, seen };
        beat = performance.now() + this.#heartbeat;
      }
      if (seen === before && upTo === this.#upTo) await this.#change(beat - performance.now(), signal);
    }
  }

  /** Where a reader begins. An id that was never given, as in a database that is no more, would wait for ever. */
  async #start(after: number | undefined, upTo: number): Promise<number> {
    if (after === undefined || after <= upTo) return after ?? upTo;
    return Math.min(after, Math.max(upTo, await newestEvent(this.#store.reader)));
  }

  /** Resolves when the log is settled further than now, or the time is over, or the signal comes. */
  #change(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, milliseconds));
      signal.addEventListener('abort', done);
      this.#waiting.add(done);
      if (signal.aborted) done();
    });
  }

  /** Looks how far the log is settled; resolves when a look that began after this call is done. */
  #look(): Promise<void> {
    if (this.#looking !== undefined) {
      this.#isStale = true;
      return this.#looking;
    }
    clearTimeout(this.#timer);
    this.#looking = this.#lookAgain().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookAgain(): Promise<void> {
    let wait: number;
    do {
      this.#isStale = false;
      wait = this.#interval;
      try {
        const { upTo, isPending } = await this.#settled.look();
        if (isPending) wait = SOON;
        const isNews = upTo !== this.#upTo;
        this.#upTo = upTo;
        if (isNews) for (const done of [...this.#waiting]) done();
      } catch (error) {
        this.#onError(error);
      }
    } while (this.#isStale);
    if (this.#readers > 0) this.#timer = setTimeout(() => void this.#look(), wait).unref();
  }
}
