import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GatewayConfig } from '@grove/gateway';
import type { Credentials } from '@grove/push';
import pino, { type Logger } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { type OwnGateway, openOwnGateway } from './gateway/index.ts';
import { createServer, type GroveServer, type ServerOptions } from './http/index.ts';
import { type PushOptions, resultCredentials } from './notifications/index.ts';
import { checkKeys, createToken, makeFirstToken, openKeyring, resealSecrets } from './secrets/index.ts';
import { openStore, type Store } from './store/index.ts';

/** Version of Grove's server. */
export const VERSION: string = packageJson.version;

/** What Grove is opened with. */
export interface GroveOptions
  extends Partial<Omit<ServerOptions, 'store' | 'keyring' | 'version' | 'gateway' | 'push'>> {
  /** By which push proxy gateway devices are asked to call: one elsewhere, or one of the server's own. */
  push?: PushOptions | OwnPushOptions | undefined;
  /** Data folder: the database, the keys for secrets and the first token of the API. Made if it is not there. */
  data?: string | undefined;
  /** The database, `sqlite:PATH` or `postgres://…`; `grove.db` in the data folder when absent. */
  db?: string | undefined;
  /** Keys for secrets in base64, in place of those in the data folder. */
  keys?: string | undefined;
}

/** A push proxy gateway within the server, and how devices are asked to call by it. */
export interface OwnPushOptions extends Pick<PushOptions, 'policy'> {
  /** From `readConfig` or `checkConfig` of `@grove/gateway`; the server is a client besides. */
  readonly config: GatewayConfig;
}

/**
 * Seals every secret in a database with the current key. Servers may run meanwhile, if they know that key.
 *
 * @returns how many were sealed anew
 * @throws {StoreError} when the database cannot be opened
 * @throws {SecretError} when a key is missing
 */
export async function resealDatabase(options: Pick<GroveOptions, 'data' | 'db' | 'keys'>): Promise<number> {
  const { data, keys } = options;
  const keyring = openKeyring({ dataFolder: data, keys });
  const store = await openStore({ url: databaseOf(options) });
  try {
    return await resealSecrets(store, keyring);
  } finally {
    await store.close();
  }
}

function databaseOf({ data, db }: Pick<GroveOptions, 'data' | 'db'>): string {
  const url = db ?? (data === undefined ? undefined : `sqlite:${join(data, 'grove.db')}`);
  if (url === undefined) throw new Error('Grove is opened with a data folder or a database');
  return url;
}

/** A token of the API: the file that holds it, or itself where there is no data folder. */
export type FirstToken = { file: string } | { token: string };

/** Grove, opened. */
export interface Grove extends GroveServer {
  store: Store;
  /** The token that was made because the API knew none. */
  firstToken: FirstToken | undefined;
  /** By what a push proxy gateway proves itself where it reports what became of pushes. */
  resultCredentials: Credentials;
}

/**
 * Opens Grove: data folder, database, keys and the server, which listens when it is told to.
 *
 * @throws {StoreError} when the database cannot be opened
 * @throws {SecretError} when the keys cannot be had, or are not those of the database
 * @throws {TlsError} when certificates or keys for HTTPS cannot be used
 */
export async function openGrove(options: GroveOptions = {}): Promise<Grove> {
  const { data, db, keys, push, now = Date.now, random = pooledRandom(), ...rest } = options;
  const log: Logger = options.log ?? pino({ level: 'silent' });
  if (data !== undefined && !existsSync(data)) mkdirSync(data, { recursive: true, mode: 0o700 });
  const url = databaseOf({ data, db });
  const keyring = openKeyring({ dataFolder: data, keys });
  const store = await openStore({ url });
  let gateway: OwnGateway | undefined;
  try {
    await checkKeys(store, keyring);
    const results = resultCredentials(keyring);
    if (push !== undefined && 'config' in push) {
      const { config } = push;
      gateway = await openOwnGateway({ config, db: queueBeside(url), results, now, random, log });
    }
    const firstToken = await tokenOf(store, data, now());
    const server = await createServer({
      ...rest,
      push: toGateway(push, gateway),
      gateway: gateway?.means,
      store,
      keyring,
      now,
      random,
      log,
      version: VERSION,
    });
    const close = async () => {
      await server.close();
      await gateway?.close();
    };
    return { ...server, close, store, firstToken, resultCredentials: results };
  } catch (error) {
    await gateway?.close();
    await store.close();
    throw error;
  }
}

function toGateway(push: GroveOptions['push'], gateway: OwnGateway | undefined): PushOptions | undefined {
  if (push === undefined || !('config' in push)) return push;
  if (gateway === undefined) return undefined;
  return { ppgUrl: gateway.papUrl, credentials: gateway.credentials, policy: push.policy };
}

/** Where the queue of the gateway is: a file beside the server's, or the same PostgreSQL database. */
function queueBeside(url: string): string {
  if (!url.startsWith('sqlite:') || url === 'sqlite::memory:') return url;
  return `sqlite:${join(dirname(url.slice('sqlite:'.length)), 'gateway.db')}`;
}

async function tokenOf(store: Store, data: string | undefined, now: number): Promise<FirstToken | undefined> {
  if (data !== undefined) {
    const file = await makeFirstToken(store, data, now);
    return file === undefined ? undefined : { file };
  }
  return store.transaction(async (db) => {
    const known = await db.selectFrom('tokens').select('id').limit(1).executeTakeFirst();
    if (known !== undefined) return undefined;
    const { token } = await createToken(db, 'first', now);
    return { token };
  });
}

const POOL_BYTES = 8192;

/** Random bytes of the system, fetched in large pieces: each call to it costs more than a session's nonces. */
function pooledRandom(): (bytes: number) => Uint8Array {
  let pool = new Uint8Array();
  let used = 0;
  return (bytes) => {
    if (used + bytes > pool.length) {
      pool = randomBytes(Math.max(POOL_BYTES, bytes));
      used = 0;
    }
    used += bytes;
    return pool.slice(used - bytes, used);
  };
}
