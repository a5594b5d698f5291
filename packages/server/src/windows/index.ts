/** Windows of maintenance, and the time zones that they are in. */
export {
  DAYS,
  type Opening,
  openingAt,
  TimeZone,
  Window,
  WindowClock,
  Windows,
  windowProblems,
  zoneProblems,
} from './window.ts';
export { isTimeZone } from './zone.ts';
