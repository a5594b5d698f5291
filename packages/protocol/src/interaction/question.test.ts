import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Item } from '../syncml/index.ts';
import { inputFault } from './input.ts';
import { parseQuestion, QUESTION_LIMITS, type Question, questionAlert } from './question.ts';

const items = (...data: (string | undefined)[]): Item[] =>
  data.map((each) => (each === undefined ? {} : { data: each }));
const parse = (code: number, ...data: (string | undefined)[]) =>
  parseQuestion({ code, items: items(...data) });
const thrown = (code: number, ...data: (string | undefined)[]): unknown => {
  try {
    return parse(code, ...data);
  } catch (error) {
    return error;
  }
};

describe('a question', () => {
  test('has its options in the first Item, its text in the second and its choices in the rest', () => {
    expect(parse(1104, 'MINDT=10&MAXDT=60&DR=3-1', 'Which?', 'a', 'b', 'c')).toEqual({
      question: {
        kind: 'choices',
        text: 'Which?',
        minDisplay: 10,
        maxDisplay: 60,
        choices: ['a', 'b', 'c'],
        default: [1, 3],
      },
      ignored: [],
    });
    expect(parse(1102, 'MAXLEN=4&IT=n&ET=P&DR=0000', 'PIN?').question).toEqual({
      kind: 'input',
      text: 'PIN?',
      input: 'number',
      maxLength: 4,
      hidden: true,
      default: '0000',
    });
    expect(parse(1101, undefined, 'Update?').question).toEqual({ kind: 'confirm', text: 'Update?' });
    expect(parse(1101, 'DR=0', 'Update?').question).toMatchObject({ default: false });
    expect(parse(1100, 'DR=1', 'Hello').question).toEqual({ kind: 'display', text: 'Hello' });
  });

  test('has options that are escaped as in URLs', () => {
    const { question } = parse(1102, 'DR=Gr%C3%BC%C3%9Fe+an+%26+von%3D', 'Text?');
    expect(question).toMatchObject({ default: 'Grüße an & von=' });
  });

  test('is asked without options that are unknown or make no sense, and says which', () => {
    const { question, ignored } = parse(
      1103,
      'FOO=1&MAXDT=soon&MINDT=-1&DR=4&IT=Z&MINDT=2',
      'Which?',
      'a',
      'b',
    );
    expect(question).toEqual({ kind: 'choice', text: 'Which?', choices: ['a', 'b'] });
    expect(ignored).toEqual([
      'option FOO=1: not known',
      'option MAXDT=soon: not a value of MAXDT',
      'option MINDT=-1: not a value of MINDT',
      'option IT=Z: not a value of IT',
      'option MINDT=2: said before',
      'option DR=4: no answer to this question',
    ]);
  });

  test('is shown for a day at most, and no shorter than its shortest time', () => {
    expect(parse(1101, 'MAXDT=999999999&MINDT=99999999', 'x?').question).toMatchObject({
      minDisplay: 86_400,
      maxDisplay: 86_400,
    });
    expect(parse(1101, 'MAXDT=5&MINDT=9', 'x?').question).toMatchObject({ maxDisplay: 9 });
  });

  test('cannot be asked without what it needs (412), nor with more than can be shown (416)', () => {
    expect(thrown(1100)).toMatchObject({ status: 412 });
    expect(thrown(1100, '', ' ')).toMatchObject({ status: 412 });
    expect(thrown(1103, '', 'Which?')).toMatchObject({ status: 412 });
    expect(thrown(1100, '', '€'.repeat(QUESTION_LIMITS.text + 1))).toMatchObject({ status: 416 });
    expect(parse(1100, '', '𝄞'.repeat(QUESTION_LIMITS.text)).question.text.length).toBe(
      2 * QUESTION_LIMITS.text,
    );
    expect(thrown(1103, '', 'Which?', 'a'.repeat(201))).toMatchObject({ status: 416 });
    expect(thrown(1104, '', 'Which?', ...Array(101).fill('a'))).toMatchObject({ status: 416 });
  });
});

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 50 })
  .filter((each) => each.trim() !== '');
const times = fc.record(
  { minDisplay: fc.integer({ min: 0, max: 50 }), maxDisplay: fc.integer({ min: 50, max: 86_400 }) },
  { requiredKeys: [] },
);
const choices = fc.array(text, { minLength: 3, maxLength: 10 });
const question: fc.Arbitrary<Question> = fc
  .tuple(
    fc.oneof(
      fc.record({ kind: fc.constant('display' as const), text }),
      fc.record(
        { kind: fc.constant('confirm' as const), text, default: fc.boolean() },
        { requiredKeys: ['kind', 'text'] },
      ),
      fc.record({
        kind: fc.constant('input' as const),
        text,
        input: fc.constant('text' as const),
        maxLength: fc.integer({ min: 200, max: 900 }),
        hidden: fc.boolean(),
        default: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 100 }),
      }),
      fc.record({
        kind: fc.constant('choice' as const),
        text,
        choices,
        default: fc.integer({ min: 1, max: 3 }),
      }),
      fc.record({
        kind: fc.constant('choices' as const),
        text,
        choices,
        default: fc.constantFrom([1], [2, 3], [1, 3]),
      }),
    ),
    times,
  )
  .map(([own, asked]) => ({ ...own, ...asked }));

test('a question that was written is read as it was', () => {
  void fc.assert(
    fc.property(question, (asked) => {
      expect(parseQuestion(questionAlert(asked))).toEqual({ question: asked, ignored: [] });
    }),
  );
});

test('no alert leads to anything but a question or its refusal', () => {
  void fc.assert(
    fc.property(fc.constantFrom(1100, 1101, 1102, 1103, 1104), fc.array(fc.string()), (code, data) => {
      const result = thrown(code, ...data);
      if (result instanceof Error) expect(result).toMatchObject({ name: 'QuestionError' });
    }),
  );
});

test.each([
  ['text', 'Grüße 👋', undefined],
  ['text', 'a\u0007', 'Expected a text.'],
  ['text', '\ud800', 'Expected a text.'],
  ['text', '', 'Expected an answer.'],
  ['text', '👋'.repeat(10), undefined],
  ['text', '12345678901', 'Expected at most 10 characters; these are 11.'],
  ['number', '-12.5', undefined],
  ['number', '1e5', 'Expected a number.'],
  ['date', '29022028', undefined],
  ['date', '29022027', 'Expected a date as day, month and year, such as 31122026.'],
  ['time', '235959', undefined],
  ['time', '240000', 'Expected a time as hours, minutes and seconds, such as 235959.'],
  ['phone', '+4912345', undefined],
  ['phone', '12+3', 'Expected a phone number of digits, with + only before them.'],
  ['ip', '192.0.2.1', undefined],
  ['ip', '192.0.2', 'Expected an IP address such as 192.0.2.1.'],
  ['ip', '1.1.1.256', 'Expected an IP address such as 192.0.2.1.'],
] as const)('as %s the answer %j is judged: %s', (input, answer, fault) => {
  expect(inputFault({ kind: 'input', text: '?', input, maxLength: 10, hidden: false }, answer)).toBe(fault);
});
