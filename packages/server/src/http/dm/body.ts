import type { IncomingMessage } from 'node:http';

/** The body of a request is larger than it may be. */
export class BodyTooLarge extends Error {
  constructor(limit: number) {
    super(`a message may have ${limit} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/** The client went away before its message was complete. */
export class BodyIncomplete extends Error {
  constructor() {
    super('the connection ended before the message was complete');
    this.name = 'BodyIncomplete';
  }
}

/**
 * Reads a request's body.
 *
 * @throws {BodyTooLarge} as soon as that is known; no more is read
 * @throws {BodyIncomplete} when the connection ends early
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      reject(new BodyTooLarge(limit));
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) {
        request.removeAllListeners('data');
        reject(new BodyTooLarge(limit));
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => {
      const [only] = chunks;
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, length));
    });
    // A body that comes to an early end is told of by an error first.
    request.on('error', () => reject(new BodyIncomplete()));
    request.on('close', () => {
      if (!request.complete) reject(new BodyIncomplete());
    });
  });
}
