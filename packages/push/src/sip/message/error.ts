import type { SipMessage } from './message.ts';

/** What is wrong with a SIP message, or with a value in one. */
export class SipSyntaxError extends Error {
  /** The part that is wrong: `start line`, the name of a header, `body`. */
  readonly where: string;
  /** The status that answers a request of this kind (RFC 3261, 21.4). */
  readonly status: number;
  /** The message without its body, where its head could be read. */
  readonly head: SipMessage | undefined;

  constructor(where: string, text: string, status = 400, head?: SipMessage) {
    super(`${where}: ${text}`);
    this.name = 'SipSyntaxError';
    this.where = where;
    this.status = status;
    this.head = head;
  }
}
