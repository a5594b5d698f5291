import { createHash, timingSafeEqual } from 'node:crypto';
import type { Credentials, Initiator } from '@grove/push';
import type { ClientConfig } from './config/index.ts';
import { mayNotify } from './outbox/index.ts';
import type { Client } from './service/index.ts';

/** Addresses of one push where the operator does not say. */
const MAX_ADDRESSES = 100;

/** A client as the service sees it. */
export function clientOf({ name, addresses, maxAddresses, rate, notify }: ClientConfig): Client {
  return {
    name,
    addresses,
    maxAddresses: maxAddresses ?? MAX_ADDRESSES,
    rate,
    mayNotify: (url) => mayNotify(url, notify?.to),
  };
}

/** Who has these credentials; takes the same time wherever a password differs. */
export function authenticate(
  clients: ReadonlyMap<string, ClientConfig>,
  credentials: Credentials | undefined,
): Initiator | undefined {
  if (credentials === undefined) return undefined;
  const client = clients.get(credentials.user);
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const isRight = timingSafeEqual(digest(credentials.password), digest(client?.password ?? ''));
  return client !== undefined && isRight ? { name: client.name } : undefined;
}
