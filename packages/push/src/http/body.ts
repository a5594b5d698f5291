import type { IncomingMessage } from 'node:http';

/** Why there is no body: it is larger than it may be, does not come in time, or the other side went away. */
export type NoBody = 'large' | 'slow' | 'aborted';

/**
 * Reads the body of a request.
 *
 * @param largest in bytes
 * @param patience milliseconds in which it has to come
 */
export async function readBody(
  request: IncomingMessage,
  { largest, patience }: { largest: number; patience: number },
): Promise<Uint8Array | NoBody> {
  if (Number(request.headers['content-length'] ?? 0) > largest) return 'large';
  const chunks: Uint8Array[] = [];
  let length = 0;
  const { promise, resolve } = Promise.withResolvers<Uint8Array | NoBody>();
  const timer = setTimeout(() => resolve('slow'), patience);
  request.on('data', (chunk: Uint8Array) => {
    length += chunk.length;
    if (length <= largest) chunks.push(chunk);
    else resolve('large');
  });
  request.on('end', () => resolve(Buffer.concat(chunks)));
  request.on('error', () => resolve('aborted'));
  request.on('close', () => resolve('aborted'));
  const body = await promise;
  clearTimeout(timer);
  request.removeAllListeners('data');
  if (typeof body === 'string') request.pause();
  return body;
}
