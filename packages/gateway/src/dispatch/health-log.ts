import type { Bearer, Health } from '@grove/push';
import type { Logger } from 'pino';

/** Milliseconds after which it is said again why a bearer is down, if that has changed; doubled up to the longest. */
const FIRST_PAUSE = 60_000;
const LONGEST_PAUSE = 3_600_000;

/** What was logged last of a bearer. */
interface Told extends Health {
  /** When more may be said while it stays as it is, and how long it is silent after that. */
  readonly again: number;
  readonly pause: number;
}

/** Logs when a bearer goes down, why, and when it is up again. */
export class HealthLog {
  readonly #bearers: readonly Bearer[];
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #told = new Map<string, Told>();

  constructor(bearers: readonly Bearer[], log: Logger, now: () => number) {
    this.#bearers = bearers;
    this.#log = log;
    this.#now = now;
  }

  /** Looks how they are now. */
  look(): void {
    const at = this.#now();
    for (const bearer of this.#bearers) {
      const health = bearer.health();
      const before = this.#told.get(bearer.name);
      const isChanged = health.state !== before?.state;
      // What a bearer says while it is up is of its traffic, and one that connects has not got anywhere yet.
      const isOtherwiseDown =
        health.state === 'down' && health.text !== before?.text && at >= (before?.again ?? 0);
      if (health.state === 'connecting' || !(isChanged || isOtherwiseDown)) continue;
      const pause = isChanged ? FIRST_PAUSE : Math.min(2 * (before?.pause ?? FIRST_PAUSE), LONGEST_PAUSE);
      this.#told.set(bearer.name, { ...health, again: at + pause, pause });
      const facts = { bearer: bearer.name, reason: health.text };
      if (health.state === 'down') this.#log.warn(facts, 'a bearer is down');
      else if (before === undefined) this.#log.info(facts, 'a bearer is up');
      else this.#log.warn(facts, 'a bearer is up again');
    }
  }
}
