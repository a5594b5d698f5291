/** HTTP on one port, and HTTPS on another if wanted: devices on bare node:http, everything else by Fastify. */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { mayUseApi, PROBLEM_TYPE, problemAnswer } from '@grove/api';
import type { GatewayMeans } from '@grove/gateway';
import { joining } from '@grove/store';
import type { Logger } from 'pino';
import type { Alert } from '../alerts/index.ts';
import { Campaigns } from '../campaigns/index.ts';
import { DEFAULT_LOCKOUT } from '../devices/index.ts';
import { EventFeed, tellingOfEvents } from '../events/index.ts';
import { Housekeeper, type Retention } from '../housekeeping/index.ts';
import { createPushing, type PushOptions, RESULTS_PATH } from '../notifications/index.ts';
import { PolicyBook } from '../policies/index.ts';
import { RuleRounds, Rules } from '../rules/index.ts';
import type { Keyring } from '../secrets/index.ts';
import type { WorkRef } from '../steps/index.ts';
import type { Store } from '../store/index.ts';
import { TaskHub } from '../tasks/index.ts';
import { DEFAULT_WEBHOOK_POLICY, type WebhookPolicy } from '../webhooks/index.ts';
import { createApi } from './api/index.ts';
import { createDmHandler, type DmLimits } from './dm/index.ts';
import { createFollowers, type Followers } from './followers.ts';
import { workSources } from './sources.ts';
import { createTlsListener, type TlsListener, type TlsOptions } from './tls/index.ts';

/** Path of the DM endpoint. */
export const DM_PATH = '/dm';

/** Bounds on requests; those on DM messages are the DM endpoint's. */
export interface HttpLimits {
  /** Bytes of a body that the API takes, where a path does not take more. */
  readonly bodyLimit: number;
  /** Bytes of a content that is uploaded. */
  readonly contentLimit: number;
  /** Bytes of a request's header. */
  readonly headerLimit: number;
  /** Milliseconds in which a request's header must have come. */
  readonly headersTimeout: number;
  /** Milliseconds in which a whole request must have come. */
  readonly requestTimeout: number;
  /** Milliseconds for which a connection may be silent in the middle of an answer. */
  readonly silenceTimeout: number;
  /** Milliseconds for which a connection is kept for another request. */
  readonly keepAliveTimeout: number;
  /** Connections at the same time; more are closed at once. */
  readonly maxConnections: number;
  /** Milliseconds that requests have to come to their end when the server closes. */
  readonly closeTimeout: number;
  /** Streams of events at the same time. */
  readonly eventStreams: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  bodyLimit: 1024 * 1024,
  contentLimit: 1024 * 1024 * 1024,
  headerLimit: 16 * 1024,
  headersTimeout: 20_000,
  // A device on a slow line sends a message of the largest size in this time.
  requestTimeout: 300_000,
  silenceTimeout: 120_000,
  keepAliveTimeout: 15_000,
  maxConnections: 20_000,
  closeTimeout: 10_000,
  eventStreams: 100,
};

export interface ServerOptions {
  readonly store: Store;
  readonly keyring: Keyring;
  /** Address of this machine to listen at; 127.0.0.1 when absent. */
  readonly host?: string | undefined;
  /** 8080 when absent; 0 for any that is free. */
  readonly port?: number | undefined;
  /**
   * Address of this machine at which the API and everything else but the DM endpoint and /healthz
   * answers, besides loopback; `*` for all. Where it is absent they answer on loopback alone, so that
   * opening the server to devices does not open the API. A proxy on this machine reaches them, and has
   * to keep to itself what others shall not see.
   */
  readonly apiHost?: string | undefined;
  /** Where devices reach the DM endpoint, `https://dm.example.com/dm`; from the Host header when absent. */
  readonly publicUrl?: string | undefined;
  /** HTTPS, on a port of its own beside the plain one. */
  readonly tls?: TlsOptions | undefined;
  /** Version of Grove. */
  readonly version: string;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /**
   * Told of alerts that devices sent, once they are on disk; by the process that took them, so that each is told
   * once. What it throws is logged.
   */
  readonly onAlert?: ((alerts: readonly Alert[]) => void) | undefined;
  /** The push proxy gateway by which devices are asked to call; when absent they are not. */
  readonly push?: PushOptions | undefined;
  /** That gateway's part of the API, where it runs in this process. */
  readonly gateway?: GatewayMeans | undefined;
  /** How addresses are told of events. */
  readonly webhooks?: Partial<WebhookPolicy> | undefined;
  readonly limits?: Partial<DmLimits & HttpLimits> | undefined;
  /** Campaigns for more devices wait for the approval of a second person; when absent none does. */
  readonly approveAbove?: number | undefined;
  readonly retention?: Partial<Retention> | undefined;
  /** Milliseconds between two rounds of housekeeping; a minute when absent. */
  readonly housekeepingInterval?: number | undefined;
}

