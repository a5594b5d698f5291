/** The bearers that a configuration names, opened. */
export { type ConfiguredBearer, openBearers, routed } from './open.ts';
