import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { httpUrl, UsageError } from '../program/index.ts';

/** Where a server is, and what lets one in. */
export interface Connection {
  readonly server: string;
  readonly token: string | undefined;
  /** Where the token comes from, or was looked for. */
  readonly tokenOrigin: string;
}

/** Options of every command that talks to a server. */
export interface ConnectionOptions {
  readonly server?: string;
  readonly data?: string;
}

const DEFAULT_SERVER = 'http://127.0.0.1:8080';
/** Where a server keeps its data unless told, relative to where it is started. */
const DEFAULT_DATA = '.grove';
/** File in the data folder that holds the token of the API. */
export const TOKEN_FILE = 'token';

/** The data folder: `--data`, else GROVE_DATA, else `.grove` in the current folder. */
export function dataFolder(option: string | undefined): string {
  return option ?? (process.env.GROVE_DATA || DEFAULT_DATA);
}

/** Adds the options that say which server. */
export function addConnectionOptions(command: Command): Command {
  return command
    .optionsGroup('Server:')
    .option('--server <url>', `address of the server (GROVE_SERVER, else ${DEFAULT_SERVER})`, httpUrl)
    .option(
      '--data <dir>',
      'data folder of the server, whose token is used unless GROVE_TOKEN holds one (GROVE_DATA, else .grove)',
    );
}

/**
 * Which server, and the token for it: GROVE_TOKEN, else that in the data folder.
 *
 * @throws {UsageError} when GROVE_SERVER is no URL, or the token file that was asked for cannot be read
 */
export function findConnection(options: ConnectionOptions): Connection {
  const server = options.server ?? serverOfEnvironment() ?? DEFAULT_SERVER;
  const fromEnvironment = process.env.GROVE_TOKEN?.trim();
  if (fromEnvironment) return { server, token: fromEnvironment, tokenOrigin: 'GROVE_TOKEN' };
  const file = join(dataFolder(options.data), TOKEN_FILE);
  try {
    return { server, token: readFileSync(file, 'utf8').trim(), tokenOrigin: file };
  } catch (error) {
    if (options.data !== undefined)
      throw new UsageError(`no token in the data folder: ${file} cannot be read`, {
        cause: error,
      });
    return { server, token: undefined, tokenOrigin: `there is none in ${file}` };
  }
}

function serverOfEnvironment(): string | undefined {
  const text = process.env.GROVE_SERVER;
  if (!text) return undefined;
  try {
    return httpUrl(text);
  } catch (error) {
    throw new UsageError(
      `GROVE_SERVER is ${JSON.stringify(text)}; expected a URL such as ${DEFAULT_SERVER}`,
      {
        cause: error,
      },
    );
  }
}
