import type { Credentials, NewDevice } from '@grove/server';
import { type Command, Option } from 'commander';
import {
  dmAccOf,
  type GivenCredentials,
  makeCredentials,
  type SharedAccount,
  userOf,
} from '../../accounts/index.ts';
import type { DeviceDetail } from '../../api/index.ts';
import { note, printable } from '../../output/index.ts';
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
      const { user, password, nonce, serverId } = options;
      const account: SharedAccount = {
        serverId,
        client: credentials(options.auth, userOf(devId), { user, password, nonce }, ''),
        server: credentials(
          serverAuth,
          serverId,
          {
            user: options.serverUser,
            password: options.serverPassword,
            nonce: options.serverNonce,
          },
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
          `./DevInfo/DevId = ${printable(devId)}`,
          ...formatAccount(dmAccOf(dmUrl, account)),
        ],
      };
    },
  });
}

/** @throws {UsageError} when something is given that a scheme has no use for */
function credentials(auth: Auth, name: string, given: GivenCredentials, prefix: string): Credentials {
  const useless = (['user', 'password', 'nonce'] as const).find(
    (part) => given[part] !== undefined && (auth === 'none' || (auth === 'basic' && part === 'nonce')),
  );
  if (useless !== undefined)
    throw new UsageError(`--${prefix}${useless} does not go with --${prefix}auth ${auth}`);
  return makeCredentials(auth, name, given);
}
