export {
  type FleetAccount,
  type FleetCredentials,
  type FleetServer,
  fleetAccount,
  fleetDmAcc,
} from './account.ts';
export { type Fleet, type FleetOptions, startFleet } from './fleet.ts';
export type { Durations } from './histogram.ts';
export { imeiOf, luhnDigit } from './imei.ts';
export { type NotifiedFleet, type NotifiedFleetOptions, startNotifiedFleet } from './notified.ts';
export {
  type FleetPush,
  type FleetReception,
  numbered,
  openFleetReception,
  type Reached,
} from './reached.ts';
export type { FleetStatistics } from './statistics.ts';
export { wilfulUser } from './user.ts';
