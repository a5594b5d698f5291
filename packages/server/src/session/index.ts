export { type Presented, provesItself, provesWithoutGuessing } from './authenticate.ts';
export { serverCred, serverMac } from './own-proof.ts';
export { type Context, receive, type Turn } from './receive.ts';
export { type AnswerOptions, respond, takeOver, wantsWork } from './respond.ts';
export { beginSession } from './session.ts';
export type {
  Account,
  ClientCredentials,
  Credentials,
  DeviceAlert,
  Effects,
  PeerCertificate,
  Proof,
  ReportedNode,
  SessionOutcome,
  SessionState,
} from './state.ts';
export { readyWork, takeAlerts, type WaitingWork } from './waiting.ts';
