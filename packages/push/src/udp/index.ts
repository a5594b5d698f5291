/** Pushes in datagrams of UDP: for terminals in labs, and those with nothing but IP. */
export { UDP_BEARER } from './bearer.ts';
export { UDP_RECEIVER } from './receiver.ts';
