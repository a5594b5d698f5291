import { describe, expect, it } from 'vitest';
import type { Step } from '../steps/index.ts';
import {
  alert,
  Engine,
  type Exchange,
  headerStatus,
  messageOf,
  obey,
  results,
  status,
  task,
} from './engine.testing.ts';

const get = (uri: string): Step => ({ kind: 'get', uri });
const exec: Step = { kind: 'exec', uri: './X' };

function begun(...steps: Step[]): { engine: Engine; first: Exchange } {
  const engine = new Engine({ work: [task(1, ...steps)] });
  return { engine, first: engine.say(messageOf([alert()])) };
}

const ids = ({ commands }: Exchange): string[] => commands.map(({ cmdID }) => cmdID);
const outcome = ({ effects }: Exchange) => effects.finished[0]?.result;

describe('answers of a device', () => {
  it('may come in several messages, and speak of the message that had the commands', () => {
    const { engine, first } = begun(get('./A'), get('./B'));
    const [a = '', b = ''] = ids(first);
    const second = engine.say(
      messageOf([headerStatus(), status('Get', a, 200), results(a, [{ data: '1' }])], { msgID: '2' }, false),
    );
    expect(second.asks).toEqual(['Alert 1222']);
    expect(second.answer.body.final).toBeUndefined();
    const third = engine.say(
      messageOf(
        [
          headerStatus(200, { msgRef: '2' }),
          status('Alert', '2', 200, { msgRef: '2' }),
          status('Get', b, 200),
          results(b, [{ data: '2' }]),
        ],
        { msgID: '3' },
      ),
    );
    expect(outcome(third)?.results.map(({ value }) => value)).toEqual(['1', '2']);
    expect(third.effects.deviations).toEqual([]);
  });

  it('are not taken from a Status for an Alert that has no MsgRef', () => {
    const { engine, first } = begun(get('./A'), get('./B'));
    const [a = '', b = ''] = ids(first);
    const again = (code: number, cmdRef: string, cmd = 'Get') =>
      status(cmd, cmdRef, code, { msgRef: undefined });
    engine.say(messageOf([headerStatus(), again(404, b)], { msgID: '2' }, false));
    // The server asked for more by an Alert that has the CmdID of the first Get.
    const third = engine.say(
      messageOf([headerStatus(), again(200, a, 'Alert'), again(404, a)], { msgID: '3' }),
    );
    expect(outcome(third)?.results.map((result) => result.status)).toEqual([404, 404]);
  });

  it.each([
    ['without MsgRef', { msgRef: undefined }],
    ['without Cmd', { cmd: '' }],
  ])('are taken %s', (_, more) => {
    const { engine, first } = begun(exec);
    const [id] = ids(first);
    const second = engine.say(messageOf([headerStatus(), status('Exec', id, 200, more)]));
    expect(outcome(second)).toMatchObject({ state: 'succeeded' });
  });

  it('that speak of nothing that was sent are noted', () => {
    const { engine } = begun(get('./A'));
    const { effects, asks } = engine.say(
      messageOf([headerStatus(), status('Get', '77', 200), results('78', [{ data: 'x' }])]),
    );
    expect(effects.deviations).toEqual([
      'Status for Get refers to command 77 of message 1, which was not sent',
      'Results refer to command 78, which was not sent',
    ]);
    expect(asks).toEqual(['Get ./A']);
  });

  it('that do not come are asked for once more, but not from an Exec', () => {
    const { engine, first } = begun(get('./A'), exec);
    expect(first.asks).toEqual(['Get ./A', 'Exec ./X']);
    const second = engine.say(messageOf([headerStatus()]));
    expect(second.asks).toEqual(['Get ./A']);
    const third = engine.say(messageOf([headerStatus(212, { msgRef: '2' })]));
    expect(third.asks).toEqual([]);
    expect(outcome(third)).toMatchObject({
      state: 'failed',
      reason: 'the device did not answer Get ./A; the device did not answer Exec ./X',
    });
  });

  it('are complete with a success without Results once the device has finished', () => {
    const { engine, first } = begun(get('./A'));
    const [id = ''] = ids(first);
    const more = engine.say(messageOf([headerStatus(), status('Get', id, 200)], {}, false));
    expect(more.asks).toEqual(['Alert 1222']);
    const last = engine.say(messageOf([headerStatus(200, { msgRef: '2' })]));
    expect(outcome(last)).toMatchObject({ state: 'succeeded', results: [{ status: 200 }] });
  });

  it('do not make the state of a session grow without bound', () => {
    const steps = Array.from({ length: 12 }, (_, index) => get(`./A/${index}`));
    const { engine, first } = begun(...steps);
    const value = 'x'.repeat(1_000_000);
    let answer = first;
    for (const id of ids(first)) {
      answer = engine.say(messageOf([headerStatus(), results(id, [{ data: value }])], {}, false));
    }
    expect(JSON.stringify(engine.state).length).toBeLessThan(5_000_000);
    expect(answer.effects.deviations[0]).toContain('is not kept');
    answer = engine.say(messageOf(ids(first).map((id) => status('Get', id, 200))));
    expect(outcome(answer)?.results.filter((result) => result.value !== undefined)).toHaveLength(4);
  });

  it('tell what is in the device', () => {
    const { engine, first } = begun(
      get('./A'),
      get('./Gone'),
      get('./A?prop=ACL'),
      { kind: 'add', uri: './B', value: 'b' },
      { kind: 'delete', uri: './B' },
      { kind: 'replace', uri: './C', value: '7', format: 'int' },
    );
    const { effects } = engine.say(messageOf(obey(first, { './A': 'a', './A?prop=ACL': 'Get=*' })));
    expect(effects.nodes).toEqual([
      { uri: './A', format: 'chr', type: null, value: 'a' },
      { uri: './C', format: 'int', type: null, value: '7' },
    ]);
    expect(effects.gone).toEqual(['./Gone', './B']);
  });
});

