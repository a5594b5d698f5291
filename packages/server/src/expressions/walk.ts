import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long one query may take, in milliseconds: SQLite keeps the whole process while it looks. */
const TARGET = 8;
/** Ids that the first range has, and the least and the most that any has. */
const RANGE = { first: 2_000, least: 250, most: 1_000_000 };

/** A range of ids that was looked at, and what was found there. */
export interface Walked<T> {
  readonly upTo: number;
  readonly found: T;
}

/**
 * Looks at ids in ranges, each of about as many as can be looked at in a few milliseconds; others have their turn
 * between two of them.
 *
 * @param last the largest id that there is
 * @param signal ends it
 */
export async function* walk<T>(
  after: number,
  last: number,
  look: (after: number, upTo: number) => Promise<T>,
  signal?: AbortSignal | undefined,
): AsyncGenerator<Walked<T>> {
  let size = RANGE.first;
  for (let from = after; from < last; ) {
    signal?.throwIfAborted();
    const upTo = Math.min(last, from + size);
    const began = performance.now();
    const found = await look(from, upTo);
    const took = Math.max(0.1, performance.now() - began);
    yield { upTo, found };
    from = upTo;
    size = Math.round(Math.min(RANGE.most, Math.max(RANGE.least, size * Math.min(4, TARGET / took))));
    await nextTurn();
  }
}
