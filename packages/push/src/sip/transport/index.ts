/** Links to a SIP core: datagrams, TCP and TLS (RFC 3261, 18). */
export type { CoreAddress } from './core.ts';
export {
  type Endpoint,
  isReliable,
  type Link,
  LinkError,
  type LinkEvents,
  type Transport,
  textOf,
} from './link.ts';
export { type TransportSettings, Transports } from './transports.ts';
