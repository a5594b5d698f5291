import { readFileSync } from 'node:fs';
import type { DmAcc } from '@grove/protocol';
import { dmAccOf, type SharedAccount } from '../../accounts/index.ts';
import { dmEndpoint } from '../../api/index.ts';
import { explainSystemError, UsageError } from '../../program/index.ts';
import { type AccountOptions, accountFrom } from '../account-options.ts';

/** Options that say which phone it is. */
export interface IdentityOptions extends AccountOptions {
  readonly account?: string;
  readonly devId?: string;
  readonly server?: string;
}

/** Who a phone is. */
export interface Identity {
  readonly devId: string;
  /** Undefined where the options say none, which is well for a phone that is kept. */
  readonly account: DmAcc | undefined;
}

/** @throws {UsageError} when the options do not say which phone it is */
export function identityFrom(options: IdentityOptions): Identity {
  if (options.account !== undefined) {
    const { devId, dmUrl, account } = readAccount(options.account);
    return {
      devId: options.devId ?? devId,
      account: dmAccOf(options.server === undefined ? dmUrl : dmEndpoint(options.server), account),
    };
  }
  const { devId, server } = options;
  if (devId === undefined) throw new UsageError('which phone? Give --account or --dev-id');
  if (server === undefined) return { devId, account: undefined };
  const { client } = accountFrom(options, devId);
  if (client.auth !== 'none' && client.auth !== 'certificate' && options.password === undefined) {
    throw new UsageError(`--auth ${client.auth} needs --password, as it was given to the server`);
  }
  const given = options.serverAuth ?? (options.auth === 'hmac' ? 'hmac' : 'md5');
  const serverAuth = options.serverPassword === undefined ? 'none' : given;
  return { devId, account: dmAccOf(dmEndpoint(server), accountFrom({ ...options, serverAuth }, devId)) };
}

function readAccount(file: string): { devId: string; dmUrl: string; account: SharedAccount } {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${explainSystemError(error) ?? file}`, { cause: error });
  }
  try {
    const { device, dmUrl, account } = JSON.parse(text);
    if (
      typeof device.devId === 'string' &&
      typeof dmUrl === 'string' &&
      typeof account.client.auth === 'string'
    ) {
      return { devId: device.devId, dmUrl, account: { server: { auth: 'none' }, ...account } };
    }
  } catch (error) {
    throw new UsageError(`${file}: expected the output of grove devices add --json`, { cause: error });
  }
  throw new UsageError(`${file}: expected the output of grove devices add --json`);
}
