import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createHttpTransport,
  type DeviceStore,
  fileStore,
  STANDARD_MODELS,
  type Transport,
} from '@grove/device';
import type { Encoding } from '@grove/protocol';
import { DM_PATH, type OwnPushOptions, SecretError, type TlsOptions } from '@grove/server';
import { dmAccOf } from '../../accounts/index.ts';
import { type Api, createApi } from '../../api/index.ts';
import { type Registered, registerNew } from '../../fleet/index.ts';
import { type Hosted, host } from '../../hosting/index.ts';
import { CommandError } from '../../program/index.ts';
import { bothSides, type ClientAuth } from '../account-options.ts';
import { makeHttps } from './https.ts';
import { numberOf, openNetwork } from './network.ts';
import { type Phones, switchOn } from './phones.ts';

/** What the demo is played with. */
export interface StageOptions {
  readonly devices: number;
  readonly encoding: Encoding;
  readonly auth: ClientAuth;
  readonly db?: string;
  readonly port: number;
  readonly once?: true;
  readonly json?: true;
}

/** A server, and phones that are registered with it. */
export interface Stage {
  readonly url: string;
  /** By HTTPS, where the phones prove themselves by certificates. */
  readonly tlsUrl: string | undefined;
  /** Of the server. */
  readonly dataFolder: string;
  readonly tokenFile: string;
  readonly api: Api;
  readonly phones: Phones;
  /** Whether the phones are reached by SMS, so that they can be asked to call. */
  readonly isReached: boolean;
  readonly registered: readonly Registered[];
  /** Where the phones keep themselves. */
  readonly store: DeviceStore;
  /** Ends everything and removes what was made. */
  close(): Promise<void>;
}

/** Phones whose users are those who open the page. */
const ON_PAGE = 2;

/** Sets everything up; what was begun is taken down again when it fails. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await build(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  options: StageOptions,
  closers: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'grove-demo-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const dataFolder = join(folder, 'server');
  const https = options.auth === 'certificate' ? await makeHttps(folder) : undefined;
  const both = bothSides(options.auth);
  // Nobody believes a server that cannot prove who it is.
  const network = both.server === 'none' ? undefined : await openNetwork();
  if (network !== undefined) closers.push(() => network.close());
  const server = await openServer(options, dataFolder, { tls: https?.tls, push: network?.push });
  closers.push(() => server.close());
  const { url, tlsUrl = url, tokenFile } = server;
  const token = (await readFile(tokenFile, 'utf8')).trim();
  const api = createApi({ server: url, token, tokenOrigin: tokenFile });

  const registered = await registerNew(api, options.devices, both, (index) =>
    network === undefined ? {} : { msisdn: numberOf(index) },
  );
  if (options.db !== undefined) closers.push(() => unregister(api, registered));
  const shared = createHttpTransport({ connections: 16 });
  closers.push(() => shared.close());
  const transportOf = async (devId: string): Promise<Transport> => {
    if (https === undefined) return shared;
    const transport = createHttpTransport({ connections: 1, tls: await https.clientOf(devId) });
    closers.push(() => transport.close());
    return transport;
  };
  const store = fileStore({ directory: join(folder, 'phones'), sync: false });
  const phoneOptions = await Promise.all(
    registered.map(async ({ devId, account }, index) => ({
      devId,
      account: dmAccOf(`${tlsUrl}${DM_PATH}`, account),
      model: STANDARD_MODELS[index % STANDARD_MODELS.length] ?? STANDARD_MODELS[0],
      transport: await transportOf(devId),
      store,
      encoding: options.encoding,
    })),
  );
  const onPage = options.once === true || options.json === true ? 0 : Math.min(ON_PAGE, options.devices - 1);
  const phones = await switchOn(phoneOptions, onPage, network);
  closers.push(() => phones.close());
  const isReached = network !== undefined;
  return {
    url,
    tlsUrl: server.tlsUrl,
    dataFolder,
    tokenFile,
    api,
    phones,
    isReached,
    registered,
    store,
    close,
  };
}

async function openServer(
  { port, db }: StageOptions,
  data: string,
  more: { readonly tls: TlsOptions | undefined; readonly push: OwnPushOptions | undefined },
): Promise<Hosted> {
  if (db === undefined) return host({ data, port, ...more });
  try {
    return await host({ data, port, db, ...more, keys: keysFor(db) });
  } catch (error) {
    if (!(error instanceof CommandError && error.cause instanceof SecretError)) throw error;
    throw new CommandError(
      'the database is in use, with other keys: give one that is empty or of earlier demos',
      {
        cause: error,
      },
    );
  }
}

/**
 * The same keys for the same database, so that a demo can go on where another one was cut short; and not
 * those of a database that is in earnest use, which the server then refuses to touch.
 */
function keysFor(db: string): string {
  return createHash('sha256').update(`grove demo ${db}`).digest('base64');
}

async function unregister(api: Api, registered: readonly Registered[]): Promise<void> {
  for (const { id } of registered) await api.delete(`devices/${id}`);
}
