import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { EncodeError } from '@grove/protocol';
import { type Static, Type } from 'typebox';
import type { Attempt, Bearer, BearerKind, BearerMeans, Health, Shipment } from '../bearer/index.ts';
import { formatEndpoint, Networks, reachableHost, type ToHost } from '../ip/index.ts';
import { buildPush, PUSH_PORT } from '../wsp/index.ts';

/** Bytes that pass through every usual network in one piece, with the heads of IPv6, UDP and a tunnel or two. */
const LARGEST = 1400;
/** What UDP can carry at all. */
const MOST_DATAGRAM = 65_507;
const WINDOW = 256;

const Port = Type.Integer({ minimum: 1, maximum: 0xffff });

const UdpSettings = Type.Object(
  {
    port: Type.Optional({
      ...Port,
      default: PUSH_PORT,
      description: 'Where terminals listen whose addresses name no port.',
    }),
    from: Type.Optional(
      Type.Object(
        { host: Type.String(), port: Type.Integer({ minimum: 0, maximum: 0xffff }) },
        {
          additionalProperties: false,
          description: 'The address to send from; port 0 is any that is free. Unset: as the system chooses.',
        },
      ),
    ),
    largest: Type.Optional(
      Type.Integer({
        minimum: 64,
        maximum: MOST_DATAGRAM,
        default: LARGEST,
        description: 'Bytes of the largest push: what the path to the terminals carries in one datagram.',
      }),
    ),
    networks: Type.Optional(Networks),
  },
  { additionalProperties: false },
);

/**
 * Connectionless push over UDP (WAP-259-WDP): one datagram, which nothing confirms.
 */
export const UDP_BEARER: BearerKind<typeof UdpSettings> = {
  kind: 'udp',
  papNames: ['UDP', 'GPRS', 'PACKET DATA'],
  settings: UdpSettings,
  open: async (settings, means) => {
    const bearer = new UdpBearer(settings, means);
    await bearer.open();
    return bearer;
  },
};

class UdpBearer implements Bearer {
  readonly name: string;
  readonly window = WINDOW;
  readonly #settings: Static<typeof UdpSettings>;
  readonly #means: BearerMeans;
  readonly #hostOf: ReturnType<typeof reachableHost>;
  /** The only one that can be sent to from the address that was told. */
  readonly #family: ToHost['family'] | undefined;
  /** One for each family of addresses, once it is needed. */
  readonly #sockets = new Map<4 | 6, Promise<Socket>>();

  constructor(settings: Static<typeof UdpSettings>, means: BearerMeans) {
    this.name = means.name;
    this.#settings = settings;
    this.#means = means;
    this.#hostOf = reachableHost(settings.networks);
    this.#family = settings.from && (isIPv6(settings.from.host) ? 6 : 4);
  }

  /** Takes the address that it was told to send from, and rejects where it cannot. */
  async open(): Promise<void> {
    if (this.#family !== undefined) await this.#socket(this.#family);
  }

  reaches(to: Shipment['to']): boolean {
    return this.#target(to) !== undefined;
  }

  async send({ to, content }: Shipment, signal: AbortSignal): Promise<Attempt> {
    signal.throwIfAborted();
    const host = this.#target(to);
    if (host === undefined) return { kind: 'failed', text: 'the address is none that UDP reaches' };
    const { port = PUSH_PORT, largest = LARGEST } = this.#settings;
    try {
      const pdu = buildPush(content, this.#means.random(1)[0] ?? 0);
      if (pdu.length > largest) {
        const text = `the push has ${pdu.length} bytes; expected at most ${largest}, as UDP carries it whole or not at all`;
        return { kind: 'failed', text };
      }
      const at = { host: host.host, port: host.port ?? port };
      await this.#sendTo(await this.#socket(host.family), pdu, at);
      return {
        kind: 'accepted',
        references: [],
        text: `sent to ${formatEndpoint(at)} in one datagram of ${pdu.length} bytes`,
        awaitsReceipt: false,
      };
    } catch (error) {
      if (error instanceof EncodeError) return { kind: 'failed', text: error.message };
      return this.#failed(error);
    }
  }

  health(): Health {
    return { state: 'up', text: 'sends datagrams, which nothing confirms' };
  }

  async close(): Promise<void> {
    const sockets = await Promise.allSettled(this.#sockets.values());
    this.#sockets.clear();
    for (const socket of sockets) if (socket.status === 'fulfilled') socket.value.close();
  }

  #target(to: Shipment['to']): ToHost | undefined {
    const host = this.#hostOf(to);
    return this.#family === undefined || host?.family === this.#family ? host : undefined;
  }

  #sendTo(socket: Socket, pdu: Uint8Array, { host, port }: { host: string; port: number }): Promise<void> {
    return new Promise((resolve, reject) => {
      socket.send(pdu, port, host, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  #failed(error: unknown): Attempt {
    const text = `the datagram was not sent: ${error instanceof Error ? error.message : String(error)}`;
    // The system knows that the path is narrower than the settings say.
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'EMSGSIZE';
    return { kind: isTooLarge ? 'failed' : 'retry', text };
  }

  #socket(family: ToHost['family']): Promise<Socket> {
    const open = this.#sockets.get(family);
    if (open !== undefined) return open;
    const opening = this.#open(family).catch((error: unknown) => {
      this.#sockets.delete(family);
      throw error;
    });
    this.#sockets.set(family, opening);
    return opening;
  }

  async #open(family: ToHost['family']): Promise<Socket> {
    const { from } = this.#settings;
    const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
    try {
      socket.bind({ port: from?.port ?? 0, ...(from === undefined ? {} : { address: from.host }) });
      await once(socket, 'listening');
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.on('error', ({ message }) => this.#means.log(`UDP: ${message}`));
    return socket;
  }
}
