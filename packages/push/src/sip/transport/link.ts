import type { SipMessage, SipSyntaxError } from '../message/index.ts';

/** In capitals as in a Via. */
export type Transport = 'UDP' | 'TCP' | 'TLS';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** A way to one other side: a connection, or a socket for datagrams and where to send them. */
export interface Link {
  readonly transport: Transport;
  /** Where the other side finds us: what Via and Contact say. */
  readonly local: Endpoint;
  /** Where it sends from. */
  readonly remote: Endpoint;
  /** Whether it is known to lead to the core: it was opened to there, or its address is there. */
  readonly isCore: boolean;
  /** Rejects with a {@link LinkError} where the bytes cannot be sent. */
  send(bytes: Uint8Array): Promise<void>;
}

/** A link cannot be opened, or is lost. */
export class LinkError extends Error {
  constructor(text: string, options?: ErrorOptions) {
    super(text, options);
    this.name = 'LinkError';
  }
}

/** Whom what happens on links is told to. */
export interface LinkEvents {
  onMessage(message: SipMessage, link: Link): void;
  /** Bytes that are no message. */
  onGarbage(error: SipSyntaxError, link: Link): void;
  /** A connection that was opened to the core is gone. */
  onLost(link: Link, why: string): void;
}

export function isReliable(link: Link): boolean {
  return link.transport !== 'UDP';
}

export function textOf({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
