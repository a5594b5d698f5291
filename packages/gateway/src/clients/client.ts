import type { ClientConfig } from '../config/index.ts';
import { mayNotify } from '../outbox/index.ts';
import type { Client } from '../service/index.ts';

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
