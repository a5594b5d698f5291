/** A SIP user agent: sends requests to a core, stays registered with it, and answers what comes (RFC 3261, 8 and 10). */
export { coreOf } from './address.ts';
export {
  type AgentMeans,
  type AgentSettings,
  type Handler,
  type Incoming,
  type Outgoing,
  type Sent,
  UserAgent,
} from './agent.ts';
export type { Outcome } from './clients.ts';
export { EXPIRES, KEEP_ALIVE, RETRY } from './defaults.ts';
export {
  Registration,
  type RegistrationSettings,
  retryAfterOf,
} from './registration.ts';
export type { Reply } from './reply.ts';
