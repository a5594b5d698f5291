import { connect as connectTcp, createServer, isIPv6, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Tls } from '../../tls-files/index.ts';
import { parameterOf, type SipLimits, type Via } from '../message/index.ts';
import { Connection, plain } from './connection.ts';
import { type CoreAddress, type FoundCore, findCore } from './core.ts';
import { Datagrams } from './datagrams.ts';
import { type Endpoint, isReliable, type Link, LinkError, type LinkEvents, textOf } from './link.ts';

export interface TransportSettings {
  readonly core: CoreAddress;
  /** Where datagrams are taken; host '' and port 0 leave it to the system. */
  readonly bind: Endpoint;
  /** In PEM. */
  readonly tls: Tls;
  readonly limits: SipLimits;
  /** Milliseconds between signs of life on a connection. */
  readonly keepAlive: number;
  /** Milliseconds within which a connection has to be open. */
  readonly connectWithin: number;
}

/** Requests that are larger go over a connection (RFC 3261, 18.1.1). */
const LARGEST_REQUEST_BY_UDP = 1300;
const LARGEST_DATAGRAM = 65_000;
/** How long it is believed where the core is. */
const FOUND_FOR = 60_000;
const MOST_CONNECTIONS = 32;
const IDLE = 300_000;

/** All links between a user agent and its SIP core. Where that is reached by UDP, connections are taken, too. */
export class Transports {
  readonly #settings: TransportSettings;
  readonly #events: LinkEvents;
  readonly #accepted = new Set<Connection>();
  #datagrams: Datagrams | undefined;
  #listener: Server | undefined;
  #found: { readonly at: number; readonly core: FoundCore } | undefined;
  #avoid: Endpoint | undefined;
  #connection: Promise<Connection> | undefined;
  #isClosed = false;

  private constructor(settings: TransportSettings, events: LinkEvents) {
    this.#settings = settings;
    this.#events = events;
  }

  /** @throws {LinkError} where the port cannot be had */
  static async open(settings: TransportSettings, events: LinkEvents): Promise<Transports> {
    const transports = new Transports(settings, events);
    if (settings.core.transport === 'UDP') await transports.#listen();
    return transports;
  }

  /**
   * The link for a request.
   *
   * @param size octets of the request, roughly
   * @throws {LinkError}
   */
  async toCore(size: number): Promise<Link> {
    if (this.#isClosed) throw new LinkError('closed');
    const { core } = this.#settings;
    if (core.transport !== 'UDP') return this.#connected();
    const { endpoints } = await this.#find();
    const byUdp = this.#datagramLink(endpoints[0]);
    if (size <= LARGEST_REQUEST_BY_UDP) return byUdp;
    try {
      return await this.#connected();
    } catch (error) {
      // RFC 3261, 18.1.1: whoever does not take connections gets the large datagram after all.
      if (error instanceof LinkError && size <= LARGEST_DATAGRAM) return byUdp;
      throw error;
    }
  }

  /**
   * The link for a response: that of the request, but for senders of datagrams that do not want it where they sent from
   * (RFC 3261, 18.2.2; RFC 3581).
   */
  forResponse(via: Via, link: Link): Link {
    if (isReliable(link) || parameterOf(via.parameters, 'rport') !== undefined) return link;
    return this.#datagramLink({ host: link.remote.host, port: via.port ?? 5060 });
  }

  /** The core does not answer where it is: it is looked for anew, and elsewhere first. */
  forget(): void {
    this.#avoid = this.#found?.core.endpoints[0];
    this.#found = undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const listener = this.#listener;
    for (const connection of this.#accepted) connection.close('closed');
    const connection = await this.#connection?.catch(() => undefined);
    connection?.end('closed');
    await Promise.all([
      this.#datagrams?.close(),
      listener && new Promise((resolve) => listener.close(resolve)),
    ]);
  }

  async #find(): Promise<FoundCore> {
    if (this.#found && performance.now() - this.#found.at < FOUND_FOR) return this.#found.core;
    const core = await findCore(this.#settings.core, this.#avoid);
    this.#found = { at: performance.now(), core };
    return core;
  }

  #datagramLink(remote: Endpoint): Link {
    const datagrams = this.#datagrams;
    return {
      transport: 'UDP',
      local: this.#localEndpoint(),
      remote,
      isCore: this.#coreAt(remote.host).some(({ port }) => port === remote.port),
      send: async (bytes) => {
        if (!datagrams) throw new LinkError('datagrams are not sent on this transport');
        await datagrams.send(bytes, remote);
      },
    };
  }

  #localEndpoint(): Endpoint {
    const { bind } = this.#settings;
    return {
      host: isWildcard(bind.host) ? (this.#found?.core.localHost ?? 'localhost') : bind.host,
      port: this.#datagrams?.port ?? bind.port,
    };
  }

  /** Where the core is at an address. */
  #coreAt(address: string): Endpoint[] {
    return this.#found?.core.endpoints.filter(({ host }) => host === address) ?? [];
  }

  /** The one connection to the core, opened if there is none. */
  async #connected(): Promise<Connection> {
    for (;;) {
      this.#connection ??= this.#connect();
      const opening = this.#connection;
      try {
        const connection = await opening;
        if (connection.isOpen) return connection;
      } catch (error) {
        this.#abandon(opening);
        throw error;
      }
      this.#abandon(opening);
    }
  }

