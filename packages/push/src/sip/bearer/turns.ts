/** Lets one after the other do something for a name, in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Rejects with the signal's reason, or as `work` does. */
  async take<Result>(name: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const earlier = this.#last.get(name);
    const mine = earlier !== undefined ? whenOver(earlier, signal).then(work) : work();
    // Who gives up waiting does not let the next one overtake those before.
    const both = Promise.allSettled([earlier, mine]);
    this.#last.set(name, both);
    void both.then(() => {
      if (this.#last.get(name) === both) this.#last.delete(name);
    });
    return mine;
  }
}

async function whenOver(earlier: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let abort = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      void earlier.then(() => resolve());
    });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
