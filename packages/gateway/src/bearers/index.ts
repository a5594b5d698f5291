/** The bearers that a configuration names, opened. */
export { BearerError, type ConfiguredBearer, openBearers, routed } from './open.ts';
