/** The language: text to parts and back; pure, and knows no field. */
export { ExpressionError, type Span } from './error.ts';
export { formatExpression, formatPath, formatSubject, formatText } from './format.ts';
export { type NameToken, type Token, tokensOf } from './lexer.ts';
export { keywordOf, parseExpression } from './parse.ts';
export {
  BOUNDS,
  type Condition,
  type Expression,
  type FieldSubject,
  type Literal,
  OPERATORS,
  type Operator,
  type PathSubject,
  type Subject,
  type Test,
  type TextLiteral,
  type TimeLiteral,
  UNITS,
  type Unit,
} from './syntax.ts';
