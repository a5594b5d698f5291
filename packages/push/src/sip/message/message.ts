/** A header: its full name in lower case, and its value with folding undone. */
export type Header = readonly [name: string, value: string];

interface Common {
  /** In the order of the message. Content-Length is never among them: the body says it. */
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

export interface SipRequest extends Common {
  readonly kind: 'request';
  readonly method: string;
  /** Request-URI, as it stands. */
  readonly uri: string;
}

export interface SipResponse extends Common {
  readonly kind: 'response';
  /** 100…699 */
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

export const NO_BODY: Uint8Array = new Uint8Array(0);

/** The value of the first header of a name (in lower case). */
export function headerOf(message: SipMessage, name: string): string | undefined {
  return message.headers.find(([has]) => has === name)?.[1];
}

/** The values of all headers of a name (in lower case), each as it stands. */
export function headersOf(message: SipMessage, name: string): string[] {
  return message.headers.filter(([has]) => has === name).map(([, value]) => value);
}
