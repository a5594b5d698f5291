export { createDmHandler, type DmHandler } from './handler.ts';
export { DEFAULT_LIMITS, type DmLimits, type DmOptions } from './options.ts';
