import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks. */
const INTERVAL = 250;

/**
 * Looks at something until it is as wanted.
 *
 * @param look may itself wait, for at most the seconds that are left
 * @returns undefined when the time was over before
 */
export async function waitFor<T>(
  seconds: number,
  look: (left: number) => Promise<T>,
  wanted: (found: T) => boolean,
): Promise<T | undefined> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look(Math.max(0, end - performance.now()) / 1000);
    if (wanted(found)) return found;
    if (performance.now() >= end) return undefined;
    await sleep(Math.min(INTERVAL, Math.max(0, end - performance.now())));
  }
}