  #abandon(connection: Promise<Connection>): void {
    if (this.#connection === connection) this.#connection = undefined;
  }

  async #connect(): Promise<Connection> {
    const { core, limits, keepAlive, connectWithin, tls } = this.#settings;
    const { endpoints } = await this.#find();
    const [endpoint] = endpoints;
    const secure = core.transport === 'TLS';
    const socket = secure
      ? connectTls({
          ...endpoint,
          servername: tls.serverName ?? (isIPv6(core.host) || /^[0-9.]+$/.test(core.host) ? '' : core.host),
          ...(tls.ca !== undefined && { ca: tls.ca }),
          ...(tls.cert !== undefined && { cert: tls.cert }),
          ...(tls.key !== undefined && { key: tls.key }),
        })
      : connectTcp({ ...endpoint });
    await opened(socket, secure ? 'secureConnect' : 'connect', connectWithin, textOf(endpoint));
    return new Connection(
      socket,
      {
        transport: secure ? 'TLS' : 'TCP',
        ...(core.transport === 'UDP' && { local: this.#localEndpoint() }),
        isCore: true,
        limits,
        keepAlive,
        idle: 0,
      },
      this.#events,
    );
  }

  /** Takes datagrams, and connections at the same port (RFC 3261, 18.2.1). */
  async #listen(): Promise<void> {
    const { bind, limits } = this.#settings;
    const { localHost } = bind.host
      ? { localHost: bind.host }
      : await this.#find().catch(() => ({ localHost: '' }));
    const host = bind.host || (isIPv6(localHost) ? '::' : '0.0.0.0');
    for (let attempt = 1; !this.#listener; attempt++) {
      const datagrams = await Datagrams.open(
        { host, port: bind.port },
        (from) => this.#datagramLink(from),
        limits,
        this.#events,
      );
      try {
        this.#listener = await this.#acceptAt({ host, port: datagrams.port });
        this.#datagrams = datagrams;
      } catch (error) {
        await datagrams.close();
        if (bind.port !== 0 || attempt === 5) throw error;
      }
    }
  }

  /** Where there are too many connections, those of strangers go first. */
  #makeRoom(): boolean {
    if (this.#accepted.size < MOST_CONNECTIONS) return true;
    const stranger = [...this.#accepted].find(({ isCore }) => !isCore);
    stranger?.close('there are too many connections');
    if (stranger) this.#accepted.delete(stranger);
    return stranger !== undefined;
  }

  async #acceptAt({ host, port }: Endpoint): Promise<Server> {
    const { limits } = this.#settings;
    const server = createServer((socket) => {
      const from = plain(socket.remoteAddress);
      if (!this.#makeRoom()) return socket.destroy();
      const connection = new Connection(
        socket,
        {
          transport: 'TCP',
          local: this.#localEndpoint(),
          isCore: this.#coreAt(from).length > 0,
          limits,
          keepAlive: 0,
          idle: IDLE,
        },
        { ...this.#events, onLost: () => this.#accepted.delete(connection) },
      );
      this.#accepted.add(connection);
      return connection;
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) =>
        reject(new LinkError(`TCP ${textOf({ host, port })}: ${cause.message}`, { cause })),
      );
      server.listen(port, host, resolve);
    });
    return server;
  }
}

function isWildcard(host: string): boolean {
  return ['', '0.0.0.0', '::'].includes(host);
}

async function opened(socket: Socket, event: string, within: number, where: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (text: string, cause?: unknown): void => {
      socket.destroy();
      reject(new LinkError(`${where}: ${text}`, { cause }));
    };
    const timer = setTimeout(() => fail(`no connection within ${within} ms`), within);
    const onError = (error: Error): void => {
      clearTimeout(timer);
      fail(error.message, error);
    };
    socket.once('error', onError);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off('error', onError);
      resolve();
    });
  });
}
