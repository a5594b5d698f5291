import type { Bearer, Health } from '@grove/push';
import type { Logger } from 'pino';

/** Milliseconds after a bearer went down in which nothing else is said: some are up and down in turns. */
const HOLD = 30_000;
/** Milliseconds after which it is said again why a bearer is down, if that has changed; doubled up to the longest. */
const FIRST_PAUSE = 60_000;
const LONGEST_PAUSE = 3_600_000;

/** What was logged last of a bearer. */
interface Told extends Health {
  readonly at: number;
  /** After which more may be said while it stays down. */
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
      if (!isNews(health, before, at)) continue;
      const pause = before?.state === health.state ? Math.min(2 * before.pause, LONGEST_PAUSE) : FIRST_PAUSE;
      this.#told.set(bearer.name, { ...health, at, pause });
      const facts = { bearer: bearer.name, reason: health.text };
      if (health.state === 'down') this.#log.warn(facts, 'a bearer is down');
      else if (before === undefined) this.#log.info(facts, 'a bearer is up');
      else this.#log.warn(facts, 'a bearer is up again');
    }
  }
}

function isNews(health: Health, before: Told | undefined, at: number): boolean {
  // One that connects has not got anywhere yet.
  if (health.state === 'connecting') return false;
  if (before === undefined) return true;
  if (health.state !== before.state) return health.state === 'down' || at >= before.at + HOLD;
  // What a bearer says while it is up is of its traffic.
  return health.state === 'down' && health.text !== before.text && at >= before.at + before.pause;
}
