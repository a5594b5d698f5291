import { describe, expect, it } from 'vitest';
import type { Answer, AskStep, Step } from '../index.ts';
import { converse } from '../simulate.testing.ts';

const get = (uri: string): Step => ({ kind: 'get', uri });
const confirm: AskStep = {
  kind: 'ask',
  question: { kind: 'confirm', text: 'Update?', default: true, maxDisplay: 60 },
  steps: [get('./Yes')],
  otherwise: [get('./No')],
};
const rejectable: AskStep = { kind: 'ask', question: { kind: 'confirm', text: 'Update?' } };
const choices: AskStep = {
  kind: 'ask',
  question: { kind: 'choices', text: 'Which?', choices: ['a', 'b', 'c'], default: [1, 3] },
  cases: [
    { choice: 3, steps: [get('./C')] },
    { choice: 1, steps: [get('./A'), { ...confirm, question: { kind: 'confirm', text: 'Really?' } }] },
  ],
  steps: [get('./Any')],
};
const display: AskStep = { kind: 'ask', question: { kind: 'display', text: 'Hello' } };
const input: AskStep = { kind: 'ask', question: { kind: 'input', text: 'Name?', default: 'me' } };
const marked = (value?: string) => [{ value, mark: 'default', format: 'chr' }];

/** Carries a question out, and then the step `./Next`. */
function play(step: AskStep, answer: Answer) {
  const { rounds, result } = converse([step, get('./Next')], ({ command }) =>
    command === 'Alert' ? answer : { status: 200 },
  );
  return { asked: rounds.slice(1).flat(), reason: result.reason, results: result.results };
}

describe('a question', () => {
  it.each<[string, AskStep, Answer, string[], object]>([
    [
      'is accepted',
      confirm,
      { status: 200 },
      ['Get ./Yes', 'Get ./Next'],
      { outcome: 'accepted', byDefault: 'maybe' },
    ],
    ['is rejected', confirm, { status: 304 }, ['Get ./No', 'Get ./Next'], { outcome: 'rejected' }],
    [
      'is accepted because nobody answered, as the device says',
      { ...confirm, on: { byDefault: 'continue' } },
      { status: 200, items: marked() },
      ['Get ./Next'],
      { outcome: 'accepted', byDefault: 'yes' },
    ],
    [
      'is over',
      { ...confirm, on: { timedOut: 'otherwise' } },
      { status: 408 },
      ['Get ./No', 'Get ./Next'],
      { outcome: 'timedOut' },
    ],
    [
      'is passed over',
      { ...confirm, on: { notSupported: 'steps' } },
      { status: 406 },
      ['Get ./Yes', 'Get ./Next'],
      { outcome: 'notSupported' },
    ],
    ['is shown', display, { status: 200 }, ['Get ./Next'], { outcome: 'shown' }],
    [
      'is typed',
      input,
      { status: 200, items: [{ value: 'Ann' }] },
      ['Get ./Next'],
      { outcome: 'answered', value: 'Ann' },
    ],
    [
      'is typed as the default',
      input,
      { status: 200, items: [{ value: 'me' }] },
      ['Get ./Next'],
      { byDefault: 'maybe' },
    ],
    [
      'is several choices',
      choices,
      { status: 200, items: [{ value: '3' }, { value: '2' }] },
      ['Get ./C', 'Get ./Any', 'Get ./Next'],
      { outcome: 'answered', chosen: [2, 3] },
    ],
    [
      'is choices in one Item',
      choices,
      { status: 200, items: [{ value: '1-3' }] },
      ['Get ./C', 'Get ./A', 'confirm Really?', 'Get ./Yes', 'Get ./Any', 'Get ./Next'],
      { outcome: 'answered', chosen: [1, 3], byDefault: 'maybe' },
    ],
  ])('%s', (_, step, answer, asked, result) => {
    const played = play(step, answer);
    expect(played.asked).toEqual(asked);
    expect(played.reason).toBe(null);
    expect(played.results[0]).toMatchObject({ command: 'Alert', text: step.question.text, ...result });
  });

  it.each<[AskStep, Answer, string]>([
    [rejectable, { status: 304 }, '"Update?" was rejected by the user (304)'],
    [confirm, { status: 214 }, '"Update?" was cancelled by the user (214)'],
    [confirm, { status: 408 }, '"Update?" was not answered by the user in time (408)'],
    [confirm, { status: 406 }, '"Update?" cannot be asked: the device does not support it (406)'],
    [confirm, { status: 416 }, '"Update?" cannot be displayed by the device (416)'],
    [confirm, { status: 500 }, '"Update?" could not be asked (500)'],
    [confirm, { status: null }, '"Update?" was not answered by the device'],
    [confirm, { status: null, reason: 'it was not sent' }, 'it was not sent'],
    [choices, { status: 200, items: [{ value: '4' }] }, '"Which?" could not be asked (200)'],
    [
      { ...confirm, on: { byDefault: 'continue' } },
      { status: 500, items: marked() },
      '"Update?" could not be asked (500)',
    ],
    [
      {
        ...confirm,
        question: { kind: 'confirm', text: 'Update?', default: false },
        on: { byDefault: 'fail' },
      },
      { status: 304, items: marked() },
      '"Update?" was rejected by the user by default, as nobody answered (304)',
    ],
  ])('%o fails with %o', (step, answer, reason) => {
    const played = play(step, answer);
    expect(played).toMatchObject({ asked: [], reason });
  });

  it('says where a step within it stands', () => {
    const { results } = play(choices, { status: 200, items: [{ value: '1' }] });
    expect(results.map(({ path, step }) => path ?? step)).toEqual([
      0,
      '0/cases/1/steps/0',
      '0/cases/1/steps/1',
      '0/cases/1/steps/1/steps/0',
      '0/steps/0',
      1,
    ]);
  });

  it('does not go on where a step within it failed', () => {
    const { rounds, result } = converse([confirm, get('./Next')], (request) => ({
      status: request.command === 'Alert' ? 200 : 404,
    }));
    expect(rounds).toEqual([['confirm Update?'], ['Get ./Yes']]);
    expect(result.reason).toBe('the device answered Get ./Yes with 404');
  });
});
