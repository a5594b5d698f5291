import { FIELDS, type Field, type FieldKind, type FieldUse, PATH } from './fields/index.ts';
import {
  BOUNDS,
  type Condition,
  type Expression,
  ExpressionError,
  type FieldSubject,
  formatSubject,
  type Literal,
  parseExpression,
  type Subject,
  type Test,
  type TextLiteral,
} from './language/index.ts';

/** The field that a condition is on. */
export interface SubjectMeaning {
  readonly field: Omit<Field, 'name'>;
  readonly rest: FieldUse['rest'];
  readonly argument: FieldUse['argument'];
}

/** A condition with the field that it is on, and its values in the form in which they are kept. */
export interface Resolved extends SubjectMeaning {
  readonly texts: readonly string[];
}

/** How values of each kind are compared. */
const OPERATORS_OF: Readonly<Record<FieldKind, NonNullable<Field['operators']>>> = {
  text: ['=', '!=', '~', 'in', 'exists'],
  ordered: ['=', '!=', '<', '<=', '>', '>=', '~', 'in', 'exists'],
  time: ['<', '<=', '>', '>=', 'exists'],
  state: ['=', '!=', 'in', 'exists'],
  count: ['=', '!=', '<', '<=', '>', '>=', 'in'],
};

/** The operators that a field goes with. */
export function operatorsOf({ kind, operators }: Pick<Field, 'kind' | 'operators'>) {
  return operators ?? OPERATORS_OF[kind];
}

/**
 * Reads an expression whose fields are known and are compared with what they can be compared with.
 *
 * @throws {ExpressionError}
 */
export function readExpression(text: string): Expression {
  const expression = parseExpression(text);
  for (const condition of conditionsOf(expression)) resolve(condition);
  return expression;
}

/** All conditions of an expression, from the left. */
export function conditionsOf(expression: Expression): Condition[] {
  switch (expression.kind) {
    case 'condition':
      return [expression];
    case 'not':
      return conditionsOf(expression.part);
    default:
      return expression.parts.flatMap(conditionsOf);
  }
}

/**
 * Finds out what a condition is on.
 *
 * @throws {ExpressionError}
 */
export function resolve({ subject, test }: Condition): Resolved {
  const meaning = fieldOf(subject);
  return { ...meaning, texts: textsOf(meaning.field, formatSubject(subject), test) };
}

/**
 * Finds out which field a subject means.
 *
 * @throws {ExpressionError}
 */
export function fieldOf(subject: Subject): SubjectMeaning {
  if (subject.kind === 'path') return { field: PATH, rest: [], argument: { path: subject } };
  const { field, rest } = findField(subject);
  return { field, rest, argument: argumentOf(field, subject) };
}

const sameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** The field with a name, whose case does not count. */
export function fieldNamed(name: string): Field | undefined {
  return FIELDS.find((field) =>
    [field.name, ...(field.aliases ?? [])].some((known) => sameName(known, name)),
  );
}

function findField(subject: FieldSubject): { field: Field; rest: readonly string[] } {
  const { names } = subject;
  for (let count = names.length; count > 0; count--) {
    const field = fieldNamed(names.slice(0, count).join('.'));
    if (field === undefined) continue;
    const rest = names.slice(count);
    if (rest.length === 0 ? field.open !== true : field.open === true) return { field, rest };
  }
  const name = names.join('.');
  const near = nearest(name);
  throw new ExpressionError(
    { start: subject.start, end: subject.start + name.length },
    near === undefined ? 'a field, or a path such as ./DevInfo/Man' : near,
    `there is no field ${JSON.stringify(name)}`,
  );
}

/** The name of a field that a text may be meant to be. */
function nearest(text: string): string | undefined {
  const names = FIELDS.filter(({ open }) => open !== true).flatMap(({ name, aliases = [] }) => [
    name,
    ...aliases,
  ]);
  const [best] = names
    .map((name) => ({ name, distance: distanceOf(text.toLowerCase().slice(0, 40), name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(1, best.name.length / 3) ? best.name : undefined;
}

/** How many characters have to be put in, taken out or changed. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

const ARGUMENTS = {
  id: 'its id in brackets',
  name: 'a text in brackets',
  path: 'a path in brackets, such as (./DevInfo/Man)',
} as const;

function argumentOf(field: Field, subject: FieldSubject): FieldUse['argument'] {
  const { argument } = subject;
  const kind = field.argument;
  if (argument === undefined) {
    if (kind === undefined || field.isArgumentOptional === true) return undefined;
    throw new ExpressionError({ start: subject.end, end: subject.end }, ARGUMENTS[kind]);
  }
  if (kind === undefined) throw new ExpressionError(argument, `nothing in brackets after ${field.name}`);
  if (kind === 'path') {
    if (argument.kind === 'path') return { path: argument };
  } else if (argument.kind === 'text' && (kind === 'name' || isId(argument))) return { text: argument.value };
  throw new ExpressionError(argument, ARGUMENTS[kind]);
}

function isId({ form, value }: TextLiteral): boolean {
  return form === 'number' && /^\d{1,15}$/.test(value);
}

/** The values of a test, each checked. */
function textsOf(field: Omit<Field, 'name'>, name: string, test: Test): string[] {
  const operator = test.kind === 'compare' ? test.operator : test.kind;
  const operators = operatorsOf(field);
  if (!operators.includes(operator)) {
    throw new ExpressionError(
      test.sign,
      `${operators.join(', ')} after ${name}`,
      `${name} cannot be compared by ${operator}`,
    );
  }
  if (test.kind === 'exists') return [];
  const values = test.kind === 'in' ? test.values : [test.value];
  return values.map((value) => (operator === '~' ? patternOf(value) : textOf(field, value)));
}

function patternOf(value: Literal): string {
  if (value.kind !== 'text') throw new ExpressionError(value, 'a pattern in quotes, such as "Acme*"');
  if (value.value.replace(/[^*]/g, '').length > BOUNDS.wildcards) {
    throw new ExpressionError(value, `no more than ${BOUNDS.wildcards} * in a pattern`);
  }
  return value.value;
}

function textOf(field: Omit<Field, 'name'>, value: Literal): string {
  if (field.kind === 'time') {
    if (value.kind !== 'text') return '';
    throw new ExpressionError(value, 'a time such as -7d or 2026-01-31T08:30:00Z');
  }
  if (value.kind !== 'text') throw new ExpressionError(value, 'a text in quotes, not a time');
  const text = value.value;
  if (field.kind === 'count' && !/^\d{1,9}$/.test(text)) throw new ExpressionError(value, 'a whole number');
  if (field.kind === 'state' && field.states?.includes(text) !== true) {
    throw new ExpressionError(value, `one of ${field.states?.join(', ')}`);
  }
  const kept = field.canonical === undefined ? text : field.canonical(text);
  if (kept === undefined) throw new ExpressionError(value, field.expected ?? 'another value');
  return kept;
}
