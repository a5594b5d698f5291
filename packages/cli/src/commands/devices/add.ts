import type { AccountInput, Credentials, NewDevice } from '@grove/server';
import { type Command, Option } from 'commander';
import type { DeviceDetail } from '../../api/index.ts';
import { note } from '../../output/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { formatAccount } from './account.ts';

type Auth = Credentials['auth'];

interface Options {
  readonly auth: Auth;
  readonly user?: string;
  readonly password?: string;
  readonly nonce?: string;
  readonly serverId: string;
  readonly serverAuth?: Auth;
  readonly serverUser?: string;
  readonly serverPassword?: string;
  readonly serverNonce?: string;
  readonly dmUrl?: string;
}

const AUTHS: readonly Auth[] = ['none', 'basic', 'md5'];

export function defineAdd(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'add <devid>',
    summary: 'register a device, and say what to configure in it',
    examples: [
      'grove devices add IMEI:490154203237518',
      'grove devices add IMEI:490154203237518 --auth basic --user phone --password secret',
      'grove devices add urn:uuid:7a5b… --auth md5 --server-auth none --json',
    ],
    remarks: 'Passwords and nonces that are not given are made, and shown this once.',
    options(command) {
      command
        .optionsGroup('How the device proves itself to the server:')
        .addOption(new Option('--auth <scheme>', 'scheme').choices(AUTHS).default('md5'))
        .option('--user <name>', 'its name (default: the DevId without its scheme)')
        .option('--password <text>', 'its password')
        .option('--nonce <base64>', 'nonce of its first md5 credentials')
        .optionsGroup('How the server proves itself to the device:')
        .option('--server-id <id>', 'ServerID that the device knows the server by', 'grove')
        .addOption(
          new Option('--server-auth <scheme>', 'scheme (default: md5 with --auth md5, else none)').choices(
            AUTHS,
          ),
        )
        .option('--server-user <name>', 'its name (default: the ServerID)')
        .option('--server-password <text>', 'its password')
        .option('--server-nonce <base64>', 'nonce of its first md5 credentials')
        .optionsGroup('Options:');
    },
    async run(api, [devId = ''], options) {
      const serverAuth = options.serverAuth ?? (options.auth === 'md5' ? 'md5' : 'none');
      const account: Required<AccountInput> = {
        serverId: options.serverId,
        client: credentials(
          { auth: options.auth, user: options.user, password: options.password, nonce: options.nonce },
          devId.slice(devId.lastIndexOf(':') + 1),
          '',
        ),
        server: credentials(
          {
            auth: serverAuth,
            user: options.serverUser,
            password: options.serverPassword,
            nonce: options.serverNonce,
          },
          options.serverId,
          'server-',
        ),
      };
      const device = await api.post<DeviceDetail>('devices', { devId, account } satisfies NewDevice);
      const { dmUrl } = await api.get<{ dmUrl: string }>('server');
      if (serverAuth === 'basic') {
        note('With --server-auth basic the server sends its password to whoever claims to be this device.');
      }
      return {
        json: { device, dmUrl, account },
        lines: () => [
          `Device ${device.id} is registered. Configure in it:`,
          '',
          ...formatAccount(dmUrl, devId, account),
        ],
      };
    },
  });
}

const BYTES = 16;

function made(encoding: 'base64' | 'base64url'): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(BYTES))).toString(encoding);
}

/** Credentials as given, what is missing made up. */
function credentials(
  given: { auth: Auth; user: string | undefined; password: string | undefined; nonce: string | undefined },
  user: string,
  prefix: string,
): Credentials {
  const { auth } = given;
  const useless = (['user', 'password', 'nonce'] as const).find(
    (name) => given[name] !== undefined && (auth === 'none' || (auth === 'basic' && name === 'nonce')),
  );
  if (useless !== undefined)
    throw new UsageError(`--${prefix}${useless} does not go with --${prefix}auth ${auth}`);
  if (auth === 'none') return { auth };
  const named = { user: given.user ?? user, password: given.password ?? made('base64url') };
  return auth === 'basic' ? { auth, ...named } : { auth, ...named, nonce: given.nonce ?? made('base64') };
}
