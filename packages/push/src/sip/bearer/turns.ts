/** Lets one after the other do something for a name, in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Rejects with the signal's reason, or as `work` does. */
  async take<Result>(name: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const earlier = this.#last.get(name);
    const mine = (async () => {
      await earlier?.catch(() => undefined);
      signal.throwIfAborted();
      return work();
    })();
    this.#last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
