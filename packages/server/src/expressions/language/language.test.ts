import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyExpression } from './expressions.testing.ts';
import { BOUNDS, ExpressionError, formatExpression, parseExpression } from './index.ts';

/** An expression without its places. */
function bare(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part) => (key === 'start' || key === 'end' ? undefined : part)),
  );
}

function errorOf(text: string): ExpressionError {
  try {
    parseExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}

describe('expressions', () => {
  it('are read as they are written', () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        const text = formatExpression(expression);
        expect(bare(parseExpression(text))).toEqual(bare(expression));
      }),
    );
  });

  it('know where in the text their parts stand', () => {
    const text = 'fw < "2.1"  and ( ./MMS/*/Addr exists or model in (A,"B") )';
    const whole = parseExpression(text);
    if (whole.kind !== 'and') throw new Error(whole.kind);
    expect(whole.parts.map(({ start, end }) => text.slice(start, end))).toEqual([
      'fw < "2.1"',
      './MMS/*/Addr exists or model in (A,"B")',
    ]);
  });

  it('bind "and" before "or", and are written without needless brackets', () => {
    expect(formatExpression(parseExpression('((a=1)) OR b=2 And (c exists)'))).toBe(
      'a = 1 or b = 2 and c exists',
    );
    expect(formatExpression(parseExpression('(a=1 or b=2) and not (c exists and d=4)'))).toBe(
      '(a = 1 or b = 2) and not (c exists and d = 4)',
    );
  });

  it.each([
    ['', 0, 0, 'a condition, such as manufacturer = "Acme"'],
    ['fw <', 4, 4, 'a value after <'],
    ['fw < and', 5, 8, 'a value after <'],
    ['fw', 2, 2, 'an operator (=, !=, <, <=, >, >=, ~, in) or "exists"'],
    ['fw = 1 model', 7, 12, '"and", "or" or the end'],
    ['(fw = 1', 7, 7, '"and", "or" or )'],
    ['fw in 1', 6, 7, '( and values, such as in ("A", "B")'],
    ['fw in (1 2)', 9, 10, ', or )'],
    ['fw = "abc', 5, 9, 'a " at the end of the text'],
    [String.raw`fw = "a\q"`, 7, 9, String.raw`\", \\, \n, \r, \t or \u{…}`],
    [String.raw`fw = "\u{0}"`, 5, 12, 'a text without the character U+0000'],
    [String.raw`fw = "\u{d800}"`, 5, 15, 'a text without halves of surrogate pairs'],
    ['lastSeen > -7y', 13, 14, 'one of s, m, h, d, w'],
    ['lastSeen > 2026-02-30', 11, 21, 'a time such as 2026-01-31 or 2026-01-31T08:30:00Z'],
    ['lastSeen > 2026-02-01T10:00', 11, 27, 'a time such as 2026-01-31 or 2026-01-31T08:30:00Z'],
    ['./A//B exists', 4, 4, 'the name of a node, or * for any one'],
    ['./A* exists', 2, 4, '* alone for any one name, or a name in quotes'],
    ['./A/.. exists', 4, 6, 'the name of a node'],
    ['fw ; drop', 3, 4, 'a field, a path such as ./DevInfo/Man, a value or an operator'],
  ])('tell where %s is wrong', (text, start, end, expected) => {
    expect(errorOf(text)).toMatchObject({ start, end, expected });
  });

  it('are bounded', () => {
    const many = Array.from({ length: BOUNDS.conditions + 1 }, () => 'a=1').join(' or ');
    expect(errorOf(many).message).toContain('200 conditions');
    expect(errorOf(`${'('.repeat(33)}a=1${')'.repeat(33)}`).message).toContain('32 levels');
    expect(errorOf('not '.repeat(2_000)).message).toContain('32 levels');
    expect(errorOf(`a in (${'1,'.repeat(600)}1)`).message).toContain('500 values');
    expect(errorOf(`./${'a/'.repeat(65)}b exists`).message).toContain('64 names');
    expect(errorOf(`a = "${'x'.repeat(9_000)}"`).message).toContain('8192 characters');
  });

  it('are refused with a place, whatever they are', () => {
    const pieces = [
      '(',
      ')',
      '"',
      './',
      '*',
      'not ',
      'and',
      'or',
      '-7d',
      '=',
      '<',
      'in',
      '\\',
      '\0',
      '\ud800',
      ' ',
      '9',
      '.',
      'é',
      'a',
    ];
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          const canonical = formatExpression(parseExpression(text));
          expect(formatExpression(parseExpression(canonical))).toBe(canonical);
        } catch (error) {
          if (!(error instanceof ExpressionError)) throw error;
          expect(error.start).toBeLessThanOrEqual(error.end);
          expect(error.end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});