/** Where the server is reached from this machine. */
export interface Addresses {
  readonly url: string;
  /** By HTTPS, if it speaks that. */
  readonly tlsUrl?: string;
}

/** Milliseconds between two rounds of the rules. */
const RULES_INTERVAL = 10_000;

/** Grove on its port. */
export interface GroveServer {
  /** Begins to listen, and to do the rounds of housekeeping. */
  listen(): Promise<Addresses>;
  /**
   * Reads the certificates for HTTPS again, which is done by itself, too, when their files have changed.
   *
   * @returns whether others are in use now
   * @throws {TlsError} when they cannot be used; those of before stay in use
   */
  reloadCertificates(): Promise<boolean>;
  /** Takes no more requests, finishes those that are there, then closes the store. */
  close(): Promise<void>;
}

/**
 * Makes the server; it does not listen yet.
 *
 * @throws {TlsError} when certificates or keys for HTTPS cannot be used
 */
export async function createServer(options: ServerOptions): Promise<GroveServer> {
  const { keyring, log, now, random, host = '127.0.0.1', port = 8080 } = options;
  const limits: HttpLimits & Partial<DmLimits> = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
  const hub = new TaskHub();
  const closing = new AbortController();
  const onError = (error: unknown) => log.error({ err: error }, 'the server failed');
  const onTrouble = (reason: string | undefined) =>
    reason === undefined
      ? log.warn('the push gateway takes pushes again')
      : log.warn({ reason }, 'the push gateway takes no pushes; they are kept');
  const store = tellingOfEvents(options.store, () => {
    feed.wake();
    followers.wake();
  });
  const feed: EventFeed = new EventFeed({ store, onError, limit: limits.eventStreams });

  const requests = joining(store);
  const campaigns: Campaigns = new Campaigns({
    store,
    requests,
    now,
    approval: { above: options.approveAbove },
    onChange: () => pushing?.wake(),
    onError,
  });
  const policies = new PolicyBook(store, onError);
  const work = workSources(campaigns, policies);
  const lockout = limits.lockout ?? DEFAULT_LOCKOUT;
  const onFinished = (work: readonly WorkRef[]) => {
    for (const { kind, id } of work) {
      if (kind === 'task') hub.ended(id);
      else if (kind === 'campaign') campaigns.runner.wake();
    }
  };
  const housekeeper: Housekeeper = new Housekeeper({
    store,
    work,
    now,
    onError,
    onFinished,
    retention: options.retention,
    lockout,
  });

  const webhooks = { ...DEFAULT_WEBHOOK_POLICY, ...options.webhooks };
  const followers: Followers = createFollowers({
    store,
    feed,
    webhooks,
    notifying: () => pushing,
    open: keyring.open,
    now,
    random,
    onError,
  });

  const pushing =
    options.push === undefined
      ? undefined
      : createPushing(options.push, {
          store,
          keyring,
          callers: campaigns.callers,
          now,
          random,
          onError,
          onTrouble,
        });

  const rules = new Rules({ random, policy: pushing?.policy, wake: pushing?.wake, onError });
  const rounds = new RuleRounds({ store, rules, now, onError });

  const dm = createDmHandler({
    store,
    keyring,
    work,
    rules,
    now,
    random,
    publicUrl: options.publicUrl,
    limits: options.limits ?? {},
    onError,
    onFinished,
    onAlert: options.onAlert,
    onContent: () => housekeeper.contentCame(),
  });

  const active = new Set<ServerResponse>();
  const dispatch =
    (toApi: (request: IncomingMessage, response: ServerResponse) => void) =>
    (request: IncomingMessage, response: ServerResponse): void => {
      active.add(response);
      response.on('close', () => active.delete(response));
      if (closing.signal.aborted) response.setHeader('connection', 'close');
      const path = pathOf(request);
      if (path === DM_PATH || path.startsWith(`${DM_PATH}/`)) dm(request, response);
      else if (path === RESULTS_PATH && pushing !== undefined) pushing.results(request, response);
      else if (path === '/healthz' || mayUseApi(request.socket.localAddress, options.apiHost)) {
        toApi(request, response);
      } else refuse(response);
    };

  const http = {
    maxHeaderSize: limits.headerLimit,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval: 5_000,
  };
  const bound = <S extends Server | TlsListener['server']>(server: S): S => {
    server.timeout = limits.silenceTimeout;
    server.maxConnections = limits.maxConnections;
    return server;
  };
  let toApi: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => refuse(response);
  let tls: TlsListener | undefined;

  const api = await createApi({
    requests,
    store: requests.store,
    seal: keyring.seal,
    open: keyring.open,
    random,
    now,
    hub,
    policies,
    feed,
    rules,
    sweep: () => rounds.wake(),
    closing: closing.signal,
    version: options.version,
    notifying: pushing,
    webhooks: { policy: webhooks, wake: followers.deliver },
    campaigns,
    gateway: options.gateway,
    lockout,
    dmUrl: (hostOfRequest) => options.publicUrl ?? dmUrlOf(hostOfRequest, tls),
    bodyLimit: limits.bodyLimit,
    contentLimit: limits.contentLimit,
    fastify: {
      loggerInstance: log,
      serverFactory: (handler) => {
        toApi = handler;
        return bound(createHttpServer(http, dispatch(handler)));
      },
    },
  });
  if (options.tls !== undefined) {
    tls = await createTlsListener(options.tls, http, dispatch(toApi), {
      reloaded: () => log.warn('other certificates for HTTPS are in use now'),
      failed: onError,
    });
    bound(tls.server);
  }

  return {
    async listen() {
      // Whoever calls first is to get what there is for him.
      await campaigns.runner.start();
      await api.listen({ host, port });
      const url = urlOf('http', api.server, host);
      const addresses: { url: string; tlsUrl?: string } = { url };
      if (tls !== undefined) {
        const { host: tlsHost = host, port: tlsPort = 8443 } = options.tls ?? {};
        await listenAt(tls.server, tlsPort, tlsHost);
        tls.watch();
        addresses.tlsUrl = urlOf('https', tls.server, tlsHost);
      }
      pushing?.start(url);
      followers.start();
      await policies.start();
      housekeeper.start(options.housekeepingInterval ?? 60_000);
      rounds.start(RULES_INTERVAL);
      log.info(addresses, 'listening');
      return addresses;
    },
    reloadCertificates: async () => tls?.reload() ?? false,
    async close() {
      closing.abort();
      for (const response of active) if (!response.headersSent) response.setHeader('connection', 'close');
      tls?.unwatch();
      const impatience = setTimeout(() => {
        api.server.closeAllConnections();
        tls?.server.closeAllConnections();
      }, limits.closeTimeout);
      try {
        await Promise.all([api.close(), closeServer(tls?.server)]);
      } finally {
        clearTimeout(impatience);
      }
      await Promise.all([
        housekeeper.stop(),
        campaigns.runner.stop(),
        pushing?.stop(),
        followers.stop(),
        rounds.stop(),
        policies.stop(),
      ]);
      await store.close();
    },
  };
}

