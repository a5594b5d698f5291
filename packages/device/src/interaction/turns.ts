import type { UserInteraction } from './port.ts';

/** Asks one thing at a time, however many ask: what comes meanwhile waits for its turn. */
export function inTurn(interaction: UserInteraction): UserInteraction {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask(asked, signal) {
      const reaction = last.then(() => {
        signal.throwIfAborted();
        return interaction.ask(asked, signal);
      });
      // Whoever asks may not wait for the end of a question that nobody wants answered any more.
      last = Promise.race([reaction.catch(() => {}), aborted(signal)]);
      return reaction;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
