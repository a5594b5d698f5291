import { createHash } from 'node:crypto';
import { headerOf, type SipRequest } from '../message/index.ts';

const MOST = 512;

/** Knows the pushes again that were taken lately: a gateway that saw no response sends them anew, under the same Call-ID. */
export class Seen {
  readonly #keys = new Set<string>();

  has(request: SipRequest): boolean {
    return this.#keys.has(keyOf(request));
  }

  add(request: SipRequest): void {
    this.#keys.add(keyOf(request));
    for (const oldest of this.#keys) {
      if (this.#keys.size <= MOST) break;
      this.#keys.delete(oldest);
    }
  }
}

function keyOf(request: SipRequest): string {
  return createHash('sha256')
    .update(`${headerOf(request, 'call-id')}\n${headerOf(request, 'content-type')}\n`)
    .update(request.body)
    .digest('base64');
}
