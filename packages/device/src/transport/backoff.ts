/** How often and how patiently something is tried again. Times are milliseconds. */
export interface Backoff {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Longest pause before the second try; doubles with each further one. */
  readonly first: number;
  /** No pause is longer, whatever the server asks for. */
  readonly longest: number;
}

/** Rides out the restart of a server: about half a minute in all. */
export const PATIENT: Backoff = { attempts: 10, first: 200, longest: 5000 };

/**
 * The pause before the next try.
 *
 * @param failures how many tries have failed, from 1.
 * @param random between 0 and 1; spreads the tries of many devices over the later half of the pause.
 */
export function pauseAfter(failures: number, backoff: Backoff, random: number): number {
  const longest = Math.min(backoff.longest, backoff.first * 2 ** (failures - 1));
  return longest * (0.5 + random / 2);
}
