import type { Logger } from 'pino';
import type { Poster } from './outbox.ts';

/** Milliseconds after which it is said that a client is told again: it may have several places, not all of which can be. */
const HOLD = 60_000;

/** A poster that logs, too, when a client cannot be told what became of its pushes, and when it can again. */
export function loggingTrouble(post: Poster, log: Logger, now: () => number): Poster {
  /** When it was logged of clients. */
  const troubled = new Map<string, number>();
  return async (notification, closing) => {
    const { client, url } = notification;
    const outcome = await post(notification, closing);
    const since = troubled.get(client);
    if (closing.aborted) return outcome;
    if (!outcome.isDone && since === undefined) {
      troubled.set(client, now());
      const facts = { client, place: new URL(url).origin, reason: outcome.text };
      log.warn(facts, 'a client cannot be told what became of its pushes');
    } else if (outcome.isDone && since !== undefined && now() >= since + HOLD) {
      troubled.delete(client);
      log.warn({ client }, 'the client is told what became of its pushes again');
    }
    return outcome;
  };
}
