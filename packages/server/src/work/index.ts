/** Work for devices, wherever it comes from. */
export type { CallingDevice, WorkSource } from './source.ts';
export { WorkSources } from './sources.ts';
export { endWait, expireWaits, keepWait, type Wait, waitingWork } from './waits.ts';
