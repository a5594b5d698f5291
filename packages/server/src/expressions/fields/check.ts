import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { orderKey } from '../../known-values/index.ts';
import { type Literal, type Operator, type Test, UNITS } from '../language/index.ts';
import type { Check, FieldKind, SqlContext, ValueColumns } from './field.ts';
import { LAST } from './last.ts';

/** Operators as SQL writes them. */
const SIGNS = { '=': sql`=`, '!=': sql`<>`, '<': sql`<`, '<=': sql`<=`, '>': sql`>`, '>=': sql`>=` };

/**
 * What a test asks of a value.
 *
 * @param texts the values of the test in the form in which they are kept
 */
export function checkOf(test: Test, texts: readonly string[], kind: FieldKind, context: SqlContext): Check {
  switch (test.kind) {
    case 'exists':
      return { test, isIndexable: false, holds: ({ value }) => sql<SqlBool>`${value} is not null` };
    case 'in':
      return { test, equal: texts, isIndexable: true, holds: equalTo(texts, kind) };
    case 'compare':
      return compared(test, texts, kind, context);
  }
}

function compared(
  test: Test & { kind: 'compare' },
  texts: readonly string[],
  kind: FieldKind,
  context: SqlContext,
): Check {
  const { operator, value } = test;
  const [text = ''] = texts;
  if (kind === 'time') return { test, isIndexable: false, holds: against(operator, timeOf(value, context)) };
  if (kind === 'count') return { test, isIndexable: false, holds: against(operator, sql`${Number(text)}`) };
  if (operator === '=') return { test, equal: texts, isIndexable: true, holds: equalTo(texts, kind) };
  if (operator === '!=') return { test, isIndexable: false, holds: against(operator, sql`${text}`) };
  if (operator === '~') return { test, isIndexable: beginningOf(text) !== '', holds: like(text, context) };
  const key = orderKey(text);
  return {
    test,
    isIndexable: true,
    holds: (columns) => sql<SqlBool>`${keyOf(columns)} ${SIGNS[operator]} ${key}`,
  };
}

function against(operator: Operator, to: RawBuilder<unknown>): Check['holds'] {
  if (operator === '~') throw new Error('a pattern is for texts');
  return ({ value }) => sql<SqlBool>`${value} ${SIGNS[operator]} ${to}`;
}

function keyOf({ key }: ValueColumns): RawBuilder<unknown> {
  if (key === undefined) throw new Error('an ordered field needs a column for the order');
  return key;
}

/** Keys are compared besides the values where they are kept, because indexes are on the keys. */
function equalTo(texts: readonly string[], kind: FieldKind): Check['holds'] {
  if (kind === 'count') return ({ value }) => oneOf(value, texts.map(Number));
  return ({ value, key }) =>
    key === undefined
      ? oneOf(value, texts)
      : sql<SqlBool>`(${oneOf(key, texts.map(orderKey))} and ${oneOf(value, texts)})`;
}

function oneOf(column: RawBuilder<unknown>, values: readonly (string | number)[]): RawBuilder<SqlBool> {
  const [only] = values;
  if (values.length === 1) return sql<SqlBool>`${column} = ${only}`;
  return sql<SqlBool>`${column} in (${sql.join(values)})`;
}

function timeOf(value: Literal, { now }: SqlContext): RawBuilder<unknown> {
  switch (value.kind) {
    case 'time':
      return sql`${value.at}`;
    case 'ago':
      return sql`(cast(${now} as bigint) - ${sql.lit(value.count * UNITS[value.unit])})`;
    case 'text':
      throw new Error('a time is compared with a time');
  }
}

/** What all values begin with that look like a pattern, as far as letters are not in it, which are alike in either case. */
function beginningOf(pattern: string): string {
  return /^[^A-Za-z*?]*/.exec(pattern)?.[0] ?? '';
}

/** ASCII letters are alike in either case, on both engines: columns of texts have the collation "C". */
function like(pattern: string, { engine }: SqlContext): Check['holds'] {
  const written = pattern
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const looks = (value: RawBuilder<unknown>) =>
    engine === 'sqlite'
      ? sql<SqlBool>`${value} like ${written} escape '\\'`
      : sql<SqlBool>`lower(${value}) like ${written}`;
  const beginning = beginningOf(pattern);
  if (beginning === '') return ({ value }) => looks(value);
  return ({ value }) =>
    sql<SqlBool>`(${value} >= ${beginning} and ${value} < ${beginning + LAST} and ${looks(value)})`;
}
