import type { ClientCredentials, Credentials } from '@grove/server';
import { type Command, Option } from 'commander';
import { type GivenCredentials, makeCredentials, type SharedAccount, userOf } from '../accounts/index.ts';
import { UsageError } from '../program/index.ts';

export type ClientAuth = ClientCredentials['auth'];
type ServerAuth = Credentials['auth'];

/** What the options of a DM account say. */
export interface AccountOptions {
  readonly auth: ClientAuth;
  readonly fingerprint?: string;
  readonly user?: string;
  readonly password?: string;
  readonly nonce?: string;
  readonly serverId: string;
  readonly serverAuth?: ServerAuth;
  readonly serverUser?: string;
  readonly serverPassword?: string;
  readonly serverNonce?: string;
}

/** Schemes that both sides can have. */
export const SERVER_AUTHS: readonly ServerAuth[] = ['none', 'basic', 'md5', 'hmac'];
export const AUTHS: readonly ClientAuth[] = [...SERVER_AUTHS, 'certificate'];

/** How the server proves itself where nobody says: as the device does, unless that would give a password away. */
export function serverAuthFor(auth: ClientAuth): ServerAuth {
  return auth === 'md5' || auth === 'hmac' ? auth : 'none';
}

/** Schemes of the two sides where one option stands for both. */
export function bothSides(auth: ClientAuth): { client: ClientAuth; server: ServerAuth } {
  return { client: auth, server: auth === 'certificate' ? 'none' : auth };
}

/** Adds the options that make up a DM account. */
export function addAccountOptions(command: Command): Command {
  return command
    .optionsGroup('How the device proves itself to the server:')
    .addOption(new Option('--auth <scheme>', 'scheme').choices(AUTHS).default('md5'))
    .option('--user <name>', 'its name (default: the DevId without its scheme)')
    .option('--password <text>', 'its password')
    .option('--nonce <base64>', 'nonce of its first md5 credentials or MAC')
    .option(
      '--fingerprint <sha256>',
      'the certificate that it has to be (default: one of its DevId, with --auth certificate)',
    )
    .optionsGroup('How the server proves itself to the device:')
    .option('--server-id <id>', 'ServerID that the device knows the server by', 'grove')
    .addOption(
      new Option(
        '--server-auth <scheme>',
        'scheme (default: md5 or hmac with the same --auth, else none)',
      ).choices(SERVER_AUTHS),
    )
    .option('--server-user <name>', 'its name (default: the ServerID)')
    .option('--server-password <text>', 'its password')
    .option('--server-nonce <base64>', 'nonce of its first md5 credentials or MAC')
    .optionsGroup('Options:');
}

/**
 * The account that the options say; passwords and nonces that are not given are made up.
 *
 * @throws {UsageError} when something is given that a scheme has no use for
 */
export function accountFrom(options: AccountOptions, devId: string): SharedAccount {
  const { auth, serverId, fingerprint, serverAuth = serverAuthFor(auth) } = options;
  const ofClient = { user: options.user, password: options.password, nonce: options.nonce };
  const ofServer = {
    user: options.serverUser,
    password: options.serverPassword,
    nonce: options.serverNonce,
  };
  refuseUseless(auth, '', { ...ofClient, fingerprint });
  refuseUseless(serverAuth, 'server-', ofServer);
  const client = makeCredentials(auth, userOf(devId), ofClient);
  return {
    serverId,
    client: client.auth === 'certificate' && fingerprint !== undefined ? { ...client, fingerprint } : client,
    server: makeCredentials(serverAuth, serverId, ofServer),
  };
}

/** What each scheme has a use for. */
const USEFUL: Readonly<Record<ClientAuth, readonly string[]>> = {
  none: [],
  basic: ['user', 'password'],
  md5: ['user', 'password', 'nonce'],
  hmac: ['user', 'password', 'nonce'],
  certificate: ['fingerprint'],
};

function refuseUseless(
  auth: ClientAuth,
  prefix: string,
  given: GivenCredentials & { fingerprint?: string | undefined },
): void {
  const useless = Object.entries(given).find(
    ([part, value]) => value !== undefined && !USEFUL[auth].includes(part),
  );
  if (useless !== undefined)
    throw new UsageError(`--${prefix}${useless[0]} does not go with --${prefix}auth ${auth}`);
}
