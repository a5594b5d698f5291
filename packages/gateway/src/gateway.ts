import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { BEARERS, type BearerKind, type PushService, papServer, resultNotifier } from '@grove/push';
import pino, { type Logger } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { type ClientConfig, type GatewayConfig, nameOf, splitBearer } from './config/index.ts';
import { putUser } from './directory/index.ts';
import { Dispatcher, type OpenBearer } from './dispatch/index.ts';
import { type BearerStatus, createGatewayServer, type GatewayMeans } from './http/index.ts';
import { mayNotify, posterOf } from './outbox/index.ts';
import { type Backoff, DEFAULT_BACKOFF, type Rules, takeReceipt } from './queue/index.ts';
import { type RoutedBearer, Router } from './routing/index.ts';
import { GatewayService } from './service/index.ts';
import { openStore, type Store } from './store/index.ts';

const SECOND = 1_000;
/** Result notifications that are posted at the same time. */
const POSTS = 16;
const DAY = 24 * 60 * 60 * SECOND;

/** Where a gateway listens that is not told. */
export const DEFAULT_LISTEN = { host: '127.0.0.1', port: 8090 } as const;
/** Where PAP is spoken by a gateway that is not told. */
export const DEFAULT_PAP_PATHS: readonly string[] = ['/pap'];

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

