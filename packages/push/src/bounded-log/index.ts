/** A log that nobody outside can fill. */
export { boundedLog } from './bounded-log.ts';
