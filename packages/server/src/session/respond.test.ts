import { describe, expect, it } from 'vitest';
import type { Step } from '../steps/index.ts';
import { alert, Engine, headerStatus, messageOf, obey, status, task } from './engine.testing.ts';
import { fitMessage } from './fit.ts';

const get = (uri: string): Step => ({ kind: 'get', uri });
const exec: Step = { kind: 'exec', uri: './X' };

describe('a device that takes little at once', () => {
  it('gets the commands in several messages, each within its limit, and all are answered', () => {
    const steps = Array.from({ length: 50 }, (_, index) => get(`./A/${index}`));
    const engine = new Engine({ work: [task(1, ...steps)] });
    const header = { meta: { maxMsgSize: 1500, emi: [] } };
    let said = engine.say(messageOf([alert()], header));
    let messages = 0;
    while (said.effects.ended === undefined) {
      messages++;
      expect(said.bytes.length).toBeLessThanOrEqual(1500);
      expect(said.answer.body.final).toBe(true);
      const values = Object.fromEntries(said.asks.map((ask) => [ask.slice('Get '.length), 'v']));
      said = engine.say(messageOf(obey(said, values)));
    }
    expect(messages).toBeGreaterThan(5);
    expect(said.effects.finished[0]?.result.results).toHaveLength(50);
    expect(said.effects.finished[0]?.result.state).toBe('succeeded');
  });

  it('is not sent what it cannot take, and the task says so', () => {
    const steps: Step[] = [{ kind: 'replace', uri: './Big', value: 'x'.repeat(3000) }, get('./A')];
    const engine = new Engine({ work: [task(1, ...steps)] });
    engine.traits = { largeObjects: false };
    const said = engine.say(messageOf([alert()], { meta: { maxMsgSize: 2000, emi: [] } }));
    expect(said.asks).toEqual(['Get ./A']);
    const last = engine.say(messageOf(obey(said, { './A': '1' })));
    expect(last.effects.finished[0]?.result.reason).toBe(
      'Replace ./Big was not sent: it does not fit into the 2000 bytes that the device takes, and the device does not put pieces together',
    );
  });

  it('costs little when it says that it takes next to nothing', () => {
    const nodes = Array.from({ length: 1000 }, (_, index) => ({ path: `G/${index}`, value: 'x' }));
    const works = Array.from({ length: 50 }, (_, id) => task(id, { kind: 'converge', root: './A', nodes }));
    const engine = new Engine({ work: works });
    const { effects } = engine.say(messageOf([alert()], { meta: { maxMsgSize: 1, emi: [] } }));
    expect(effects.finished).toHaveLength(50);
    expect(effects.finished[0]?.result.reason).toContain('does not fit into the 1 bytes');
  });

  it('is not sent what no message can carry', () => {
    const engine = new Engine({
      work: [task(1, { kind: 'replace', uri: './A', value: '\u0001' }, get('./B'))],
    });
    const said = engine.say(messageOf([alert()]));
    expect(said.asks).toEqual(['Get ./B']);
    expect(said.effects.deviations[0]).toContain('U+0001');
  });

  it.each([
    [10, 100, 10],
    [10, 5, 5],
    [10, 4, 2],
    [10, 1, 1],
    [10, 0, 0],
    [1, 0, 0],
  ])('of %i commands, %i at the most, gets %i', (most, room, count) => {
    let made = 0;
    const fit = fitMessage(most, room, (n) => {
      made++;
      return new Uint8Array(n);
    });
    expect(fit.count).toBe(count);
    expect(made).toBeLessThan(6);
  });
});

describe('work that an earlier session left', () => {
  const interrupted = (steps: Step[], answered: number) => {
    const before = new Engine({ work: [task(1, ...steps)] });
    const { commands } = before.say(messageOf([alert()]));
    const codes = commands.slice(0, answered).map(({ cmdID, name }) => status(name, cmdID, 200));
    if (answered > 0) before.say(messageOf([headerStatus(), ...codes], {}, false));
    const engine = new Engine({ work: [task(1, ...steps)] });
    engine.previous = before.state;
    return engine;
  };

  it.each<[string, Step[], number, string[], string[]]>([
    ['is sent again', [get('./A'), get('./B')], 0, ['Get ./A', 'Get ./B'], []],
    [
      'is sent again but for what was answered',
      [{ kind: 'delete', uri: './A' }, get('./B')],
      1,
      ['Get ./B'],
      [],
    ],
    [
      'is sent again but for an Exec',
      [get('./A'), exec],
      0,
      ['Get ./A'],
      ['the device did not answer Exec ./X'],
    ],
    ['is over when it was an Exec', [exec], 0, [], ['the device did not answer Exec ./X']],
    ['goes on after an Exec that was answered', [exec, get('./A')], 1, ['Get ./A'], []],
  ])('%s', (_, steps, answered, asks, reasons) => {
    const engine = interrupted(steps, answered);
    let said = engine.say(messageOf([alert()]));
    expect(said.asks).toEqual(asks);
    if (said.effects.ended === undefined)
      said = engine.say(messageOf(obey(said, { './A': '1', './B': '2' })));
    const [finished] = said.effects.finished;
    expect(finished?.result.reason).toBe(reasons.length === 0 ? null : reasons.join());
  });

  it('is dropped when it no longer exists, and is no obstacle to other work', () => {
    const engine = interrupted([get('./A')], 0);
    engine.work = [task(2, get('./B'))];
    expect(engine.say(messageOf([alert()])).asks).toEqual(['Get ./B']);
  });

  it('waits until the device has said all that it wants to say', () => {
    const engine = interrupted([get('./A')], 0);
    expect(engine.say(messageOf([alert(), alert(1222)], {}, false)).asks).toEqual(['Alert 1222']);
    expect(engine.say(messageOf([headerStatus()])).asks).toEqual(['Get ./A']);
  });

  it('knows a repeated Add by 418 and a repeated Delete by 404', () => {
    const steps: Step[] = [
      { kind: 'add', uri: './A', value: 'x' },
      { kind: 'delete', uri: './B' },
    ];
    const engine = interrupted(steps, 0);
    const { commands } = engine.say(messageOf([alert()]));
    const [add, del] = commands;
    const { effects } = engine.say(
      messageOf([headerStatus(), status('Add', add?.cmdID, 418), status('Delete', del?.cmdID, 404)]),
    );
    expect(effects.finished[0]?.result).toMatchObject({
      state: 'succeeded',
      results: [{ status: 418 }, { status: 404 }],
    });
  });

  it('fails when the device never comes to the end of a session with it', () => {
    const steps = [get('./Poison'), get('./B')];
    let engine = new Engine({ work: [task(1, ...steps)] });
    let said = engine.say(messageOf([alert()]));
    for (let session = 1; session < 20 && said.effects.finished.length === 0; session++) {
      expect(said.asks).toEqual(['Get ./Poison', 'Get ./B']);
      const next = new Engine({ work: engine.work });
      next.previous = engine.state;
      engine = next;
      said = engine.say(messageOf([alert()]));
    }
    expect(said.effects.finished[0]?.result.reason).toBe(
      'the device did not answer Get ./Poison; the device did not answer Get ./B',
    );
  });
});
