/** Those within the server who do something about events: each once, in the order of the log, whatever dies. */
import { Rounds } from '../rounds/index.ts';
import { type Queries, type Store, StoreUnavailable } from '../store/index.ts';
import { type Event, newestEvent } from './event.ts';
import type { EventFeed } from './feed.ts';
import type { EventType } from './types.ts';

export interface FollowerOptions {
  readonly store: Store;
  readonly feed: EventFeed;
  /** What it is called in the database, where is kept how far it has come. */
  readonly name: string;
  readonly types: readonly EventType[];
  /** Whether there is anything to deal with them for; asked after they were read. There always is when absent. */
  readonly isWanted?: (() => Promise<boolean>) | undefined;
  /** Deals with events, in the unit of work that notes that they were dealt with. */
  readonly handle: (db: Queries, events: readonly Event[]) => Promise<void>;
  /** Told that events were dealt with, once that is on disk. */
  readonly onHandled?: (() => void) | undefined;
  /** Told of a failure; it is tried again. */
  readonly onError: (error: unknown) => void;
}

/** Events that are dealt with in one unit of work. */
const BATCH = 100;
/** Ids that may be passed over without noting it: what is looked through again after a start. */
const UNNOTED = 10_000;
/** Milliseconds in which events gather, and after which it is tried again when something has failed. */
const PAUSE = { soon: 50, failed: 5_000 };

/** How often an event is tried that cannot be dealt with, before it is passed over: nothing behind it would ever come. */
const TRIES = 10;

/** Another process has dealt with the same events. */
class Overtaken extends Error {}

/** Follows the log. Several processes may: what one has dealt with, no other does. */
export class Follower {
  readonly #by: FollowerOptions;
  #seen: number | undefined;
  /** What the database says of how far it has come. */
  #noted = 0;
  /** How often dealing with what comes next has failed. */
  #failures = 0;
  readonly #rounds: Rounds;

  constructor(options: FollowerOptions) {
    this.#by = options;
    this.#rounds = new Rounds({
      round: () => this.catchUp(),
      soon: PAUSE.soon,
      afterFailure: PAUSE.failed,
      onError: options.onError,
    });
  }

  /** Looks for events now, soon after it is woken, and each time that so many milliseconds have passed. */
  start(interval: number): void {
    this.#rounds.start(interval);
  }

  /** Told that there may be events. */
  wake(): void {
    this.#rounds.wake();
  }

  /** Deals with no more events, and waits for those that it is dealing with. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Deals with all that has happened by now. */
  async catchUp(): Promise<void> {
    for (let isMore = true; isMore && !this.#rounds.signal.aborted; ) isMore = await this.#batch();
  }

  async #batch(): Promise<boolean> {
    const { store, feed, types } = this.#by;
    const after = this.#seen ?? (await this.#begin());
    // The one that cannot be dealt with is found by taking them one by one.
    const { events: read, seen } = await feed.next({ types }, after, this.#failures === 0 ? BATCH : 1);
    const isWanted = read.length > 0 && (this.#by.isWanted === undefined || (await this.#by.isWanted()));
    const events = isWanted && this.#failures < TRIES ? read : [];
    if (events.length === 0 && this.#failures === 0 && seen - this.#noted < UNNOTED) {
      this.#seen = seen;
      return read.length > 0;
    }
    try {
      await store.transaction(async (db) => {
        await this.#note(db, seen);
        await this.#by.handle(db, events);
      });
    } catch (error) {
      this.#seen = undefined;
      if (error instanceof Overtaken) return true;
      if (!(error instanceof StoreUnavailable)) this.#failures += 1;
      throw error;
    }
    this.#failures = 0;
    this.#seen = seen;
    this.#noted = seen;
    if (events.length > 0) this.#by.onHandled?.();
    return read.length > 0;
  }

  /** Where it goes on; the first time, with what comes from now on. */
  async #begin(): Promise<number> {
    const { store, name } = this.#by;
    const known = await store.reader
      .selectFrom('event_cursors')
      .select('seen')
      .where('name', '=', name)
      .executeTakeFirst();
    this.#noted =
      known?.seen ??
      (await store.transaction(async (db) => {
        const row = { name, seen: await newestEvent(db) };
        await db
          .insertInto('event_cursors')
          .values(row)
          .onConflict((conflict) => conflict.column('name').doNothing())
          .execute();
        return row.seen;
      }));
    this.#seen = this.#noted;
    return this.#noted;
  }

  async #note(db: Queries, seen: number): Promise<void> {
    const moved = await db
      .updateTable('event_cursors')
      .set({ seen })
      .where('name', '=', this.#by.name)
      .where('seen', '=', this.#noted)
      .returning('seen')
      .executeTakeFirst();
    if (moved === undefined) throw new Overtaken();
  }
}
