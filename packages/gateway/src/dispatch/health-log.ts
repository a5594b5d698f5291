import type { Bearer, Health } from '@grove/push';
import type { Logger } from 'pino';

/** Logs when a bearer goes down, why, and when it is up again. */
export class HealthLog {
  readonly #bearers: readonly Bearer[];
  readonly #log: Logger;
  /** What was logged last of each. */
  readonly #told = new Map<string, Health>();

  constructor(bearers: readonly Bearer[], log: Logger) {
    this.#bearers = bearers;
    this.#log = log;
  }

  /** Looks how they are now. */
  look(): void {
    for (const bearer of this.#bearers) {
      const now = bearer.health();
      const before = this.#told.get(bearer.name);
      // What a bearer says while it is up is of its traffic, and one that connects has not got anywhere yet.
      const isNews = now.state !== before?.state || (now.state === 'down' && now.text !== before.text);
      if (now.state === 'connecting' || !isNews) continue;
      this.#told.set(bearer.name, now);
      const facts = { bearer: bearer.name, reason: now.text };
      if (now.state === 'down') this.#log.warn(facts, 'a bearer is down');
      else if (before === undefined) this.#log.info(facts, 'a bearer is up');
      else this.#log.warn(facts, 'a bearer is up again');
    }
  }
}
