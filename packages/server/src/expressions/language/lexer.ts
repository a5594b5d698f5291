import { checkName } from '@grove/protocol';
import { ExpressionError, type Span } from './error.ts';
import { BOUNDS, OPERATORS, type PathSubject, type TextLiteral, type TimeLiteral, UNITS } from './syntax.ts';

/** The smallest parts of an expression. Blanks between them count for nothing. */
export type Token =
  | NameToken
  | TextLiteral
  | TimeLiteral
  | PathSubject
  | (Span & { readonly kind: 'symbol'; readonly symbol: string })
  | (Span & { readonly kind: 'end' });

/** A keyword, a name of a field, or a bare word. */
export interface NameToken extends Span {
  readonly kind: 'name';
  readonly name: string;
}

const BLANKS = /\s*/uy;
const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_]*(?:-+[\p{L}\p{M}\p{N}_]+)*/uy;
const NUMBER = /[-+]?\d+(?:\.\d+)*/y;
const AGO = /-(\d+)([a-z]+)/y;
const TIME = /\d{4}-\d\d-\d\d(?:T[\d:.]*(?:Z|[-+]\d\d:\d\d)?)?/y;
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,3})?)?(?:Z|[-+]([01]\d):([0-5]\d)))?$/;
const SYMBOL = new RegExp(
  [...OPERATORS, '(', ')', ',', '.']
    .toSorted((a, b) => b.length - a.length)
    .map(escaped)
    .join('|'),
  'y',
);
/** What may not follow a number or a time without a blank. */
const GLUED = /[\p{L}\p{N}_."]/uy;
/** A name in a path that needs no quotes. */
const SEGMENT = /[^\s\p{Cc}"(),=<>!~/?]+/uy;

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t' };
const UNICODE = /u\{([0-9A-Fa-f]{1,6})\}/y;

function escaped(text: string): string {
  return text.replace(/[().]/g, '\\$&');
}

/**
 * Cuts a text into tokens; the last one is the end.
 *
 * @throws {ExpressionError} where the text cannot be a token, or is too long
 */
export function tokensOf(text: string): Token[] {
  if (text.length > BOUNDS.length) {
    throw new ExpressionError(
      { start: BOUNDS.length, end: text.length },
      `up to ${BOUNDS.length} characters`,
    );
  }
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += match(BLANKS, text, at)?.[0].length ?? 0;
    const token = tokenAt(text, at);
    tokens.push(token);
    if (token.kind === 'end') return tokens;
    at = token.end;
  }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function tokenAt(text: string, start: number): Token {
  if (start >= text.length) return { kind: 'end', start, end: start };
  if (text.startsWith('./', start)) return pathAt(text, start);
  if (text[start] === '"') {
    const { value, end } = stringAt(text, start);
    return { kind: 'text', form: 'string', value, start, end };
  }
  const timed = timeAt(text, start) ?? numberAt(text, start);
  if (timed !== undefined) {
    if (match(GLUED, text, timed.end) !== null) {
      throw new ExpressionError(
        { start, end: timed.end + 1 },
        'a number, a time such as -7d or 2026-01-31, or a text in quotes',
      );
    }
    return timed;
  }
  const name = match(NAME, text, start)?.[0];
  if (name !== undefined) return { kind: 'name', name, start, end: start + name.length };
  const symbol = match(SYMBOL, text, start)?.[0];
  if (symbol !== undefined) return { kind: 'symbol', symbol, start, end: start + symbol.length };
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  throw new ExpressionError(
    { start, end: start + character.length },
    'a field, a path such as ./DevInfo/Man, a value or an operator',
    `${JSON.stringify(character)} means nothing here`,
  );
}

function numberAt(text: string, start: number): TextLiteral | undefined {
  const value = match(NUMBER, text, start)?.[0];
  if (value === undefined) return undefined;
  return { kind: 'text', form: 'number', value, start, end: start + value.length };
}

function timeAt(text: string, start: number): TimeLiteral | undefined {
  const ago = match(AGO, text, start);
  if (ago !== null) {
    const [whole, digits = '', unit = ''] = ago;
    const end = start + whole.length;
    const count = Number(digits);
    if (!isUnit(unit)) {
      throw new ExpressionError({ start: end - unit.length, end }, `one of ${Object.keys(UNITS).join(', ')}`);
    }
    if (digits.length > 6) throw new ExpressionError({ start, end }, 'a time at most six digits ago');
    return { kind: 'ago', count, unit, start, end };
  }
  const whole = match(TIME, text, start)?.[0];
  if (whole === undefined) return undefined;
  const end = start + whole.length;
  const at = readTime(whole);
  if (at === undefined) {
    throw new ExpressionError({ start, end }, 'a time such as 2026-01-31 or 2026-01-31T08:30:00Z');
  }
  return { kind: 'time', text: whole, at, start, end };
}

function isUnit(text: string): text is keyof typeof UNITS {
  return Object.hasOwn(UNITS, text);
}

/** @returns undefined where there is no such time */
function readTime(text: string): number | undefined {
  const parts = ISO.exec(text);
  if (parts === null) return undefined;
  const [, year = '', month = '', day = ''] = parts;
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  const at = Date.parse(text);
  // A date such as February 30th is read as one of March.
  if (Number.isNaN(at) || new Date(midnight).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) {
    return undefined;
  }
  return at;
}

function stringAt(text: string, start: number): { value: string; end: number } {
  let value = '';
  let from = start + 1;
  for (let at = from; ; ) {
    const character = text[at];
    if (character === undefined) throw new ExpressionError({ start, end: at }, 'a " at the end of the text');
    if (character === '"') {
      value += text.slice(from, at);
      return { value: checkText(value, { start, end: at + 1 }), end: at + 1 };
    }
    if (character !== '\\') {
      at++;
      continue;
    }
    value += text.slice(from, at);
    const simple = ESCAPES[text[at + 1] ?? ''];
    if (simple !== undefined) {
      value += simple;
      at += 2;
    } else {
      const [whole, digits = ''] = match(UNICODE, text, at + 1) ?? [];
      const code = Number.parseInt(digits, 16);
      if (whole === undefined || code > 0x10ffff) {
        throw new ExpressionError(
          { start: at, end: Math.min(at + 2, text.length) },
          String.raw`\", \\, \n, \r, \t or \u{…}`,
        );
      }
      value += String.fromCodePoint(code);
      at += 1 + whole.length;
    }
    from = at;
  }
}

/** A text that a database can hold. */
function checkText(value: string, span: Span): string {
  if (value.includes('\0')) throw new ExpressionError(span, 'a text without the character U+0000');
  if (!value.isWellFormed()) throw new ExpressionError(span, 'a text without halves of surrogate pairs');
  return value;
}

function pathAt(text: string, start: number): PathSubject {
  const segments: (string | null)[] = [];
  let at = start + 1;
  while (text[at] === '/') {
    at++;
    const from = at;
    const quoted = text[at] === '"' ? stringAt(text, at) : undefined;
    const bare = quoted === undefined ? (match(SEGMENT, text, at)?.[0] ?? '') : '';
    at = quoted?.end ?? at + bare.length;
    const span = { start: from, end: at };
    if (bare === '*') segments.push(null);
    else segments.push(checkSegment(quoted?.value ?? bare, quoted !== undefined, span));
    if (segments.length > BOUNDS.segments) throw new ExpressionError(span, `up to ${BOUNDS.segments} names`);
  }
  return { kind: 'path', segments, start, end: at };
}

function checkSegment(name: string, isQuoted: boolean, span: Span): string {
  if (!isQuoted && name === '') throw new ExpressionError(span, 'the name of a node, or * for any one');
  if (!isQuoted && name.includes('*')) {
    throw new ExpressionError(span, '* alone for any one name, or a name in quotes');
  }
  const wrong = checkName(name);
  if (wrong !== undefined) throw new ExpressionError(span, 'the name of a node', wrong);
  return checkText(name, span);
}

/** Whether a name in a path can be written without quotes. */
export function isBareSegment(name: string): boolean {
  return !name.includes('*') && match(SEGMENT, name, 0)?.[0] === name;
}
