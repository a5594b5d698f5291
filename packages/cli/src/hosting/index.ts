/** A server in this process. */
export { type Hosted, host } from './open.ts';
