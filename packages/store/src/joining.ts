/** Units of work within another one: what several callers do becomes one unit, without their knowing. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { StoreUnavailable } from './errors.ts';
import { type Port, PortQueries, portOf, type Queries } from './port.ts';
import type { Store } from './store.ts';

/** A store whose units can be joined. */
export interface Joining<DB> {
  /** Like the store it is made from; within {@link Joining.unit} its units are parts of that one, and its reader reads there. */
  readonly store: Store<DB>;
  /**
   * One unit of work; whatever `work` and what it calls does by `store` belongs to it. A part that fails undoes all of it: as if
   * it had been a unit of its own where it was the only one.
   *
   * @returns what `work` returns, and whether what it did was undone since its only part has failed
   * @throws {StoreUnavailable} when a part has failed and `work` went on although there were others; it may go well next time
   */
  unit<T>(work: (db: Queries<DB>) => Promise<T>): Promise<{ value: T; isUndone: boolean }>;
  /** Does what is not for a unit of work: now, or within {@link Joining.unit} once that is on disk; not at all where it is undone. */
  after(work: () => Promise<void>): Promise<void>;
}

/** A unit whose parts are under way. */
interface Joined<DB> {
  readonly db: Queries<DB>;
  parts: number;
  hasFailed: boolean;
  /** What was begun within it, and outlives it, is not part of it. */
  isOver: boolean;
  readonly after: (() => Promise<void>)[];
}

/** Undoes a unit that has a value nonetheless. */
class Undone<T> extends Error {
  readonly value: T;

  constructor(value: T) {
    super('undone');
    this.value = value;
  }
}

/** Makes a store whose units can be joined. */
export function joining<DB>(store: Store<DB>): Joining<DB> {
  const units = new AsyncLocalStorage<Joined<DB>>();
  const current = () => {
    const joined = units.getStore();
    return joined?.isOver ? undefined : joined;
  };
  const port: Port = {
    engine: store.engine,
    execute: (sql, values, name) => portOf(current()?.db ?? store.reader).execute(sql, values, name),
  };
  return {
    store: {
      ...store,
      reader: new PortQueries<DB>(port),
      async transaction(work) {
        const joined = current();
        if (joined === undefined) return store.transaction(work);
        joined.parts += 1;
        try {
          return await work(joined.db);
        } catch (error) {
          joined.hasFailed = true;
          throw error;
        }
      },
    },
    async unit<T>(work: (db: Queries<DB>) => Promise<T>) {
      let after: readonly (() => Promise<void>)[] = [];
      try {
        const value = await store.transaction(async (db) => {
          const joined: Joined<DB> = { db, parts: 0, hasFailed: false, isOver: false, after: [] };
          try {
            const result = await units.run(joined, () => work(db));
            after = joined.after;
            if (!joined.hasFailed) return result;
            if (joined.parts > 1) throw new StoreUnavailable('a part of the unit of work has failed');
            throw new Undone(result);
          } finally {
            joined.isOver = true;
          }
        });
        for (const each of after) await each();
        return { value, isUndone: false };
      } catch (error) {
        if (error instanceof Undone) return { value: (error as Undone<T>).value, isUndone: true };
        throw error;
      }
    },
    async after(work) {
      const joined = current();
      if (joined === undefined) await work();
      else joined.after.push(work);
    },
  };
}
