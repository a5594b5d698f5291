import type { Question } from '@grove/protocol';
import { expect, test } from 'vitest';
import { parseScript, type ScriptedAnswer, scriptedUser } from './script.ts';

const never = new AbortController().signal;
const confirm = (text: string): Question => ({ kind: 'confirm', text });
const choices: Question = { kind: 'choices', text: 'Which?', choices: ['a', 'b', 'c'], default: [2] };
const input = (more: object = {}): Question => ({
  kind: 'input',
  text: 'PIN?',
  input: 'number',
  maxLength: 4,
  hidden: true,
  ...more,
});

test('gives the first answer that is for the question, and as often as it says', async () => {
  const user = scriptedUser(
    parseScript([
      { question: 'confirm', text: 'up(date|grade)', times: 1, answer: 'reject' },
      { question: 'confirm', answer: 'accept' },
      { question: 'input', answer: { type: 1234 } },
      { text: '^which', answer: { choose: [3, 1] } },
    ]),
  );
  expect(await user.ask(confirm('Update now?'), never)).toEqual({ kind: 'no' });
  expect(await user.ask(confirm('Update now?'), never)).toEqual({ kind: 'yes' });
  expect(await user.ask(input(), never)).toEqual({ kind: 'typed', text: '1234' });
  expect(await user.ask(choices, never)).toEqual({ kind: 'chosen', choices: [3, 1] });
  expect(await user.ask({ kind: 'display', text: 'Hello' }, never)).toEqual({ kind: 'unsupported' });
  await expect(user.ask(input({ maxLength: 3 }), never)).rejects.toThrow('Expected at most 3 characters');
});

test.each<[ScriptedAnswer['answer'], Question, object]>([
  ['accept', choices, { kind: 'chosen', choices: [2] }],
  ['accept', { ...choices, default: undefined }, { kind: 'chosen', choices: [1] }],
  ['accept', input({ input: 'date', maxLength: 8 }), { kind: 'typed', text: '01012026' }],
  ['accept', input({ default: '42' }), { kind: 'typed', text: '42' }],
  ['reject', confirm('?'), { kind: 'no' }],
  ['reject', choices, { kind: 'cancelled' }],
  ['cancel', confirm('?'), { kind: 'cancelled' }],
])('to %j %o answers as one would', async (answer, question, reaction) => {
  expect(await scriptedUser([{ answer }]).ask(question, never)).toEqual(reaction);
});

test('says what is wrong with a script, and where', () => {
  const wrong = (...entries: unknown[]) => expect(() => parseScript(entries));
  expect(() => parseScript('accept')).toThrow('expected a list of answers');
  wrong({ answer: 'accept' }, { answer: 'perhaps' }).toThrow(
    'answer 2: answer is not accept, reject, cancel, ignore',
  );
  wrong({ question: 'quiz', answer: 'accept' }).toThrow('answer 1: question is not one of display, confirm');
  wrong({ text: '(', answer: 'accept' }).toThrow('answer 1: Invalid regular expression');
  wrong({ code: 1101, answer: 'accept' }).toThrow('answer 1: code is not known');
  wrong({ times: 0, answer: 'accept' }).toThrow('answer 1: times is not a number from 1');
  wrong({ answer: { choose: ['b'] } }).toThrow('answer 1: answer is not');
});
