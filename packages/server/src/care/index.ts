/** Errors that customer care looks after. */
export {
  type CareAct,
  type CareCase,
  type CareCaseDetail,
  type CareNote,
  listCases,
  noteCase,
  reopenCase,
  resolveCase,
  showCase,
  takeCase,
  trimCases,
} from './case.ts';
export { CARE_EVENTS, openCasesFor } from './follow.ts';
export { type CareError, openCase } from './open.ts';
export {
  CARE_KINDS,
  CARE_SEVERITIES,
  type CareKind,
  CarePolicy,
  DEFAULT_CARE_POLICY,
  setCarePolicy,
  showCarePolicy,
} from './policy.ts';
