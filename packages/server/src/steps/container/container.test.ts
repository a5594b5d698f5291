import { describe, expect, it } from 'vitest';
import type { Answer, Request, Step } from '../index.ts';
import { converse } from '../simulate.testing.ts';

const add: Step = { kind: 'add', uri: './A', value: '1' };
const replace: Step = { kind: 'replace', uri: './B', value: '2' };
const get: Step = { kind: 'get', uri: './A' };
const confirm: Step = { kind: 'ask', question: { kind: 'confirm', text: 'Sure?' } };
const atomic = (...steps: Step[]): Step => ({ kind: 'atomic', steps });
const sequence = (...steps: Step[]): Step => ({ kind: 'sequence', steps });

const answered = (status: number | null, ...nested: (number | null)[]): Answer => ({
  status,
  nested: nested.map((each) => ({ status: each })),
});

describe('an Atomic', () => {
  const both = atomic(add, replace);

  it.each<[string, Step, Answer, string | null]>([
    ['is done', both, answered(200, 200, 200), null],
    ['is done, though the device says it of the whole alone', both, answered(200), null],
    [
      'is not done if a part of it was not',
      both,
      answered(200, 200, 404),
      'the device says that the Atomic was done (200), and contradicts itself: the device answered Replace ./B with 404',
    ],
    [
      'is not done if a part of it was left out',
      both,
      answered(200, 200, 215),
      'the device says that the Atomic was done (200), and contradicts itself: the device did not carry out Replace ./B',
    ],
    [
      'is not done if a part of it was to be undone',
      both,
      answered(200, 200, 516),
      'the device says that the Atomic was done (200), and contradicts itself: the device did not carry out Replace ./B',
    ],
    [
      'is undone',
      both,
      answered(507, 216, 404),
      'the Atomic failed, so that nothing of it holds: the device answered Replace ./B with 404',
    ],
    [
      'could not be undone',
      both,
      answered(507, 516, 404),
      'the Atomic failed and could not be undone (516): Add ./A may still hold; the device answered Replace ./B with 404',
    ],
    [
      'has too long an answer',
      both,
      answered(517, 215, 215),
      'the device did not carry out the Atomic: its answers would not fit into one message (517)',
    ],
    [
      'was refused by the user',
      atomic(confirm, add),
      answered(507, 304, 215),
      'the Atomic failed, so that nothing of it holds: "Sure?" was rejected by the user (304)',
    ],
    [
      'is not there',
      both,
      answered(406, 406, 406),
      'the device has no Atomic: it answered Atomic of 2 commands with 406',
    ],
    ['was not answered', both, answered(null), 'the device did not answer Atomic of 2 commands'],
    ['was not sent', both, { status: null, reason: 'it does not fit' }, 'it does not fit'],
    [
      'had been done, when the answer was lost',
      both,
      { status: 507, repeated: true, nested: [{ status: 418, repeated: true }, { status: 215 }] },
      null,
    ],
    [
      'fails for another reason when it is sent again',
      both,
      { status: 507, repeated: true, nested: [{ status: 216 }, { status: 404, repeated: true }] },
      'the Atomic failed, so that nothing of it holds: the device answered Replace ./B with 404',
    ],
  ])('%s', (_, step, answer, reason) => {
    const { result, rounds } = converse([step], () => answer);
    expect(result.reason).toBe(reason);
    expect(rounds).toHaveLength(1);
  });

  it('shows its own result and one for each of its commands', () => {
    const { result } = converse([both], () => answered(507, 216, 404));
    expect(result.results).toEqual([
      { step: 0, command: 'Atomic', status: 507 },
      { step: 0, path: '0/steps/0', command: 'Add', uri: './A', status: 216 },
      { step: 0, path: '0/steps/1', command: 'Replace', uri: './B', status: 404 },
    ]);
  });

  it('goes separately where it may and the device has none, up to the first that fails', () => {
    const device = ({ command }: Request): Answer => ({
      status: command === 'Atomic' ? 406 : command === 'Add' ? 200 : 404,
    });
    const steps: Step[] = [{ kind: 'atomic', steps: [add, replace, get], unsupported: 'separately' }];
    const { rounds, result } = converse(steps, device);
    expect(rounds).toEqual([['Atomic[Add ./A=1, Replace ./B=2, Get ./A]'], ['Add ./A=1'], ['Replace ./B=2']]);
    expect(result.reason).toBe('the device answered Replace ./B with 404');
    expect(converse(steps, device, { atomic: false }).rounds).toEqual(rounds.slice(1));
  });
});

describe('a Sequence', () => {
  const both = sequence(add, get);

  it.each<[string, Step, Answer, string | null]>([
    ['is done', both, answered(200, 200, 200), null],
    ['is done, though the device says nothing of the whole', both, answered(null, 200, 200), null],
    [
      'stops at what fails',
      both,
      answered(200, 418, 215),
      'the device answered Add ./A with 418; what follows it in the Sequence was not done',
    ],
    [
      'stops where the user says no',
      sequence(confirm, add),
      answered(200, 304, 215),
      '"Sure?" was rejected by the user (304); what follows it in the Sequence was not done',
    ],
    [
      'is not done as long as one is missing',
      both,
      answered(200, 200),
      'the device did not answer Get ./A, in a Sequence',
    ],
    [
      'is not done as long as one was to be undone',
      both,
      answered(200, 200, 516),
      'the device did not carry out Get ./A, in a Sequence',
    ],
    ['was not answered', both, answered(null), 'the device did not answer Sequence of 2 commands'],
    [
      'holds an Atomic that fails',
      sequence(atomic(add, replace), get),
      { status: 200, nested: [answered(507, 418, 215), { status: 215 }] },
      'the Atomic failed, so that nothing of it holds: the device answered Add ./A with 418; what follows it in the Sequence was not done',
    ],
  ])('%s', (_, step, answer, reason) => {
    expect(converse([step], () => answer).result.reason).toBe(reason);
  });

  it('is made of single commands where the device has none', () => {
    const device = ({ command }: Request): Answer => ({ status: command === 'Sequence' ? 406 : 200 });
    const { rounds, result } = converse([sequence(add, confirm, replace)], device);
    expect(rounds.slice(1)).toEqual([['Add ./A=1'], ['confirm Sure?'], ['Replace ./B=2']]);
    expect(result).toMatchObject({ state: 'succeeded' });
    expect(result.results.slice(4).map(({ command }) => command)).toEqual(['Add', 'Alert', 'Replace']);
  });

  it('sends an Exec once: in it, or alone where the device is known to have none', () => {
    const steps = [sequence(add, { kind: 'exec', uri: './X' })];
    const device = ({ command }: Request): Answer => ({ status: command === 'Sequence' ? 406 : 200 });
    const { rounds, result } = converse(steps, device);
    expect(rounds).toEqual([['Sequence[Add ./A=1, Exec ./X]']]);
    expect(result.reason).toBe(
      'the device has no Sequence: it answered Sequence of 2 commands with 406, and an Exec in it is not sent twice',
    );
    const known = converse(steps, device, { sequence: false });
    expect(known.rounds).toEqual([['Add ./A=1'], ['Exec ./X']]);
    expect(known.result.state).toBe('succeeded');
  });
});
