/** Grove over HTTP: the DM endpoint and the REST API on one port. */
export { DEFAULT_LIMITS, type DmLimits } from './dm/index.ts';
export {
  type Addresses,
  createServer,
  DEFAULT_HTTP_LIMITS,
  DM_PATH,
  type GroveServer,
  type HttpLimits,
  type ServerOptions,
} from './server.ts';
export { TlsError, type TlsOptions, type TlsVersion } from './tls/index.ts';
