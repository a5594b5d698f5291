export { describedHandlers } from './described.ts';
export type { Factory } from './factory.ts';
export { type Change, type Device, type ExecCall, handlerOf, type ObjectHandler } from './handler.ts';
export { HANDLERS } from './registry.ts';
