import type { Router } from '../routing/index.ts';

/** How long is waited after failures. */
export interface Pauses {
  /** Milliseconds after the first failure; each further one doubles them, … */
  readonly first: number;
  /** … up to this many. */
  readonly longest: number;
}

/** When an attempt is repeated that came to nothing. */
export interface Backoff extends Pauses {
  /** Failures in a row after which the next bearer is tried, if there is one. */
  readonly attempts: number;
}

export const DEFAULT_BACKOFF: Backoff = { first: 5_000, longest: 15 * 60_000, attempts: 4 };

/** What the queue goes by. */
export interface Rules {
  readonly router: Router;
  /** @param bearer its name */
  backoffOf(bearer: string): Backoff;
  /** Whether a client is told, too, when a network has taken a push. */
  tellsAccepted(client: string): boolean;
  readonly random: (bytes: number) => Uint8Array;
}

/** How much of a pause is left to chance, so that what failed together does not come again together. */
const JITTER = 0.2;

/**
 * Milliseconds until the next attempt.
 *
 * @param failures in a row, 1 or more
 */
export function pauseAfter(failures: number, { first, longest }: Pauses, random: Rules['random']): number {
  const [byte = 0] = random(1);
  const pause = Math.min(first * 2 ** Math.min(failures - 1, 30), longest);
  return Math.round(pause * (1 - JITTER / 2 + (JITTER * byte) / 255));
}
