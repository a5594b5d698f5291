/** The gateway over HTTP: PAP for initiators, an API for operators. */
export { type BearerStatus, GATEWAY_TAGS, type GatewayMeans, gatewayRoutes } from './api/index.ts';
export { createGatewayServer, type GatewayServer, type GatewayServerOptions } from './server.ts';
