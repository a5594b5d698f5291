/** How a push reaches a terminal. */
export {
  type Address,
  AddressError,
  type AddressKind,
  formatAddress,
  parseAddress,
} from './address/index.ts';
export {
  type Attempt,
  type Bearer,
  type BearerKind,
  type BearerMeans,
  DM_APPLICATION,
  type Health,
  type PushContent,
  type Receipt,
  type ReceivedPush,
  type Receiver,
  ReceiverError,
  type ReceiverKind,
  type ReceiverMeans,
  type Shipment,
} from './bearer/index.ts';
export { BEARERS, RECEIVERS } from './bearers/index.ts';
export type { Field } from './layout/index.ts';
export {
  type Answer,
  type CancelResult,
  type CapabilityAnswer,
  type CapabilityQuery,
  type Initiator,
  isSuccess,
  MESSAGE_STATE,
  MESSAGE_STATES,
  type MessageState,
  type PapServerOptions,
  type PapVersion,
  type ProgressNote,
  type PushAddress,
  type PushAnswer,
  type PushReference,
  type PushService,
  papServer,
  type Quality,
  RESULT,
  type Result,
  type ResultNotification,
  resultOf,
  type Sender,
  type StatusResult,
  type Submission,
} from './pap/index.ts';
export {
  type ParsedUserData,
  type Ports,
  Reassembly,
  readUserData,
  SMS_SOURCE_PORT,
  segment,
  type UserData,
} from './sms/index.ts';
export { buildPush, type ParsedPush, PUSH_PORT, parsePush, WSP_PORT } from './wsp/index.ts';
