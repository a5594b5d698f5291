import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { API_PREFIX, createApi, mayUseApi, PROBLEM_TYPE, PROBLEMS_PATH, problemAnswer } from '@grove/api';
import type { Logger } from 'pino';
import { GATEWAY_TAGS, type GatewayMeans, gatewayRoutes } from './api/index.ts';

export interface GatewayServerOptions {
  readonly means: GatewayMeans;
  readonly pap: RequestListener;
  /** Paths at which PAP is spoken. */
  readonly papPaths: readonly string[];
  /** Address of this machine to listen at. */
  readonly host: string;
  readonly port: number;
  /** The token of the API; undefined where there is no API. */
  readonly apiToken?: string | undefined;
  /** Where the API answers besides loopback; `*` for everywhere. */
  readonly apiHost?: string | undefined;
  readonly version: string;
  readonly log: Logger;
}

export interface GatewayServer {
  /** @returns where the gateway is reached from this machine: `http://127.0.0.1:8090` */
  listen(): Promise<string>;
  /** Takes no more requests, and finishes those that are there. */
  close(): Promise<void>;
}

/** Bytes of a request's body that the API takes. */
const BODY_LIMIT = 1024 * 1024;

/** Milliseconds. */
const TIMES = { headersTimeout: 20_000, requestTimeout: 60_000, keepAliveTimeout: 15_000 };
const SILENCE_TIMEOUT = 120_000;
const MAX_CONNECTIONS = 10_000;
/** Milliseconds that requests have to come to their end when the gateway closes. */
const CLOSE_TIMEOUT = 5_000;

/** The gateway on a port of its own; it does not listen yet. */
export async function createGatewayServer(options: GatewayServerOptions): Promise<GatewayServer> {
  const { means, pap, papPaths, host, port, apiToken, apiHost, version, log } = options;
  const paths = new Set(papPaths);
  const active = new Set<ServerResponse>();
  let isClosing = false;
  const api = await createApi({
    description: {
      title: 'Grove push gateway',
      version,
      description: 'A push proxy gateway: its queue, its bearers, its directory.',
      tags: GATEWAY_TAGS,
    },
    routes: (scope) => gatewayRoutes(scope, means),
    authenticate: async (token) =>
      apiToken !== undefined && isSame(token, apiToken) ? { id: 0, name: 'operator' } : undefined,
    check: () => means.store.reader.selectFrom('push_processes').select('id').limit(1).execute(),
    welcome: welcome(version, papPaths),
    bodyLimit: BODY_LIMIT,
    fastify: {
      loggerInstance: log,
      serverFactory: (toApi) => {
        const dispatch: RequestListener = (request, response) => {
          active.add(response);
          response.on('close', () => active.delete(response));
          if (isClosing) response.setHeader('connection', 'close');
          const path = pathOf(request);
          if (paths.has(path)) pap(request, response);
          else if (path === '/healthz' || mayUseApi(request.socket.localAddress, apiHost)) {
            toApi(request, response);
          } else refuse(response);
        };
        const server = createServer({ maxHeaderSize: 16 * 1024, ...TIMES }, dispatch);
        server.timeout = SILENCE_TIMEOUT;
        server.maxConnections = MAX_CONNECTIONS;
        return server;
      },
    },
  });

  return {
    async listen() {
      await api.listen({ host, port });
      const { port: bound } = api.server.address() as AddressInfo;
      const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
      const url = `http://${name.includes(':') ? `[${name}]` : name}:${bound}`;
      log.info({ url, pap: papPaths }, 'the push gateway is listening');
      return url;
    },
    async close() {
      isClosing = true;
      for (const response of active) if (!response.headersSent) response.setHeader('connection', 'close');
      const impatience = setTimeout(() => api.server.closeAllConnections(), CLOSE_TIMEOUT);
      try {
        await api.close();
      } finally {
        clearTimeout(impatience);
      }
    },
  };
}

/** Takes the same time wherever they differ. */
function isSame(given: string, kept: string): boolean {
  const [a, b] = [given, kept].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const path = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '');
  return path.split('?', 1)[0] || '/';
}

function refuse(response: ServerResponse): void {
  const { body } = problemAnswer(
    'forbidden',
    'at this address of the gateway only PAP is answered; the API answers on loopback, and elsewhere if the gateway is told so',
  );
  response.writeHead(body.status, { 'content-type': PROBLEM_TYPE, connection: 'close' });
  response.end(JSON.stringify(body));
}

function welcome(version: string, papPaths: readonly string[]): string {
  return [
    `Grove ${version}, a push proxy gateway.`,
    '',
    `Initiators POST to ${papPaths.join(' or ')} (PAP).`,
    `The REST API is below ${API_PREFIX}; ${API_PREFIX}/openapi.json describes it.`,
    `${PROBLEMS_PATH} says what its errors mean, /healthz whether the gateway is well.`,
    '',
  ].join('\n');
}
