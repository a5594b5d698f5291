import type { Encoding } from '@grove/protocol';

/** One message on its way to the server. */
export interface Request {
  /** Absolute URI of the server. */
  readonly uri: string;
  readonly encoding: Encoding;
  readonly body: Uint8Array;
  /** Value of the header `x-syncml-hmac`. */
  readonly mac?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The server's message in return. */
export interface Response {
  readonly encoding: Encoding;
  readonly body: Uint8Array;
  /** Value of the header `x-syncml-hmac`. */
  readonly mac?: string | undefined;
}

/** What carries a session: takes the device's message, gives the server's. */
export interface Transport {
  /**
   * Sends one message and waits for the answer. May send the same bytes more than once.
   *
   * @throws {TransportError} when no answer can be had.
   */
  exchange(request: Request): Promise<Response>;
}

/** The server could not be reached, or what answered was no DM server. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  /** HTTP status of the last answer; undefined where there was none. */
  readonly status: number | undefined;

  constructor(message: string, options: { status?: number | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status;
  }
}
