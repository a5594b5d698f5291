/** PAP's control documents: their structure, their codes, XML to values and back. */
export type { XmlLimits } from './element.ts';
export { PapError, type Subject, subjectOf } from './error.ts';
export { type ReadOptions, readPap } from './reader.ts';
export { isSuccess, isTemporary, RESULT, type Result, resultOf } from './result.ts';
export {
  type CancelResult,
  canCarry,
  type MessageName,
  type MessageOf,
  type PapDocument,
  type PapMessage,
  type ProgressNote,
  type QualityOfService,
  type StatusResult,
} from './schema.ts';
export { MESSAGE_STATE, MESSAGE_STATES, type MessageState } from './state.ts';
export { NEWEST, type PapVersion, versionBefore } from './version.ts';
export { writePap } from './writer.ts';
