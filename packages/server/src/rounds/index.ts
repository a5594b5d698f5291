/** Work of the server that is done in rounds: when something may be due, and every so often, since nobody may have said so. */

export interface RoundsOptions {
  /** One round; milliseconds until the next where that is not the interval. */
  readonly round: (() => Promise<void>) | (() => Promise<number>);
  /** Milliseconds in which reasons gather before a round is done for them; 0 when absent. */
  readonly soon?: number | undefined;
  /** Milliseconds until the next round, at least, where one has failed; the interval when absent. */
  readonly afterFailure?: number | undefined;
  /** Told why a round has failed. */
  readonly onError: (error: unknown) => void;
}

/** Does one round after the other, never two at once. */
export class Rounds {
  readonly #by: RoundsOptions;
  readonly #stopping = new AbortController();
  #interval: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  /** Whether a round is to be done as soon as may be. */
  #isWoken = false;

  constructor(options: RoundsOptions) {
    this.#by = options;
  }

  /** Aborted when no more is to be begun. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Does a round now, one soon after it is woken, and one each time that so many milliseconds have passed since the last. */
  start(interval: number): void {
    if (this.signal.aborted) return;
    this.#interval = interval;
    this.#run();
  }

  /** Told that something may be due. Before the start that changes nothing. */
  wake(): void {
    if (this.#interval === undefined || this.#isWoken || this.signal.aborted) return;
    this.#isWoken = true;
    if (this.#round === undefined) this.#wait(this.#by.soon ?? 0);
  }

  /** Does no more rounds, and waits for the one that is being done. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#round;
  }

  #wait(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(), milliseconds).unref();
  }

  #run(): void {
    this.#isWoken = false;
    this.#round = this.#once().then((pause) => {
      this.#round = undefined;
      if (!this.signal.aborted) this.#wait(this.#isWoken ? (this.#by.soon ?? 0) : pause);
    });
  }

  /** @returns milliseconds until the next round */
  async #once(): Promise<number> {
    const { round, afterFailure = 0, onError } = this.#by;
    const interval = this.#interval ?? 0;
    try {
      return (await round()) ?? interval;
    } catch (error) {
      onError(error);
      return Math.max(interval, afterFailure);
    }
  }
}
