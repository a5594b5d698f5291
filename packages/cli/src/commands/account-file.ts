import { readFileSync } from 'node:fs';
import { decodeBase64, type Secret } from '@grove/protocol';
import type { SharedAccount } from '../accounts/index.ts';
import { UsageError, unreadable } from '../program/index.ts';

/** What `grove devices add --json` says of a device. */
export interface AccountFile {
  readonly devId: string;
  readonly dmUrl: string;
  readonly account: SharedAccount;
}

/** @throws {UsageError} when the file is not that */
export function readAccount(file: string): AccountFile {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(unreadable(file, error), { cause: error });
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

/** What a server makes notifications with. */
export interface NotifyingServer {
  /** The user is its ServerID. */
  readonly secret: Secret;
  /** Its first one; undefined = the account has none. */
  readonly nonce: Uint8Array | undefined;
}

/** @throws {UsageError} when the server has no password in this account */
export function notifyingServer(file: string): NotifyingServer {
  const { serverId: user, server } = readAccount(file).account;
  if (server.auth === 'none' || typeof user !== 'string') {
    throw new UsageError(`${file}: the server has no password there; notifications need one`);
  }
  const nonce = server.auth === 'basic' ? undefined : server.nonce;
  return {
    secret: { user, password: server.password },
    nonce: nonce === undefined ? undefined : decodeBase64(nonce),
  };
}
