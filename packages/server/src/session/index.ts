export { type Presented, provesItself, provesWithoutGuessing } from './authenticate.ts';
export { canonicalUri } from './item.ts';
export type { Need, Needing, Slice, Span } from './needs.ts';
export { serverCred, serverMac } from './own-proof.ts';
export { type Context, receive, type Turn } from './receive.ts';
export { type AnswerOptions, respond, type Spoken, takeOver, wantsWork } from './respond.ts';
export { withBytes } from './sending.ts';
export { beginSession } from './session.ts';
export type {
  Account,
  ClientCredentials,
  Credentials,
  DeviceAlert,
  Effects,
  Lack,
  PeerCertificate,
  Proof,
  ReportedMark,
  ReportedNode,
  SessionOutcome,
  SessionState,
  Traits,
} from './state.ts';
export { timeToAnswer } from './thinking.ts';
export { typedIn } from './typed.ts';
export { isSame, readyWork, takeAlerts, type WaitingWork } from './waiting.ts';
