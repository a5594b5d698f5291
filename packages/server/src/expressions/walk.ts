import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Plan } from './plan.ts';

/** How long one query should take, in milliseconds: SQLite keeps the whole process while it looks. */
const TARGET = 8;
/** Positions that are looked at first: an expression may ask much of each. */
const FIRST = 64;
const GROWTH = 8;

/** What was found up to a position. */
export interface Walked<T> {
  readonly upTo: number;
  readonly found: T;
}

/**
 * Looks at the positions of a plan, at a time about as many as can be looked at in a few milliseconds; others have their
 * turn meanwhile.
 *
 * @param after the position after which it begins
 * @param signal ends it
 */
export async function* walk<T>(
  { last, most }: Plan,
  after: number,
  look: (after: number, upTo: number) => Promise<T>,
  signal?: AbortSignal | undefined,
): AsyncGenerator<Walked<T>> {
  let size = FIRST;
  for (let from = after; from < last; ) {
    signal?.throwIfAborted();
    const upTo = Math.min(last, from + size);
    const began = performance.now();
    const found = await look(from, upTo);
    const took = Math.max(0.1, performance.now() - began);
    yield { upTo, found };
    from = upTo;
    size = Math.ceil(Math.min(most, size * Math.min(GROWTH, TARGET / took)));
    await nextTurn();
  }
}
