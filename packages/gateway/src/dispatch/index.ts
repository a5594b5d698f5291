/** Hands what is due over to bearers, and does what else has to be done from time to time. */

export { TokenBucket } from './bucket.ts';
export { Dispatcher, type DispatcherOptions, type PacedBearer } from './dispatcher.ts';
export type { Counters } from './lane.ts';
