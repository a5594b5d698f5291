import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { MalformedError } from '@grove/protocol';
import {
  type Health,
  type Receiver,
  ReceiverError,
  type ReceiverKind,
  type ReceiverMeans,
} from '../bearer/index.ts';
import { boundedLog } from '../bounded-log/index.ts';
import { type Endpoint, endpointOf, formatEndpoint } from '../ip/index.ts';
import { type ParsedPush, PUSH_PORT, parsePush } from '../wsp/index.ts';

/** Pushes that are being stored at the same time; what comes beyond them is dropped, as datagrams may be. */
const MOST_AT_ONCE = 64;

/** The terminal's end of UDP: a port where pushes come. */
export const UDP_RECEIVER: ReceiverKind = {
  bearer: 'udp',
  schemes: ['udp'],
  form: `udp://HOST:PORT (port ${PUSH_PORT} unless told)`,
  open: async (url, means) => {
    const at = endpointOf(url, 'udp', PUSH_PORT);
    const socket = createSocket({ type: isIPv6(at.host) ? 'udp6' : 'udp4' });
    try {
      socket.bind({ address: at.host, port: at.port, exclusive: true });
      await once(socket, 'listening');
    } catch (error) {
      socket.close();
      const reason = error instanceof Error ? error.message : String(error);
      throw new ReceiverError(`cannot listen at ${formatEndpoint(at)}: ${reason}`, { cause: error });
    }
    return new UdpReceiver(socket, { host: at.host, port: socket.address().port }, means);
  },
};

class UdpReceiver implements Receiver {
  readonly address: string;
  readonly #socket: Socket;
  readonly #means: ReceiverMeans;
  readonly #log: (text: string) => void;
  #health: Health;
  #atOnce = 0;

  constructor(socket: Socket, at: Endpoint, means: ReceiverMeans) {
    this.address = formatEndpoint(at);
    this.#socket = socket;
    this.#means = means;
    this.#log = boundedLog(means.log, means.now);
    this.#health = { state: 'up', text: `listens at ${this.address}` };
    socket.on('message', (bytes, from) => this.#take(bytes, from));
    socket.on('error', ({ message }) => {
      this.#health = { state: 'down', text: message };
      this.#log(`UDP: ${message}`);
      means.onHealth();
    });
  }

  health(): Health {
    return this.#health;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.close(() => resolve());
    });
  }

  #take(bytes: Uint8Array, { address, port }: RemoteInfo): void {
    const from = formatEndpoint({ host: address, port });
    const push = this.#read(bytes, from);
    if (push === undefined) return;
    if (this.#atOnce >= MOST_AT_ONCE) {
      this.#log(`a push from ${from} was dropped: ${MOST_AT_ONCE} others are being stored`);
      return;
    }
    this.#atOnce++;
    this.#means
      .onPush({ ...push.content, bearer: 'udp', from, to: this.address })
      .catch((error: unknown) => {
        // Nobody at the other end waits to be told.
        this.#log(`a push from ${from} is lost: ${error instanceof Error ? error.message : String(error)}`);
      })
      .finally(() => this.#atOnce--);
  }

  #read(bytes: Uint8Array, from: string): ParsedPush | undefined {
    try {
      return parsePush(bytes);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      this.#log(`a datagram from ${from} is no push: ${error.message}`);
      return undefined;
    }
  }
}