describe('work', () => {
  it('is taken one piece after the other, until nothing is left', () => {
    const engine = new Engine({
      work: [task(1, get('./A')), task(2, get('./B')), { ...task(3, exec), kind: 'campaign' }],
    });
    let said = engine.say(messageOf([alert()]));
    const asked: string[] = [];
    while (said.effects.ended === undefined) {
      asked.push(said.asks.join());
      said = engine.say(messageOf(obey(said, { './A': '1', './B': '2' })));
    }
    expect(asked).toEqual(['Get ./A', 'Get ./B', 'Exec ./X']);
    expect(said.effects.ended).toEqual({ outcome: 'completed', reason: null });
    expect(said.asks).toEqual([]);
  });

  it('that no longer exists is dropped', () => {
    const { engine } = begun(get('./A'));
    engine.work = [task(2, get('./B'))];
    expect(engine.say(messageOf([headerStatus(), status('Get', '2', 200)])).asks).toEqual(['Get ./B']);
  });

  it('waits for a device that aborts the session', () => {
    const { engine, first } = begun(get('./A'), exec);
    const [, id] = ids(first);
    const { effects, statuses, asks } = engine.say(
      messageOf([headerStatus(), status('Exec', id, 200), alert(1223)]),
    );
    expect(effects.ended?.outcome).toBe('aborted');
    expect([statuses, asks]).toEqual([['SyncHdr 200', 'Alert 200'], []]);
    const next = new Engine({ work: [task(1, get('./A'), exec)] });
    next.previous = engine.state;
    expect(next.say(messageOf([alert()])).asks).toEqual(['Get ./A']);
  });

  it('ends with the session when that has had too many messages', () => {
    const engine = new Engine({ work: [task(1, get('./A'))], answer: { maxMessages: 3 } });
    engine.say(messageOf([alert()]));
    const endless = messageOf([headerStatus(), alert(1222)], {}, false);
    expect(engine.say(endless).asks).toEqual(['Alert 1222']);
    const last = engine.say(endless);
    expect(last.asks).toEqual(['Alert 1223']);
    expect(last.effects.ended).toEqual({ outcome: 'aborted', reason: 'the session has had 3 messages' });
    expect(engine.state?.work).toBeDefined();
  });
});
