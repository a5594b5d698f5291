import { mayUseApi } from '@grove/api';

/** Addresses at which a server listens on loopback, too. */
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::', 'localhost']);

/** Whether an API can be had at all of a server that listens at an address, and answers it besides loopback at another. */
export function answersApi(host: string, apiHost: string | undefined): boolean {
  return mayUseApi(host, apiHost) || WILDCARDS.has(host);
}
