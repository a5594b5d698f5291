export { type Account, accountOf, type Credentials } from './account.ts';
export { type Context, DEFAULT_SESSION_LIMITS, type SessionLimits } from './context.ts';
export type { Done } from './execute.ts';
export { readerOf } from './reader.ts';
export { abortSession, type Opening, openSession, receive, type Step } from './session.ts';
export type { Outcome, OwnStatus, Sent, SessionState } from './state.ts';