export const DEFAULT_TIMES: GatewayTimes = {
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
  bearers(): readonly BearerStatus[];
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
 * Opens a push proxy gateway: its database and its bearers. It neither listens nor sends yet.
 *
 * @throws {StoreError} when the database cannot be opened
 * @throws what a bearer throws that cannot be opened
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, kinds = BEARERS, now = Date.now, random = randomBytes } = options;
  const log: Logger = options.log ?? pino({ level: 'silent' });
  const times = { ...DEFAULT_TIMES, ...options.times };
  const policy = config.policy ?? {};
  const url = config.database ?? options.db;
  if (url === undefined) throw new Error('a gateway is opened with a database');
  const store = await openStore({ url });
  const open: (OpenBearer & { readonly kind: BearerKind; readonly networks: readonly string[] })[] = [];
  try {
    let rules: Rules | undefined;
    let onOnward: (bearer: string) => void = () => {};
    let onEnded: () => void = () => {};
    for (const entry of config.bearers) {
      const kind = kinds.find((known) => known.kind === entry.kind);
      if (kind === undefined) throw new Error(`there is no kind of bearers ${JSON.stringify(entry.kind)}`);
      const name = nameOf(entry);
      const bearer = await kind.open(splitBearer(entry).settings, {
        name,
        now,
        random,
        log: (text) => log.info({ bearer: name }, text),
        onReceipt: async (receipt) => {
          const going = rules;
          if (going === undefined) throw new Error('the gateway is not open yet');
          const whole = { ...receipt, bearer: name };
          const onward = await store.transaction((db) => takeReceipt(db, whole, going, now()));
          if (typeof onward === 'object') onOnward(onward.bearer);
          if (onward === 'ended') onEnded();
        },
      });
      const networks = (entry.networks ?? []).map((network) => network.toUpperCase());
      open.push({ bearer, kind, networks, settings: { rate: entry.rate } });
    }
    const backoffs = new Map(config.bearers.map((entry) => [nameOf(entry), backoffOf(entry.retry)]));
    const clients = new Map(config.clients.map((client) => [client.name, client]));
    rules = {
      router: new Router(open.map(routed), { order: policy.order ?? [], byAddress: policy.byAddress ?? {} }),
      backoffOf: (bearer) => backoffs.get(bearer) ?? DEFAULT_BACKOFF,
      tellsAccepted: (client) => clients.get(client)?.notify?.accepted === true,
      random,
    };
    await store.transaction(async (db) => {
      for (const [name, user] of Object.entries(config.directory ?? {})) await putUser(db, name, user, now());
    });
    const notifier = resultNotifier({ connections: POSTS, timeout: times.notification });
    const dispatcher = new Dispatcher({
      store,
      bearers: open,
      rules,
      outbox: {
        post: posterOf(notifier, (client) => clients.get(client)?.notify),
        window: POSTS,
        backoff: { first: 2 * SECOND, longest: 300 * SECOND, attempts: 1 },
        lifetime: DAY,
      },
      confirmed: policy.confirmed ?? true,
      retention: (policy.retention ?? 30 * 86_400) * SECOND,
      lease: times.lease,
      poll: times.poll,
      attemptTimeout: times.attempt,
      random,
      now,
      log,
    });
    onOnward = (bearer) => dispatcher.wake(bearer);
    onEnded = () => dispatcher.wakeOutbox();

    const service = new GatewayService({
      store,
      clients: config.clients.map((client) => ({
        name: client.name,
        addresses: client.addresses,
        maxAddresses: client.maxAddresses ?? 100,
        rate: client.rate,
        mayNotify: (target) => mayNotify(target, client.notify?.to),
      })),
      rules,
      lifetimes: {
        usual: (policy.lifetime ?? 3 * 86_400) * SECOND,
        longest: (policy.longestLifetime ?? 30 * 86_400) * SECOND,
      },
      now,
      onQueued: (names) => {
        for (const name of names) dispatcher.wake(name);
      },
      onEnded,
    });
    const bearers = () =>
      open.map(({ bearer, kind }): BearerStatus => {
        const lane = dispatcher.lanes.get(bearer.name);
        return {
          name: bearer.name,
          kind: kind.kind,
          health: bearer.health(),
          window: bearer.window,
          inFlight: lane?.inFlight ?? 0,
          counters: { ...(lane?.counters ?? NOTHING) },
        };
      });
    const means: GatewayMeans = { store, now, bearers, onEnded };
    const papPaths = config.papPaths ?? DEFAULT_PAP_PATHS;
    const server = await createGatewayServer({
      means,
      pap: papServer({
        service,
        authenticate: (credentials) => authenticate(clients, credentials),
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
      bearers,
      async listen() {
        await dispatcher.start();
        const reached = await server.listen();
        return { url: reached, papUrl: `${reached}${papPaths[0] ?? ''}` };
      },
      async close() {
        await server.close();
        await dispatcher.close(times.close);
        notifier.close();
        await closeAll(open, store);
      },
    };
  } catch (error) {
    await closeAll(open, store);
    throw error;
  }
}

/** Version of the gateway. */
const VERSION: string = packageJson.version;

const NOTHING = { attempts: 0, accepted: 0, delivered: 0, retried: 0, failed: 0 };

async function closeAll(open: readonly OpenBearer[], store: Store): Promise<void> {
  await Promise.allSettled(open.map(({ bearer }) => bearer.close()));
  await store.close();
}

function routed({
  bearer,
  kind,
  networks,
}: OpenBearer & { readonly kind: BearerKind; readonly networks: readonly string[] }): RoutedBearer {
  return {
    name: bearer.name,
    papNames: kind.papNames,
    networks,
    reaches: (to) => bearer.reaches(to),
  };
}

function backoffOf(retry: GatewayConfig['bearers'][number]['retry']): Backoff {
  const { first, longest, attempts } = retry ?? {};
  return {
    first: first === undefined ? DEFAULT_BACKOFF.first : first * SECOND,
    longest: longest === undefined ? DEFAULT_BACKOFF.longest : longest * SECOND,
    attempts: attempts ?? DEFAULT_BACKOFF.attempts,
  };
}

/** Who has these credentials; takes the same time wherever a password differs. */
function authenticate(
  clients: ReadonlyMap<string, ClientConfig>,
  credentials: { readonly user: string; readonly password: string } | undefined,
): { name: string } | undefined {
  if (credentials === undefined) return undefined;
  const client = clients.get(credentials.user);
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const isRight = timingSafeEqual(digest(credentials.password), digest(client?.password ?? ''));
  return client !== undefined && isRight ? { name: client.name } : undefined;
}
