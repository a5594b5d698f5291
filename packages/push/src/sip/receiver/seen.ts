import { createHash } from 'node:crypto';
import type { Reply } from '../agent/index.ts';
import { headerOf, type SipRequest } from '../message/index.ts';

const MOST = 512;

/**
 * Knows the pushes again that were taken lately or are being taken: a gateway that saw no response sends them anew under
 * the same Call-ID, and a core may have several ways to one terminal.
 */
export class Seen {
  readonly #taken = new Map<string, Promise<Reply>>();

  /** Takes a push, unless it was taken: then the answer is the same. What was refused is taken anew. */
  async once(request: SipRequest, take: () => Promise<Reply>): Promise<Reply> {
    const key = keyOf(request);
    const earlier = this.#taken.get(key);
    if (earlier !== undefined) return earlier;
    const taking = take();
    this.#taken.set(key, taking);
    for (const oldest of this.#taken.keys()) {
      if (this.#taken.size <= MOST) break;
      this.#taken.delete(oldest);
    }
    let isTaken = false;
    try {
      const reply = await taking;
      isTaken = reply.status === 200;
      return reply;
    } finally {
      if (!isTaken) this.#taken.delete(key);
    }
  }
}

function keyOf(request: SipRequest): string {
  return createHash('sha256')
    .update(`${headerOf(request, 'call-id')}\n${headerOf(request, 'content-type')}\n`)
    .update(request.body)
    .digest('base64');
}
