import { SipSyntaxError } from './error.ts';
import type { SipMessage } from './message.ts';
import { checkBody, endOfHead, type Head, parseHead, SIP_LIMITS, type SipLimits } from './parse.ts';

/** What comes over a connection: messages, and empty lines between them, which keep it alive (RFC 5626, 3.5.1). */
export type Frame = { readonly kind: 'message'; readonly message: SipMessage } | { readonly kind: 'line' };

const CR = 0x0d;
const LF = 0x0a;
const FIRST_ROOM = 4096;

/** Cuts the bytes of a connection into messages, by Content-Length (RFC 3261, 18.3). */
export class SipFramer {
  readonly #limits: SipLimits;
  #room = new Uint8Array(FIRST_ROOM);
  #from = 0;
  #to = 0;
  #searched = 0;
  #head: Head | undefined;

  constructor(limits: SipLimits = SIP_LIMITS) {
    this.#limits = limits;
  }

  /**
   * Takes bytes and yields what they complete. Once it has thrown, the connection is of no use any more: nothing tells
   * where the next message begins.
   *
   * @throws {SipSyntaxError}
   */
  *push(chunk: Uint8Array): Generator<Frame> {
    this.#append(chunk);
    for (let frame = this.#next(); frame; frame = this.#next()) yield frame;
  }

  #next(): Frame | undefined {
    if (!this.#head) {
      const line = this.#emptyLine();
      if (line !== undefined) return line ? { kind: 'line' } : undefined;
      this.#head = this.#readHead();
      if (!this.#head) return undefined;
    }
    const { message, length } = this.#head;
    if (length === undefined)
      throw new SipSyntaxError('Content-Length', 'is absent on a connection', 400, message);
    checkBody(length, message, this.#limits);
    if (this.#to - this.#from < length) return undefined;
    const body = this.#room.slice(this.#from, this.#from + length);
    this.#from += length;
    this.#head = undefined;
    return { kind: 'message', message: { ...message, body } };
  }

  /** Takes an empty line; false if that cannot be told yet, undefined if there is none. */
  #emptyLine(): boolean | undefined {
    if (this.#from === this.#to) return false;
    if (this.#room[this.#from] !== CR) return undefined;
    if (this.#to - this.#from < 2) return false;
    if (this.#room[this.#from + 1] !== LF) return undefined;
    this.#from += 2;
    return true;
  }

  #readHead(): Head | undefined {
    const bytes = this.#room.subarray(0, this.#to);
    const end = endOfHead(bytes, Math.max(this.#from, this.#searched));
    if (end === -1) {
      this.#searched = Math.max(this.#from, this.#to - 3);
      if (this.#to - this.#from > this.#limits.head)
        throw new SipSyntaxError('head', `does not end within ${this.#limits.head} octets`, 513);
      return undefined;
    }
    const head = parseHead(bytes.subarray(this.#from, end), this.#limits);
    this.#from = end + 4;
    this.#searched = this.#from;
    return head;
  }

  /** Puts bytes behind those that wait, which are moved to the front once less than half of the room is theirs. */
  #append(chunk: Uint8Array): void {
    const waiting = this.#to - this.#from;
    if (this.#to + chunk.length > this.#room.length) {
      const needed = waiting + chunk.length;
      const fits = needed * 2 <= this.#room.length;
      const room = fits ? this.#room : new Uint8Array(Math.max(FIRST_ROOM, needed * 2));
      room.set(this.#room.subarray(this.#from, this.#to));
      this.#room = room;
      this.#searched = Math.max(0, this.#searched - this.#from);
      this.#from = 0;
      this.#to = waiting;
    }
    this.#room.set(chunk, this.#to);
    this.#to += chunk.length;
  }
}
