/** The push access protocol: how an initiator asks a gateway to push (PAP 1.0, 2.0, 2.1). */
export { isSuccess, RESULT, type Result, resultOf } from './result.ts';
export type {
  CancelResult,
  MessageName,
  MessageOf,
  PapDocument,
  PapMessage,
  ProgressNote,
  QualityOfService,
  StatusResult,
} from './schema.ts';
export type {
  Answer,
  CapabilityAnswer,
  CapabilityQuery,
  Initiator,
  PushAddress,
  PushAnswer,
  PushReference,
  PushService,
  Quality,
  ResultNotification,
  Submission,
} from './service.ts';
export { MESSAGE_STATE, MESSAGE_STATES, type MessageState } from './state.ts';
export { NEWEST, type PapVersion } from './version.ts';
