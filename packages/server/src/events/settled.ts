/**
 * How far the log is settled: up to which id no event will appear any more.
 *
 * SQLite writes one unit of work after the other, so that what is there is settled. PostgreSQL gives ids to units that
 * run at the same time and end in any order: an event may appear below one that is there already. An id that is missing
 * below the newest one belongs to a unit that is under way, or to one that came to nothing. Ids are given to units that
 * have a transaction id (see the column's default), so those that were given by now belong to transactions older than
 * one that begins now: when all of these have ended, the ids up to the newest one of now are settled.
 */
import { sql } from 'kysely';
import type { Store } from '../store/index.ts';
import { newestEvent } from './event.ts';

/** Ids that one look takes in. */
const LOOK = 1_000;

export interface Settled {
  /** The id up to which the log is settled, as far as is known by now, never less than before; undefined = not known yet. */
  readonly upTo: number | undefined;
  /** Whether there is more, which cannot be told yet. */
  readonly isPending: boolean;
}

/** Looks how far the log is settled. One look after the other, by whoever asks. */
export class SettledLog {
  readonly #store: Store;
  #upTo: number | undefined;
  /** Up to `upTo` all is settled when every transaction up to `transaction` has ended. */
  #barrier: { upTo: number; transaction: number } | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  async look(): Promise<Settled> {
    if (this.#store.engine === 'sqlite') {
      this.#upTo = Math.max(this.#upTo ?? 0, await newestEvent(this.#store.reader));
      return { upTo: this.#upTo, isPending: false };
    }
    if (this.#upTo === undefined) this.#barrier ??= await this.#raise(await newestEvent(this.#store.reader));
    if (this.#barrier !== undefined && (await this.#oldestTransaction()) > this.#barrier.transaction) {
      this.#upTo = this.#barrier.upTo;
      this.#barrier = undefined;
    }
    if (this.#upTo === undefined) return { upTo: undefined, isPending: true };
    const { settled, last, isMore } = await this.#goOn(this.#upTo);
    this.#upTo = settled;
    if (last > settled) this.#barrier ??= await this.#raise(last);
    return { upTo: settled, isPending: isMore || this.#barrier !== undefined };
  }

  /** Goes on over ids without gaps. `last` is the last id that it has seen, beyond a gap perhaps. */
  async #goOn(from: number): Promise<{ settled: number; last: number; isMore: boolean }> {
    const rows = await this.#store.reader
      .selectFrom('events')
      .select('id')
      .where('id', '>', from)
      .orderBy('id')
      .limit(LOOK)
      .execute();
    let settled = from;
    for (const { id } of rows) {
      if (id !== settled + 1) break;
      settled = id;
    }
    return { settled, last: rows.at(-1)?.id ?? from, isMore: rows.length === LOOK };
  }

  async #raise(upTo: number): Promise<{ upTo: number; transaction: number }> {
    const { rows } = await sql<{ id: number }>`select pg_current_xact_id()::text::bigint as id`.execute(
      this.#store.reader,
    );
    return { upTo, transaction: rows[0]?.id ?? Number.MAX_SAFE_INTEGER };
  }

  /** The oldest transaction that has not ended, or the next one. */
  async #oldestTransaction(): Promise<number> {
    const query = sql<{ id: number }>`select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as id`;
    return (await query.execute(this.#store.reader)).rows[0]?.id ?? 0;
  }
}
