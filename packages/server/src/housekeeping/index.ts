/** What is to be done from time to time, whoever calls: campaigns end, what is old goes. */
export {
  DEFAULT_RETENTION,
  Housekeeper,
  type HousekeepingOptions,
  type Retention,
} from './housekeeper.ts';
