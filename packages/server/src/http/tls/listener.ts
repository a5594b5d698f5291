import type { RequestListener, ServerOptions, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { isSame, readTlsFiles, type TlsFiles, type TlsMaterial } from './files.ts';

const PROTOCOLS = { '1.0': 'TLSv1', '1.1': 'TLSv1.1', '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' } as const;
export type TlsVersion = keyof typeof PROTOCOLS;

export interface TlsOptions extends TlsFiles {
  /** Address of this machine to listen at; that of the plain listener when absent. */
  readonly host?: string | undefined;
  /** 8443 when absent; 0 for any that is free. */
  readonly port?: number | undefined;
  /** The oldest version of TLS that is spoken; 1.2 when absent. */
  readonly minVersion?: TlsVersion | undefined;
  /** Ciphers in OpenSSL's notation; Node's own choice when absent. */
  readonly ciphers?: string | undefined;
  /** Milliseconds between two looks at the files; 10 seconds when absent. */
  readonly interval?: number | undefined;
}

export interface TlsListener {
  readonly server: Server;
  /**
   * Reads the files again. Where they cannot be used, those that were read before stay in use.
   *
   * @returns whether others are in use now
   * @throws {TlsError}
   */
  reload(): Promise<boolean>;
  /** Begins to look at the files. */
  watch(): void;
  /** Looks no more. */
  unwatch(): void;
}

const INTERVAL = 10_000;
/** Milliseconds for a handshake. */
const HANDSHAKE = 20_000;

/**
 * Makes an HTTPS server. Devices are asked for a certificate if there are authorities for that; one that
 * shows none, or one that is not trusted, is served all the same and has proved nothing.
 *
 * @param told of what was found on looking at the files, once each
 * @throws {TlsError} when the files cannot be used
 */
export async function createTlsListener(
  options: TlsOptions,
  http: ServerOptions,
  handler: RequestListener,
  told: { reloaded(): void; failed(error: unknown): void },
): Promise<TlsListener> {
  const { minVersion = '1.2', ciphers, clientCa, interval = INTERVAL } = options;
  const settings = {
    minVersion: PROTOCOLS[minVersion],
    honorCipherOrder: true,
    ...(ciphers === undefined ? {} : { ciphers }),
  };
  const handshakeTimeout = http.headersTimeout ?? HANDSHAKE;
  const connections = new Connections(handler);
  let inUse = await readTlsFiles(options, settings);
  const server = createServer(
    {
      ...http,
      ...settings,
      ...contextOf(inUse),
      requestCert: clientCa !== undefined,
      rejectUnauthorized: false,
      handshakeTimeout,
    },
    connections.handler,
  );
  server.on('secureConnection', connections.made);

  async function reload(): Promise<boolean> {
    const material = await readTlsFiles(options, settings);
    if (isSame(material, inUse)) return false;
    // Sessions of before are not resumed under the new context, so that no old trust lives on in them.
    server.setSecureContext({ ...settings, ...contextOf(material) });
    server.closeIdleConnections();
    // A handshake that has begun before ends with what was in use then.
    connections.retire(handshakeTimeout);
    inUse = material;
    return true;
  }

  let timer: NodeJS.Timeout | undefined;
  let lastFailure = '';
  async function look(): Promise<void> {
    try {
      if (await reload()) told.reloaded();
      lastFailure = '';
    } catch (error) {
      const failure = String(error);
      if (failure !== lastFailure) told.failed(error);
      lastFailure = failure;
    }
  }

  return {
    server,
    reload,
    watch() {
      timer ??= setInterval(() => void look(), interval).unref();
    },
    unwatch() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

/** Ends connections that were made under other certificates with their next answer, however busy they are kept. */
class Connections {
  readonly handler: RequestListener;
  readonly #madeAt = new WeakMap<Socket, number>();
  readonly #active = new Set<ServerResponse>();
  #freshFrom = Number.NEGATIVE_INFINITY;

  constructor(handler: RequestListener) {
    this.handler = (request, response) => {
      this.#active.add(response);
      response.on('close', () => this.#active.delete(response));
      const madeAt = this.#madeAt.get(request.socket) ?? Number.NEGATIVE_INFINITY;
      if (madeAt < this.#freshFrom) response.setHeader('connection', 'close');
      handler(request, response);
    };
  }

  readonly made = (socket: Socket): void => {
    this.#madeAt.set(socket, performance.now());
  };

  /** @param grace milliseconds in which connections may still come about that are not to stay */
  retire(grace: number): void {
    this.#freshFrom = performance.now() + grace;
    for (const response of this.#active) {
      if (!response.headersSent) response.setHeader('connection', 'close');
    }
  }
}

function contextOf({ cert, key, ca }: TlsMaterial) {
  return { cert, key, ...(ca === undefined ? {} : { ca }) };
}
