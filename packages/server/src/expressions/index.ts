/** The language that searches, groups, targets and rules are written in. */
export {
  BOUNDS,
  type Condition,
  type Expression,
  ExpressionError,
  formatExpression,
  parseExpression,
  type Span,
} from './language/index.ts';
