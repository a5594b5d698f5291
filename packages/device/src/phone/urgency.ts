import type { RaisedAlert } from '../alerts/index.ts';
import type { Clock } from '../clock/index.ts';

/** Milliseconds from an alert to the call that tells it: what comes at once is told at once. */
const FIRST = 2000;
/** Milliseconds to the call after one in which it was not answered; doubles with each further one. */
const AGAIN = { first: 60_000, longest: 3_600_000 } as const;

/** An alert that waits. */
interface Waiting {
  /** Sessions that have ended without an answer to it. */
  readonly tries: number;
  /** When it was raised, or the last of these ended. */
  readonly since: number;
}

/** When a phone should call because it has something to tell. */
export class Urgency {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();
  #changed = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of what there is to tell. @param tried whether a session has ended in which it could be told */
  note(alerts: readonly RaisedAlert[], tried = false): void {
    if (alerts.length === 0 && this.#waiting.size === 0) return;
    const now = this.#clock.now();
    const ids = new Set(alerts.map(({ id }) => id));
    for (const id of this.#waiting.keys()) if (!ids.has(id)) this.#waiting.delete(id);
    for (const id of ids) {
      const before = this.#waiting.get(id);
      const tries = tried ? (before?.tries ?? 0) + 1 : (before?.tries ?? 0);
      if (before === undefined || tried) this.#waiting.set(id, { tries, since: now });
    }
    this.#changed.abort();
    this.#changed = new AbortController();
  }

  /** Resolves when it is time to call; rejects with the signal's reason. */
  async due(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const left = this.#left();
      if (left <= 0) return;
      const until = AbortSignal.any([signal, this.#changed.signal]);
      if (left === Number.POSITIVE_INFINITY) await aborted(until);
      else await this.#clock.sleep(left, until).catch(() => {});
    }
  }

  /** Milliseconds to the call; infinite where there is nothing to tell. */
  #left(): number {
    let left = Number.POSITIVE_INFINITY;
    for (const { tries, since } of this.#waiting.values()) {
      const pause = tries === 0 ? FIRST : Math.min(AGAIN.longest, AGAIN.first * 2 ** (tries - 1));
      left = Math.min(left, since + pause - this.#clock.now());
    }
    return left;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
