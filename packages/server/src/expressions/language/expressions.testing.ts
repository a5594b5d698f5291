/** Expressions for property tests. */
import fc from 'fast-check';
import type { Expression, Literal, PathSubject, Subject, Test } from './index.ts';

const span = { start: 0, end: 0 };

const name = fc
  .stringMatching(/^[a-z][A-Za-z0-9]{0,6}(-[a-z0-9]{1,3})?$/)
  .filter((word) => !['and', 'or', 'not', 'in', 'exists'].includes(word.toLowerCase()));

const text = fc
  .string({ unit: 'binary', maxLength: 12 })
  .filter((value) => value.isWellFormed() && !value.includes('\0'));

const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(null, 'MMS', 'urn:oma', 'a.b', 'Cell-1', 'x%20y') },
  {
    weight: 1,
    arbitrary: text.filter(
      (value) => value.trim() === value && !/^\.{0,2}$/.test(value) && !/[\p{Cc}/?]/u.test(value),
    ),
  },
);

const path: fc.Arbitrary<PathSubject> = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => ({ kind: 'path', segments, ...span }));

const literal: fc.Arbitrary<Literal> = fc.oneof(
  text.map((value): Literal => ({ kind: 'text', form: 'string', value, ...span })),
  name.map((value): Literal => ({ kind: 'text', form: 'word', value, ...span })),
  fc
    .constantFrom('0', '2.1', '-5', '+441632960001', '192.0.2.1')
    .map((value): Literal => ({ kind: 'text', form: 'number', value, ...span })),
  fc
    .record({ count: fc.nat({ max: 999_999 }), unit: fc.constantFrom('s', 'm', 'h', 'd', 'w') })
    .map((ago): Literal => ({ kind: 'ago', ...ago, ...span })),
  fc
    .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
    .map((date): Literal => ({ kind: 'time', text: date.toISOString(), at: date.getTime(), ...span })),
);

const subject: fc.Arbitrary<Subject> = fc.oneof(
  path,
  fc
    .record({
      names: fc.array(name, { minLength: 1, maxLength: 3 }),
      argument: fc.option(fc.oneof(literal, path), { nil: undefined }),
    })
    .map((field): Subject => ({ kind: 'field', ...field, ...span })),
);

const test: fc.Arbitrary<Test> = fc.oneof(
  fc.constant<Test>({ kind: 'exists', sign: span }),
  fc
    .record({ operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>=', '~'), value: literal })
    .map((compare): Test => ({ kind: 'compare', sign: span, ...compare })),
  fc
    .array(literal, { minLength: 1, maxLength: 3 })
    .map((values): Test => ({ kind: 'in', sign: span, values })),
);

/** What parts of an expression are joined to. */
export function expressionOver(condition: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      condition,
      tie('expression').map((part): Expression => ({ kind: 'not', part, ...span })),
      fc
        .record({
          kind: fc.constantFrom('and' as const, 'or' as const),
          parts: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
        })
        .map(({ kind, parts }): Expression => {
          const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
          return { kind, parts: flat, ...span };
        }),
    ),
  }));
  return expression;
}

/** Any expression that can be written. */
export const anyExpression = expressionOver(
  fc.record({ subject, test }).map((condition): Expression => ({ kind: 'condition', ...condition, ...span })),
);
