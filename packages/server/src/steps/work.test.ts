import { describe, expect, it } from 'vitest';
import { type Answer, answerRequest, dueRequests, type Step, startWork, workResult } from './index.ts';
import { carryOut, NOW, shown, situation, treeDevice } from './simulate.testing.ts';

const get = (uri: string): Step => ({ kind: 'get', uri });
const exec: Step = { kind: 'exec', uri: './Reboot', value: 'now' };
const converge: Step = { kind: 'converge', root: './A', nodes: [{ path: 'B', value: 'x' }] };

describe('a list of steps', () => {
  it('sends adjacent commands together and a converge step alone', () => {
    const tree = new Map([['./A', undefined]]);
    const { rounds, result } = carryOut(
      [get('./A'), get('./X'), converge, { kind: 'delete', uri: './A/B' }, exec],
      (request) => (request.uri === './X' ? { status: 200, value: '1' } : treeDevice(tree)(request)),
    );
    expect(rounds).toEqual([
      ['Get ./A', 'Get ./X'],
      ['Get ./A/B'],
      ['Get ./A'],
      ['Add ./A/B=x'],
      ['Delete ./A/B', 'Exec ./Reboot=now'],
    ]);
    expect(result.state).toBe('succeeded');
    expect(result.results.map(({ step, command, uri, status }) => [step, command, uri, status])).toEqual([
      [0, 'Get', './A', 200],
      [1, 'Get', './X', 200],
      [2, 'Add', './A/B', 200],
      [2, 'Converge', './A', 200],
      [3, 'Delete', './A/B', 200],
      [4, 'Exec', './Reboot', 200],
    ]);
  });

  it('goes no further than the group in which a step failed', () => {
    const { rounds, result } = carryOut([get('./A'), get('./B'), converge, exec], ({ uri }) =>
      uri === './A' ? { status: 404 } : { status: 200, value: '' },
    );
    expect(rounds).toEqual([['Get ./A', 'Get ./B']]);
    expect(result.state).toBe('failed');
    expect(result.reason).toBe('the device answered Get ./A with 404');
    expect(result.results).toHaveLength(2);
  });

  it.each<[Step, Answer, string | null]>([
    [get('./A'), { status: 200 }, null],
    [exec, { status: 202 }, null],
    [exec, { status: 214 }, 'the device answered Exec ./Reboot with 214'],
    [exec, { status: 215 }, 'the device answered Exec ./Reboot with 215'],
    [
      { kind: 'replace', uri: './A', value: 'x' },
      { status: 216 },
      'the device answered Replace ./A with 216',
    ],
    [get('./A'), { status: null }, 'the device did not answer Get ./A'],
    [get('./A'), { status: null, reason: 'it was not sent' }, 'it was not sent'],
    [{ kind: 'add', uri: './A' }, { status: 418 }, 'the device answered Add ./A with 418'],
    [{ kind: 'add', uri: './A' }, { status: 418, repeated: true }, null],
    [{ kind: 'delete', uri: './A' }, { status: 404 }, 'the device answered Delete ./A with 404'],
    [{ kind: 'delete', uri: './A' }, { status: 404, repeated: true }, null],
    [get('./A'), { status: 404, repeated: true }, 'the device answered Get ./A with 404'],
    [
      { kind: 'copy', uri: './A', to: './B' },
      { status: 500 },
      'the device answered Copy ./A to ./B with 500',
    ],
  ])('%o answered with %o', (step, answer, reason) => {
    const { result } = carryOut([step], () => answer);
    expect(result.reason).toBe(reason);
    expect(result.results).toHaveLength(1);
    expect(Object.keys(result.results[0] ?? {}).sort()).toEqual(['command', 'status', 'step', 'uri']);
  });

  it('waits for every answer of a group, in whatever order they come, and shows them in its own', () => {
    const steps = [get('./A'), get('./B'), get('./C')];
    let progress = startWork();
    const due = dueRequests(steps, progress, situation());
    for (const index of [2, 0]) {
      progress = answerRequest(steps, progress, due[index]!, { status: 200, value: String(index) }, NOW);
    }
    expect(dueRequests(steps, progress, situation()).map(shown)).toEqual(['Get ./B']);
    progress = answerRequest(steps, progress, due[1]!, { status: 200, value: '1' }, NOW);
    expect(dueRequests(steps, progress, situation())).toEqual([]);
    expect(workResult(steps, progress).results.map(({ value }) => value)).toEqual(['0', '1', '2']);
  });

  it('leaves the progress that it was given as it is', () => {
    const steps = [get('./A'), converge];
    const progress = startWork();
    const [request] = dueRequests(steps, progress, situation());
    answerRequest(steps, progress, request!, { status: 200 }, NOW);
    expect(progress).toEqual(startWork());
  });
});
