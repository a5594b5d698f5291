import { randomBytes } from 'node:crypto';
import {
  BEARERS,
  type BearerKind,
  type PushService,
  papServer,
  type Receipt,
  resultNotifier,
} from '@grove/push';
import pino, { type Logger } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { type ConfiguredBearer, openBearers, routed } from './bearers/index.ts';
import { clientOf, Doorkeeper } from './clients/index.ts';
import type { GatewayConfig } from './config/index.ts';
import { putUser } from './directory/index.ts';
import { Dispatcher } from './dispatch/index.ts';
import { type BearerStatus, createGatewayServer, type GatewayMeans } from './http/index.ts';
import { loggingTrouble, posterOf } from './outbox/index.ts';
import { DEFAULT_BACKOFF, type Pauses, type Rules, takeReceipt } from './queue/index.ts';
import { Router } from './routing/index.ts';
import { GatewayService } from './service/index.ts';
import { openStore, type Store } from './store/index.ts';

/** Version of the gateway. */
const VERSION: string = packageJson.version;

const SECOND = 1_000;
const DAY = 24 * 60 * 60 * SECOND;

/** Seconds for which pushes are tried, and kept when they are at their end, where the operator does not say. */
const LIFETIME = 3 * 86_400;
const LONGEST_LIFETIME = 30 * 86_400;
const RETENTION = 30 * 86_400;

/** Seconds for which pushes wait for a bearer that is down while they could go over another. */
const PATIENCE = 60;

/** Result notifications that are posted at the same time, and when they are posted again. */
const POSTS = 32;
const POST_BACKOFF: Pauses = { first: 2 * SECOND, longest: 300 * SECOND };

/** Where a gateway listens that is not told. */
export const DEFAULT_LISTEN = { host: '127.0.0.1', port: 8090 } as const;
/** Where PAP is spoken by a gateway that is not told. */
const DEFAULT_PAP_PATHS: readonly string[] = ['/pap'];

/** Milliseconds. */
export interface GatewayTimes {
  /** After which another process takes over from one that it does not hear of. */
  readonly lease: number;
  /** After which work is looked for that nobody told of. */
  readonly poll: number;
  /** That an attempt may take, whatever the bearer. */
  readonly attempt: number;
  /** That an initiator has to answer a result notification. */
  readonly notification: number;
  /** That attempts have to come to their end when the gateway closes. */
  readonly close: number;
}

const DEFAULT_TIMES: GatewayTimes = {
  lease: 15 * SECOND,
  poll: SECOND,
  attempt: 120 * SECOND,
  notification: 10 * SECOND,
  close: 5 * SECOND,
};

/** What a gateway is opened with. */
export interface GatewayOptions {
  /** From `readConfig` or `checkConfig`. */
  readonly config: GatewayConfig;
  /** The database, where the configuration has none: `sqlite:PATH` or `postgres://…`. */
  readonly db?: string | undefined;
  /** Kinds of bearers; those of `@grove/push` when absent. */
  readonly kinds?: readonly BearerKind[] | undefined;
  readonly log?: Logger | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
  /** Unpredictable bytes. */
  readonly random?: ((bytes: number) => Uint8Array) | undefined;
  readonly times?: Partial<GatewayTimes> | undefined;
}

/** A push proxy gateway. */
export interface Gateway {
  /** What initiators ask of it, without HTTP. */
  readonly service: PushService;
  /** For `gatewayRoutes`, where its API is a part of another one. */
  readonly means: GatewayMeans;
  /**
   * Begins to listen and to send.
   *
   * @returns where it is reached from this machine: `http://127.0.0.1:8090`, PAP below `/pap`
   */
  listen(): Promise<{ readonly url: string; readonly papUrl: string }>;
  /** Takes nothing more, waits for what is being sent, and closes bearers and database. */
  close(): Promise<void>;
}

/**
 * Opens a push proxy gateway: its database and its bearers. It neither listens nor sends yet; receipts that come before it
 * does wait until then.
 *
 * @throws {StoreError} when the database cannot be opened
 * @throws {BearerError} when a bearer cannot be opened
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, kinds = BEARERS, now = Date.now, random = randomBytes } = options;
  const log: Logger = options.log ?? pino({ level: 'silent' });
  const url = config.database ?? options.db;
  if (url === undefined) throw new Error('a gateway is opened with a database');
  const store = await openStore({ url });
  const receipts = Promise.withResolvers<(receipt: Receipt) => Promise<void>>();
  try {
    await store.transaction(async (db) => {
      for (const [name, user] of Object.entries(config.directory ?? {})) await putUser(db, name, user, now());
    });
    const bearers = await openBearers(config.bearers, {
      kinds,
      now,
      random,
      log: (bearer, text) => log.info({ bearer }, text),
      onReceipt: async (receipt) => (await receipts.promise)(receipt),
    });
    try {
      return await assemble(options, { store, bearers, now, random, log, onOpen: receipts.resolve });
    } catch (error) {
      await Promise.allSettled(bearers.map(({ bearer }) => bearer.close()));
      throw error;
    }
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface Parts extends Required<Pick<GatewayOptions, 'now' | 'random' | 'log'>> {
  readonly store: Store;
  readonly bearers: readonly ConfiguredBearer[];
  /** Told once what to do with receipts. */
  readonly onOpen: (take: (receipt: Receipt) => Promise<void>) => void;
}

