import { isIPv6 } from 'node:net';
import { ReceiverError } from '../bearer/index.ts';

/** Where a receiver listens. */
export interface Endpoint {
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
}

/**
 * What `SCHEME://HOST:PORT` says.
 *
 * @param port where the URL names none
 * @throws {ReceiverError} for a URL of another form
 */
export function endpointOf(url: string, scheme: string, port: number): Endpoint {
  const form = `expected ${scheme}://HOST or ${scheme}://HOST:PORT`;
  const read = URL.parse(url);
  if (read === null || read.protocol !== `${scheme}:` || read.hostname === '') {
    throw new ReceiverError(`${JSON.stringify(url)} is not where a receiver listens; ${form}`);
  }
  if (read.username !== '' || read.password !== '' || read.search !== '' || read.hash !== '') {
    throw new ReceiverError(`the URL of the receiver has more than a host and a port; ${form}`);
  }
  if (read.pathname !== '' && read.pathname !== '/') {
    throw new ReceiverError(`the URL of the receiver has the path ${read.pathname}; ${form}`);
  }
  return {
    host: read.hostname.replace(/^\[|\]$/g, ''),
    port: read.port === '' ? port : Number(read.port),
  };
}

/** `127.0.0.1:2948`, `[::1]:2948`. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
