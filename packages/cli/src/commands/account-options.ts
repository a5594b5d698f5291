import type { Credentials } from '@grove/server';
import { type Command, Option } from 'commander';
import { type GivenCredentials, makeCredentials, type SharedAccount, userOf } from '../accounts/index.ts';
import { UsageError } from '../program/index.ts';

type Auth = Credentials['auth'];

/** What the options of a DM account say. */
export interface AccountOptions {
  readonly auth: Auth;
  readonly user?: string;
  readonly password?: string;
  readonly nonce?: string;
  readonly serverId: string;
  readonly serverAuth?: Auth;
  readonly serverUser?: string;
  readonly serverPassword?: string;
  readonly serverNonce?: string;
}

export const AUTHS: readonly Auth[] = ['none', 'basic', 'md5'];

/** Adds the options that make up a DM account. */
export function addAccountOptions(command: Command): Command {
  return command
    .optionsGroup('How the device proves itself to the server:')
    .addOption(new Option('--auth <scheme>', 'scheme').choices(AUTHS).default('md5'))
    .option('--user <name>', 'its name (default: the DevId without its scheme)')
    .option('--password <text>', 'its password')
    .option('--nonce <base64>', 'nonce of its first md5 credentials')
    .optionsGroup('How the server proves itself to the device:')
    .option('--server-id <id>', 'ServerID that the device knows the server by', 'grove')
    .addOption(
      new Option('--server-auth <scheme>', 'scheme (default: md5 with --auth md5, else none)').choices(AUTHS),
    )
    .option('--server-user <name>', 'its name (default: the ServerID)')
    .option('--server-password <text>', 'its password')
    .option('--server-nonce <base64>', 'nonce of its first md5 credentials')
    .optionsGroup('Options:');
}

/**
 * The account that the options say; passwords and nonces that are not given are made up.
 *
 * @throws {UsageError} when something is given that a scheme has no use for
 */
export function accountFrom(options: AccountOptions, devId: string): SharedAccount {
  const { auth, serverId } = options;
  return {
    serverId,
    client: credentials(auth, userOf(devId), '', {
      user: options.user,
      password: options.password,
      nonce: options.nonce,
    }),
    server: credentials(options.serverAuth ?? (auth === 'md5' ? 'md5' : 'none'), serverId, 'server-', {
      user: options.serverUser,
      password: options.serverPassword,
      nonce: options.serverNonce,
    }),
  };
}

function credentials(auth: Auth, name: string, prefix: string, given: GivenCredentials): Credentials {
  const useless = (['user', 'password', 'nonce'] as const).find(
    (part) => given[part] !== undefined && (auth === 'none' || (auth === 'basic' && part === 'nonce')),
  );
  if (useless !== undefined)
    throw new UsageError(`--${prefix}${useless} does not go with --${prefix}auth ${auth}`);
  return makeCredentials(auth, name, given);
}
