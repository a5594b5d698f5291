/** How a gateway is configured. */

export { ConfigError, checkConfig, nameOf, readConfig, splitBearer } from './read.ts';
export { type BearerConfig, type ClientConfig, type DirectoryConfig, GatewayConfig } from './schema.ts';