/** Puts the parts of a gateway together. */
async function assemble(
  { config, times: given }: GatewayOptions,
  { store, bearers, now, random, log, onOpen }: Parts,
): Promise<Gateway> {
  const times = { ...DEFAULT_TIMES, ...given };
  const policy = config.policy ?? {};
  const clients = new Map((config.clients ?? []).map((client) => [client.name, client]));
  const backoffs = new Map(bearers.map(({ bearer, backoff }) => [bearer.name, backoff]));
  const rules: Rules = {
    router: new Router(bearers.map(routed), {
      order: policy.order ?? [],
      byAddress: policy.byAddress ?? {},
    }),
    backoffOf: (bearer) => backoffs.get(bearer) ?? DEFAULT_BACKOFF,
    tellsAccepted: (client) => clients.get(client)?.notify?.accepted === true,
    random,
  };
  const notifier = resultNotifier({ connections: POSTS, timeout: times.notification });
  const dispatcher = new Dispatcher({
    store,
    bearers,
    rules,
    outbox: {
      post: loggingTrouble(
        posterOf(notifier, (client) => clients.get(client)?.notify),
        log,
        now,
      ),
      window: POSTS,
      backoff: POST_BACKOFF,
      lifetime: DAY,
    },
    confirmed: policy.confirmed ?? true,
    patience: (policy.patience ?? PATIENCE) * SECOND,
    retention: (policy.retention ?? RETENTION) * SECOND,
    lease: times.lease,
    poll: times.poll,
    attemptTimeout: times.attempt,
    random,
    now,
    log,
  });
  onOpen(async (receipt) => {
    const onward = await store.transaction((db) => takeReceipt(db, receipt, rules, now()));
    if (typeof onward === 'object') dispatcher.wake(onward.bearer);
    if (onward === 'ended') dispatcher.wakeOutbox();
  });
  const service = new GatewayService({
    store,
    clients: (config.clients ?? []).map(clientOf),
    rules,
    lifetimes: {
      usual: (policy.lifetime ?? LIFETIME) * SECOND,
      longest: (policy.longestLifetime ?? LONGEST_LIFETIME) * SECOND,
    },
    now,
    isUp: (name) => bearers.some(({ bearer }) => bearer.name === name && bearer.health().state === 'up'),
    onQueued: (names) => {
      for (const name of names) dispatcher.wake(name);
    },
    onEnded: () => dispatcher.wakeOutbox(),
  });
  const means: GatewayMeans = {
    store,
    now,
    bearers: () => bearers.map((one) => statusOf(one, dispatcher)),
    onEnded: () => dispatcher.wakeOutbox(),
  };
  const doorkeeper = new Doorkeeper({
    clients: [...clients.values()],
    now,
    onLocked: (user, place) =>
      log.warn({ user, place }, 'wrong passwords for a client: none are looked at for a while'),
  });
  const papPaths = config.papPaths ?? DEFAULT_PAP_PATHS;
  const server = await createGatewayServer({
    means,
    pap: papServer({
      service,
      authenticate: (credentials, place) => doorkeeper.admit(credentials, place),
      onFailure: (error) => log.error({ err: error }, 'a PAP request failed'),
      now,
    }),
    papPaths,
    host: config.listen?.host ?? DEFAULT_LISTEN.host,
    port: config.listen?.port ?? DEFAULT_LISTEN.port,
    apiToken: config.api?.token,
    apiHost: config.api?.host,
    version: VERSION,
    log,
  });
  return {
    service,
    means,
    async listen() {
      await dispatcher.start();
      const url = await server.listen();
      return { url, papUrl: `${url}${papPaths[0] ?? ''}` };
    },
    async close() {
      await server.close();
      await dispatcher.close(times.close);
      notifier.close();
      await Promise.allSettled(bearers.map(({ bearer }) => bearer.close()));
      await store.close();
    },
  };
}

function statusOf({ bearer, kind }: ConfiguredBearer, dispatcher: Dispatcher): BearerStatus {
  return {
    name: bearer.name,
    kind: kind.kind,
    health: bearer.health(),
    window: bearer.window,
    ...dispatcher.workOf(bearer.name),
  };
}
