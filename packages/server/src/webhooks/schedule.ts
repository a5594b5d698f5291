const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Milliseconds between one attempt and the next: three days in all.
 *
 * Source: Standard Webhooks, "Retries and replays", whose example this is.
 */
const PAUSES = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** By how much of itself a pause is longer or shorter, so that what failed together does not come together again. */
const JITTER = 0.2;
/** Longest pause that another side may ask for. */
const LONGEST = 24 * HOUR;

/**
 * When a message is tried again.
 *
 * @param attempts how often it was tried, from 1
 * @param chance from 0 to 1
 * @param asked milliseconds that the other side has asked for
 * @returns milliseconds from now; undefined where it is given up
 */
export function pauseAfter(attempts: number, chance: number, asked = 0): number | undefined {
  const pause = PAUSES[attempts - 1];
  if (pause === undefined) return undefined;
  return Math.max(Math.round(pause * (1 - JITTER + 2 * JITTER * chance)), Math.min(asked, LONGEST));
}

/** Milliseconds beyond which no attempt is put off: what is due later was put off by a clock that has been put back since. */
export const FARTHEST = LONGEST * (1 + JITTER);

/** Milliseconds for which a webhook may fail before it is disabled. */
export const PATIENCE = 5 * 24 * HOUR;
/** Messages that may wait for a webhook that fails, before it is disabled. */
export const MOST_WAITING = 100_000;
