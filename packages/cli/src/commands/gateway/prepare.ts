import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayConfig } from '@grove/gateway';
import { TOKEN_FILE } from '../../api/index.ts';
import { makeFolder } from '../../hosting/index.ts';
import { CommandError, explain, UsageError } from '../../program/index.ts';
import { GATEWAY_DATA } from './data.ts';

/** What the command line says of where a gateway keeps what it has. */
export interface Places {
  readonly data?: string;
  readonly db?: string;
}

/** What a gateway is opened with. */
export interface Prepared {
  readonly config: GatewayConfig;
  readonly db: string;
  /** The data folder, where one is used. */
  readonly data: string | undefined;
  /** The file with the token of the API, where the configuration has none. */
  readonly token: TokenFile | undefined;
}

interface TokenFile {
  readonly file: string;
  readonly isNew: boolean;
}

const DATABASE_FILE = 'gateway.db';
/** Of a server, which has a gateway within itself. */
const SERVER_DATABASE = 'grove.db';
const TOKEN_BYTES = 32;
/** What the API takes, as in a configuration. */
const TOKEN = /^[\w.~+/=-]{16,256}$/;

/**
 * Adds to a configuration what it leaves to the command line: the database, and the token of the API, for which the data
 * folder is made.
 *
 * @param file where the configuration is from
 * @throws {UsageError} for one that nobody may submit to, and for the data folder of a server
 * @throws {CommandError} when the data folder cannot be used
 */
export function prepare(given: GatewayConfig, file: string, places: Places): Prepared {
  if ((given.clients ?? []).length === 0) {
    throw new UsageError(
      `${file} names no clients, so that nobody may submit: expected at least one, such as clients: [{ name: grove, password: … }]`,
    );
  }
  const { database, ...config } = given;
  const db = places.db ?? database;
  if (db !== undefined && config.api?.token !== undefined) {
    return { config, db, data: undefined, token: undefined };
  }
  const data = places.data ?? GATEWAY_DATA;
  if (existsSync(join(data, SERVER_DATABASE))) {
    throw new UsageError(
      `${data} is the data folder of a server, which has a gateway within itself; --data names another one`,
    );
  }
  try {
    makeFolder(data);
    const token = config.api?.token === undefined ? tokenIn(join(data, TOKEN_FILE)) : undefined;
    return {
      config: token === undefined ? config : { ...config, api: { ...config.api, token: token.text } },
      db: db ?? `sqlite:${join(data, DATABASE_FILE)}`,
      data,
      token,
    };
  } catch (error) {
    throw new CommandError(`the data folder cannot be used: ${explain(error)}`, { cause: error });
  }
}

/** The token that is kept in a file, which is made where it is not there. */
function tokenIn(file: string): TokenFile & { readonly text: string } {
  const isNew = !existsSync(file);
  if (isNew) {
    const text = randomBytes(TOKEN_BYTES).toString('base64url');
    writeFileSync(file, `${text}\n`, { mode: 0o600, flag: 'wx' });
  }
  const text = readFileSync(file, 'utf8').trim();
  if (!TOKEN.test(text)) {
    throw new CommandError(`${file} holds no token of 16 characters or more; without the file one is made`);
  }
  return { file, isNew, text };
}
