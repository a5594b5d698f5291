/** A simulated SMS centre. */
export type { SmscEvent } from './events.ts';
export { type FaultRates, type Faults, randomFaults } from './faults.ts';
export { SMSC_LIMITS, type Smsc, type SmscLimits, type SmscOptions, startSmsc } from './smsc.ts';
