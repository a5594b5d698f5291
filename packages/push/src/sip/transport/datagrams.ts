import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { parseMessage, type SipLimits, SipSyntaxError } from '../message/index.ts';
import { plain } from './connection.ts';
import { type Endpoint, type Link, LinkError, type LinkEvents, textOf } from './link.ts';

/** The socket for datagrams. */
export class Datagrams {
  readonly port: number;
  readonly #socket: Socket;
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
  }

  /**
   * @param at where to listen; port 0 takes a free one
   * @param linkTo makes the link on which an answer to what came from there goes
   * @throws {LinkError}
   */
  static async open(
    at: Endpoint,
    linkTo: (from: Endpoint) => Link,
    limits: SipLimits,
    events: LinkEvents,
  ): Promise<Datagrams> {
    const socket = createSocket(isIPv6(at.host) ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (cause) =>
        reject(new LinkError(`UDP ${textOf(at)}: ${cause.message}`, { cause })),
      );
      socket.bind(at.port, at.host, resolve);
    });
    const datagrams = new Datagrams(socket);
    // What the network says of a datagram is of no use: the transaction runs into its time.
    socket.removeAllListeners('error').on('error', () => undefined);
    socket.on('message', (bytes, { address, port }) => {
      if (!isKeepAlive(bytes)) take(bytes, linkTo({ host: plain(address), port }), limits, events);
    });
    return datagrams;
  }

  async send(bytes: Uint8Array, { host, port }: Endpoint): Promise<void> {
    if (this.#isClosed) throw new LinkError('the socket is closed');
    await new Promise<void>((resolve, reject) => {
      this.#socket.send(bytes, port, host, (cause) =>
        cause ? reject(new LinkError(`UDP ${host}: ${cause.message}`, { cause })) : resolve(),
      );
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }
}

function take(bytes: Uint8Array, link: Link, limits: SipLimits, events: LinkEvents): void {
  try {
    events.onMessage(parseMessage(bytes, limits), link);
  } catch (error) {
    if (!(error instanceof SipSyntaxError)) throw error;
    events.onGarbage(error, link);
  }
}

/** Empty lines, and the zeros that some cores send instead. */
function isKeepAlive(bytes: Uint8Array): boolean {
  return bytes.length <= 4 && bytes.every((octet) => octet === 0 || octet === 0x0d || octet === 0x0a);
}
