/** Sessions, and what was said in them. */
export { expireSessions, trimExchanges, trimSessions } from './housekeeping.ts';
export { listMessages, type SessionMessage } from './messages.ts';
export {
  listSessions,
  type Session,
  type SessionFilter,
  type SessionOutcome,
  showSession,
} from './session.ts';
