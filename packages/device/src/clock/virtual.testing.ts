/** For tests: time that goes by only as it is told to. */
import type { Clock } from './clock.ts';

export interface VirtualClock extends Clock {
  /** Lets time go by, and wakes whoever has slept long enough. */
  pass(milliseconds: number): Promise<void>;
}

export function virtualClock(): VirtualClock {
  let now = 0;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper = { until: now + milliseconds, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    async pass(milliseconds) {
      // Whoever is about to sleep gets to it first.
      await new Promise((resolve) => setImmediate(resolve));
      now += milliseconds;
      for (const sleeper of sleepers) {
        if (sleeper.until > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}
