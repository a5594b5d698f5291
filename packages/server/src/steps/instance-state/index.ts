/** Active, Default and Locked of an instance, for all kinds of step that set them. */
export { checkState } from './check.ts';
export {
  InstanceState,
  lacksMarks,
  MARK_NAMES,
  type MarkName,
  markAt,
  marksIn,
  markUri,
  markValue,
  propertyOf,
  readMark,
  stateFields,
  substituteFor,
  writeMark,
} from './marks.ts';
export {
  type StateProgress,
  type StateWork,
  startState,
  stateAnswered,
  stateFailure,
  stateRequests,
  whyLacking,
  whyRefused,
} from './state.ts';
