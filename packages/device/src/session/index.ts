export { type Account, accountOf, type Credentials } from './account.ts';
export { type Context, DEFAULT_SESSION_LIMITS, type SessionLimits } from './context.ts';
export { OPTIONAL_FEATURES, type OptionalFeature } from './features.ts';
export type { Done } from './run.ts';
export { type Opening, openSession, receive, type Step } from './session.ts';
export {
  type BegunExec,
  contentsOf,
  type Outcome,
  type OwnStatus,
  type Sent,
  type SessionState,
} from './state.ts';
