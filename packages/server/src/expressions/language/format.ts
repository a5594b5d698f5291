import { isBareSegment } from './lexer.ts';
import type { Condition, Expression, Literal, PathSubject, Subject } from './syntax.ts';

/** Writes an expression in the one form in which its like is written: brackets only where they say something. */
export function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'condition':
      return formatCondition(expression);
    case 'not':
      return `not ${enclosed(expression.part)}`;
    default:
      return expression.parts
        .map((part) => (expression.kind === 'and' ? enclosed(part) : formatExpression(part)))
        .join(` ${expression.kind} `);
  }
}

/** A part in brackets, where it would fall apart without them. */
function enclosed(part: Expression): string {
  const text = formatExpression(part);
  return part.kind === 'and' || part.kind === 'or' ? `(${text})` : text;
}

function formatCondition({ subject, test }: Condition): string {
  const of = formatSubject(subject);
  switch (test.kind) {
    case 'exists':
      return `${of} exists`;
    case 'in':
      return `${of} in (${test.values.map(formatLiteral).join(', ')})`;
    case 'compare':
      return `${of} ${test.operator} ${formatLiteral(test.value)}`;
  }
}

export function formatSubject(subject: Subject): string {
  if (subject.kind === 'path') return formatPath(subject);
  const { names, argument } = subject;
  const name = names.join('.');
  if (argument === undefined) return name;
  return `${name}(${argument.kind === 'path' ? formatPath(argument) : formatLiteral(argument)})`;
}

export function formatPath({ segments }: Pick<PathSubject, 'segments'>): string {
  const written = segments.map((name) => {
    if (name === null) return '*';
    return isBareSegment(name) ? name : formatText(name);
  });
  return `./${written.join('/')}`;
}

function formatLiteral(literal: Literal): string {
  switch (literal.kind) {
    case 'ago':
      return `-${literal.count}${literal.unit}`;
    case 'time':
      return literal.text;
    case 'text':
      return literal.form === 'string' ? formatText(literal.value) : literal.value;
  }
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A text in quotes. */
export function formatText(value: string): string {
  const inner = value.replace(
    /["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => SHORT[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return `"${inner}"`;
}
