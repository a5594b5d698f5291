/** Terminals and servers that are reached by an IP address, which of them may be, and where receivers listen. */
export { type Endpoint, endpointOf, formatEndpoint } from './endpoint.ts';
export { Networks, reachableHost, type ToHost } from './networks.ts';
export { hostGuard } from './special.ts';
