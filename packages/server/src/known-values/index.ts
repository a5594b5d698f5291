/** How values of nodes are kept once for all devices: what tells them apart, and what orders them. */
export { isKeptUri } from './bounds.ts';
export { valueDigest } from './digest.ts';
export { keyOf } from './key.ts';
export { orderKey } from './order-key.ts';
