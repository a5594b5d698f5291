/** Terminals that are reached by an IP address, and where their receivers listen. */
export { type Endpoint, endpointOf, formatEndpoint } from './endpoint.ts';
export { Networks, reachableHost, type ToHost } from './networks.ts';
