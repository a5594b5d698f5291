/**
 * The language that searches, groups, targets and rules are written in. Only the database evaluates it, so that there is
 * one meaning.
 */
export { compile, type GroupMeaning, type Groups, groupsNamedBy, type Predicate } from './compile.ts';
export { type Completion, type Completions, complete } from './complete/index.ts';
export { FIELDS, type Field, type FieldKind } from './fields/index.ts';
export { countDevices, eachDevice, findDevices, type SearchOptions } from './find.ts';
export { holdsFor } from './holds.ts';
export {
  BOUNDS,
  type Condition,
  type Expression,
  ExpressionError,
  formatExpression,
  formatText,
  type PathSubject,
  parseExpression,
  type Span,
} from './language/index.ts';
export { conditionsOf, operatorsOf, readExpression } from './resolve.ts';
