import type { UserInteraction } from './port.ts';

/** The attention of a user, who deals with one thing at a time. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Does some work once all that came before is done, or nobody wants it any more. Rejects with the signal's reason when
   * that is aborted before.
   */
  take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#last;
    const result = Promise.race([before, rejected(signal)]).then(() => {
      signal.throwIfAborted();
      return work();
    });
    const ended = Promise.race([result.catch(() => {}), aborted(signal)]);
    this.#last = Promise.all([before, ended]);
    return result;
  }
}

/** Asks one thing at a time, however many ask: what comes meanwhile waits for its turn. */
export function inTurn(interaction: UserInteraction, turns = new Turns()): UserInteraction {
  return { ask: (asked, signal) => turns.take(() => interaction.ask(asked, signal), signal) };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function rejected(signal: AbortSignal): Promise<never> {
  await aborted(signal);
  throw signal.reason;
}
