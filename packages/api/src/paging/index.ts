/**
 * Lists are read by key: a page ends with the key of its last item, and the next one begins after it.
 * So a page costs the same wherever in the list it lies, and rows that come or go do not shift others.
 */
import { InvalidInput } from '../errors/index.ts';

/** Which part of a list. */
export interface PageRequest {
  /** How many items at most. */
  limit: number;
  /** `next` of the page before; absent for the first page. */
  after?: string | undefined;
}

/** A part of a list. */
export interface Page<T> {
  items: T[];
  /** What to give as `after` for the next page; null when this is the last one. */
  next: string | null;
}

/**
 * Makes a page of rows that were read with a limit of one more than was asked for, which is how it is
 * known whether another page follows.
 */
export function pageOf<T>(rows: T[], limit: number, keyOf: (row: T) => string | number): Page<T> {
  if (rows.length <= limit) return { items: rows, next: null };
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last === undefined ? null : String(keyOf(last)) };
}

/**
 * `after` of a list whose key is a number.
 *
 * @throws {InvalidInput} when it is not one.
 */
export function idAfter(request: PageRequest): number | undefined {
  if (request.after === undefined) return undefined;
  const id = Number(request.after);
  if (!/^\d{1,15}$/.test(request.after) || !Number.isSafeInteger(id)) {
    throw new InvalidInput([
      { field: 'after', value: request.after, expected: 'the "next" of the page before' },
    ]);
  }
  return id;
}
