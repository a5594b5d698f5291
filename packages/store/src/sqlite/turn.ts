/** How long queries may follow each other without a pause, in milliseconds. */
const TURN_TIME = 20;
/** How many queries are run between two looks at the clock. */
const QUERIES_PER_LOOK = 32;

/**
 * SQLite answers at once, so that work which awaits nothing else would keep the event loop from all other work for as
 * long as it lasts. This gives the loop its turn.
 */
export class Turn {
  #queries = 0;
  #since: number | undefined;

  /** Called before each query: what to wait for first, if it is time to. */
  pause(): Promise<void> | undefined {
    if (this.#since === undefined) {
      this.#since = performance.now();
      this.#queries = 0;
      setImmediate(() => {
        this.#since = undefined;
      });
      return undefined;
    }
    if (++this.#queries % QUERIES_PER_LOOK !== 0) return undefined;
    return performance.now() - this.#since < TURN_TIME ? undefined : nextTurn();
  }
}

/** Resolves when the event loop has done what else is there. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
