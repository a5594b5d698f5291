export { describedHandlers } from './described.ts';
export type { Factory } from './factory.ts';
export { type Change, type Device, type ExecCall, handlerOf, type ObjectHandler } from './handler.ts';
export { BASE_HANDLERS, HANDLERS } from './registry.ts';
export { settingsHandler } from './settings.ts';