function pathOf({ url = '/' }: IncomingMessage): string {
  // A proxy may send the whole URL.
  const path = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '');
  return path.split('?', 1)[0] as string;
}

function refuse(response: ServerResponse): void {
  const { body } = problemAnswer(
    'forbidden',
    'at this address of the server only the DM endpoint answers; the API answers on loopback, and elsewhere if the server is told so',
  );
  response.writeHead(body.status, { 'content-type': PROBLEM_TYPE, connection: 'close' });
  response.end(JSON.stringify(body));
}

/** @throws when the address cannot be had */
function listenAt(server: TlsListener['server'], port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closeServer(server: TlsListener['server'] | undefined): Promise<void> {
  if (server === undefined || !server.listening) return Promise.resolve();
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeIdleConnections();
  });
}

/** The DM endpoint on the host that a request names: by HTTPS if the server speaks that. */
function dmUrlOf(host: string, tls: TlsListener | undefined): string {
  if (tls === undefined) return `http://${host}${DM_PATH}`;
  const { hostname } = new URL(`http://${host}`);
  return `https://${hostname}:${portOf(tls.server)}${DM_PATH}`;
}

function portOf(server: Server | TlsListener['server']): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function urlOf(scheme: 'http' | 'https', server: Server | TlsListener['server'], host: string): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${portOf(server)}`;
}
