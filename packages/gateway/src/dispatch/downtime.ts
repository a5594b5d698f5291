import type { Bearer } from '@grove/push';
import { leaveBearer, type Rules } from '../queue/index.ts';
import type { Store } from '../store/index.ts';

export interface DowntimeOptions {
  readonly store: Store;
  readonly bearers: readonly Bearer[];
  readonly rules: Rules;
  /** Milliseconds for which pushes wait for a bearer that is down while they could go over another. */
  readonly patience: number;
  readonly now: () => number;
  /** Bearers that have something to do now. */
  readonly onLeft: (bearers: ReadonlySet<string>) => void;
}

/** Rows that one unit of work handles. */
const BATCH = 200;

/** Takes what waits for a bearer that is down for long over to others that are up. */
export class Downtime {
  readonly #options: DowntimeOptions;
  /** Since when bearers are down, or when what waits for them was last looked through. */
  readonly #since = new Map<string, number>();

  constructor(options: DowntimeOptions) {
    this.#options = options;
  }

  /** To be called from time to time. @param isOver whether to leave off */
  async look(isOver: () => boolean): Promise<void> {
    const { bearers, patience, now } = this.#options;
    const up = new Set(bearers.filter((bearer) => bearer.health().state === 'up').map(({ name }) => name));
    for (const { name } of bearers) {
      if (up.has(name)) {
        this.#since.delete(name);
        continue;
      }
      const since = this.#since.get(name) ?? now();
      this.#since.set(name, since);
      if (up.size === 0 || now() - since < patience) continue;
      this.#since.set(name, now());
      await this.#leave(name, up, isOver);
    }
  }

  async #leave(bearer: string, up: ReadonlySet<string>, isOver: () => boolean): Promise<void> {
    const { store, rules, now, onLeft } = this.#options;
    for (let after: number | undefined = 0; after !== undefined && !isOver(); ) {
      const from: number = after;
      const left = await store.transaction((db) => leaveBearer(db, bearer, from, up, rules, now(), BATCH));
      if (left.to.size > 0) onLeft(left.to);
      after = left.last;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
