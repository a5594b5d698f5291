export { NONCE_BYTES, provesItself, serverCred } from './authenticate.ts';
export { type Context, receive, type Turn } from './receive.ts';
export { type AnswerOptions, respond, takeOver, wantsWork } from './respond.ts';
export { beginSession } from './session.ts';
export type {
  Account,
  Credentials,
  DeviceAlert,
  Effects,
  ReportedNode,
  SessionOutcome,
  SessionState,
} from './state.ts';
