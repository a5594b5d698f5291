import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Asked } from '@grove/device';
import type { Question } from '@grove/protocol';
import { expect, test } from 'vitest';
import { terminalUser } from './terminal.ts';

const CTRL_C = '\u0003';

/** A screen that can be read afterwards. */
function paper() {
  const output = new PassThrough();
  return { output, screen: () => text(output.end()) };
}

/** Asks a question of a user who types this, and gives what came of it and what the screen showed. */
async function typed(question: Asked, ...lines: readonly string[]) {
  const input = new PassThrough();
  const { output, screen } = paper();
  const user = terminalUser({ input, output, clock: { now: () => 0 } });
  const asking = user.ask({ maxDisplay: 90, ...question }, new AbortController().signal);
  for (const line of lines) {
    await new Promise((resolve) => setImmediate(resolve));
    input.write(line);
  }
  const reaction = await asking;
  return { reaction, screen: await screen() };
}

const CONFIRM: Question = { kind: 'confirm', text: 'Install it?' };
const NOTICE: Asked = {
  kind: 'notice',
  asks: true,
  operator: 'Example Mobile',
  text: 'New MMS settings',
  consequence: 'No MMS',
  legalNotice: '§ 1',
};
const CHOICE = { text: 'Which?', choices: ['red', 'green', 'blue'] };
const PIN: Question = { kind: 'input', text: 'PIN?', input: 'number', maxLength: 4, hidden: true };

test.each<[Asked, string, object]>([
  [{ kind: 'display', text: 'Hello' }, '\r', { kind: 'read' }],
  [CONFIRM, 'y\r', { kind: 'yes' }],
  [CONFIRM, 'No\r', { kind: 'no' }],
  [{ ...CONFIRM, default: false }, '\r', { kind: 'no' }],
  [{ ...PIN, hidden: false, default: '42' }, '\r', { kind: 'typed', text: '42' }],
  [{ kind: 'choice', ...CHOICE }, '2\r', { kind: 'chosen', choices: [2] }],
  [{ kind: 'choices', ...CHOICE }, '3, 1\r', { kind: 'chosen', choices: [3, 1] }],
  [{ kind: 'choices', ...CHOICE, default: [2, 3] }, '\r', { kind: 'chosen', choices: [2, 3] }],
  [{ kind: 'choices', ...CHOICE, default: [2, 3] }, '0\r', { kind: 'chosen', choices: [] }],
  [CONFIRM, CTRL_C, { kind: 'cancelled' }],
  [NOTICE, 'a\r', { kind: 'yes' }],
  [NOTICE, 'Refuse\r', { kind: 'no' }],
  [NOTICE, 'later\r', { kind: 'cancelled' }],
  [NOTICE, CTRL_C, { kind: 'cancelled' }],
  [{ ...NOTICE, asks: false }, '\r', { kind: 'read' }],
])('%o, to which %j is typed: %o', async (question, line, reaction) => {
  expect((await typed(question, line)).reaction).toEqual(reaction);
});

test('shows the question, the choices and the time, and nothing that would control the terminal', async () => {
  const { screen } = await typed({ kind: 'choice', ...CHOICE, text: 'Which\u001b[2J\none?' }, '1\r');
  expect(screen).toContain('Which\\u001b[2J\n  one?\n  1  red\n  2  green\n  3  blue\n');
  expect(screen).toContain('1:30 Number: ');
});

test('says who wants to manage the device, why, and what it means to refuse', async () => {
  const { reaction, screen } = await typed(NOTICE, '\r', 'yes\r', 'a\r');
  expect(reaction).toEqual({ kind: 'yes' });
  for (const text of [
    'Example Mobile asks to manage this device\n? New MMS settings\n  If you refuse: No MMS\n  Legal notice: § 1\n',
    '1:30 Accept, refuse or later (a/r/l): ',
    'Expected accept, refuse or later.',
  ])
    expect(screen).toContain(text);
});

test('asks again until the answer is one', async () => {
  const { reaction, screen } = await typed({ kind: 'choice', ...CHOICE }, 'red\r', '4\r', '3\r');
  expect(reaction).toEqual({ kind: 'chosen', choices: [3] });
  expect(screen.match(/Expected numbers from 1 to 3\./g)).toHaveLength(2);
});

test('does not show what is typed unseen', async () => {
  const { reaction, screen } = await typed(PIN, '9', '7', '5', '3\r');
  expect(reaction).toEqual({ kind: 'typed', text: '9753' });
  expect(screen).toContain('1:30 Number, unseen: ');
  expect(screen).not.toMatch(/[975]/);
});

test('does not show it either when something that was seen was typed before', async () => {
  const input = new PassThrough();
  const { output, screen } = paper();
  const user = terminalUser({ input, output, clock: { now: () => 0 } });
  const never = new AbortController().signal;
  for (const question of [CONFIRM, PIN]) {
    const asking = user.ask({ maxDisplay: 90, ...question }, never);
    input.write(question === PIN ? '9753\r' : 'y\r');
    await asking;
  }
  expect(await screen()).not.toContain('9753');
});

test('takes the question away when nobody waits any more', async () => {
  const abort = new AbortController();
  const { output, screen } = paper();
  const asking = terminalUser({ input: new PassThrough(), output }).ask(CONFIRM, abort.signal);
  abort.abort(new Error('over'));
  await expect(asking).rejects.toThrow('over');
  expect(await screen()).toMatch(/no longer asked\n$/);
});
