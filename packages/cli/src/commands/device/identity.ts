import type { DmAcc } from '@grove/protocol';
import { dmAccOf } from '../../accounts/index.ts';
import { dmEndpoint } from '../../api/index.ts';
import { UsageError } from '../../program/index.ts';
import { readAccount } from '../account-file.ts';
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
