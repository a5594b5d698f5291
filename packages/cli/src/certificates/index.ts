/** An authority for certificates of servers and devices, for trials: the demo, the simulator, tests. */
export { type Authority, createAuthority, openAuthority, type Pem } from './authority.ts';
