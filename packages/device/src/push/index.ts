/** How pushes come to a phone: the bearers that it is reached by, and the application that a push is for. */
export { applicationOf, MANAGEMENT, type PushApplication } from './application.ts';
export {
  openReception,
  type ReachedBy,
  type Reception,
  type ReceptionOptions,
} from './reception.ts';
