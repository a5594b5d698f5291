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

/** Too many large bodies are being read at the same time. */
export class NoRoom extends Error {
  constructor() {
    super('too many large messages at the same time');
    this.name = 'NoRoom';
  }
}

/** Bytes of a body for which there is always room, so that those who send slowly keep out no ordinary message. */
const FREE = 16 * 1024;

/** Room for the bodies that are in memory at the same time, however many connections there are. */
export class BodyRoom {
  #left: number;

  /** @param bytes of all bodies together, but for what is free */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Takes room for a body; false = there is none. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

/** A body that has come. */
export interface Body {
  readonly bytes: Uint8Array;
  /** Gives back its room; to be called once, when the body is of no use any more. */
  readonly release: () => void;
}

/**
 * Reads a request's body.
 *
 * @throws {BodyTooLarge} as soon as that is known; no more is read
 * @throws {NoRoom} the same
 * @throws {BodyIncomplete} when the connection ends early
 */
export function readBody(request: IncomingMessage, limit: number, room: BodyRoom): Promise<Body> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      reject(new BodyTooLarge(limit));
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    let taken = 0;
    const release = (): void => {
      room.give(taken);
      taken = 0;
    };
    const fail = (error: Error): void => {
      request.removeAllListeners('data');
      chunks.length = 0;
      release();
      reject(error);
    };
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      const more = Math.max(0, length - FREE) - taken;
      if (length > limit) fail(new BodyTooLarge(limit));
      else if (!room.take(more)) fail(new NoRoom());
      else {
        taken += more;
        chunks.push(chunk);
      }
    });
    request.on('end', () => {
      const [only] = chunks;
      const bytes = only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, length);
      resolve({ bytes, release });
    });
    // A body that comes to an early end is told of by an error first.
    request.on('error', () => fail(new BodyIncomplete()));
    request.on('close', () => {
      if (!request.complete) fail(new BodyIncomplete());
    });
  });
}
