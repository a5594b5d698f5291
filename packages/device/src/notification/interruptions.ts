/** Times that one server may interrupt the user within this many milliseconds. */
const INTERRUPTIONS = { most: 10, within: 10 * 60_000 } as const;

/** Counts how often servers interrupt the user. */
export class Interruptions {
  readonly #now: () => number;
  readonly #times = new Map<string, readonly number[]>();

  /** @param now milliseconds, of a clock that is never set back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a server may interrupt the user now; if so, it does. */
  permit(serverID: string): boolean {
    const now = this.#now();
    const recent = (this.#times.get(serverID) ?? []).filter((at) => now - at < INTERRUPTIONS.within);
    const may = recent.length < INTERRUPTIONS.most;
    this.#times.set(serverID, may ? [...recent, now] : recent);
    return may;
  }
}
