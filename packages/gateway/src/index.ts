/** The push proxy gateway. */
export { BearerError } from './bearers/index.ts';
export {
  type BearerConfig,
  type ClientConfig,
  ConfigError,
  checkConfig,
  GatewayConfig,
  readConfig,
} from './config/index.ts';
export type { User, UserInput } from './directory/index.ts';
export {
  DEFAULT_LISTEN,
  type Gateway,
  type GatewayOptions,
  type GatewayTimes,
  openGateway,
} from './gateway.ts';
export { type BearerStatus, GATEWAY_TAGS, type GatewayMeans, gatewayRoutes } from './http/index.ts';
export type { ListedPush, ShownPush } from './queue/index.ts';
export { DELIVERY_STATES } from './store/index.ts';
