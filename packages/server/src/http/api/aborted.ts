import type { ServerResponse } from 'node:http';

/** Aborted once nobody waits for an answer any more. */
export function abortedWith(reply: { readonly raw: ServerResponse }): AbortSignal {
  const aborted = new AbortController();
  reply.raw.once('close', () => aborted.abort());
  return aborted.signal;
}
