/** Grove over HTTP: the DM endpoint and the REST API on one port. */
export { DEFAULT_LIMITS, type DmLimits } from './dm/index.ts';
export {
  createServer,
  DEFAULT_HTTP_LIMITS,
  DM_PATH,
  type GroveServer,
  type HttpLimits,
  mayUseApi,
  type ServerOptions,
} from './server.ts';
