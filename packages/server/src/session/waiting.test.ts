import type { Alert, Item } from '@grove/protocol';
import { describe, expect, it } from 'vitest';
import type { Step } from '../steps/index.ts';
import { alert, Engine, type Exchange, headerStatus, messageOf, status, task } from './engine.testing.ts';

const exec: Step = { kind: 'exec', uri: './FUMO/x/Update', await: { seconds: 60 } };
const get: Step = { kind: 'get', uri: './A' };

function told(correlator: string | undefined, source = './FUMO/x', data = '200', type = 'org.x.done'): Alert {
  const item: Item = { source: { locURI: source }, meta: { type, emi: [] }, data };
  return { ...alert(1226, [item]), correlator };
}

/** A session of which the device has left after it took the Exec. */
function begun(...steps: Step[]): { engine: Engine; first: Exchange; parked: Exchange } {
  const engine = new Engine({ work: [task(7, ...steps), task(8, { kind: 'get', uri: './Other' })] });
  const first = engine.say(messageOf([alert()]));
  const parked = engine.say(messageOf([headerStatus(), status('Exec', '3', 202)]));
  return { engine, first, parked };
}

/** Another session of the same device. */
function again({ work, waiting }: Engine): Engine {
  const engine = new Engine({ work });
  engine.waiting = waiting;
  return engine;
}

const resultOf = ({ effects }: Exchange, id = 7) =>
  effects.finished.find(({ work }) => work.id === id)?.result;

describe('work that waits for an alert', () => {
  it('names itself to the device, and lets other work go first', () => {
    const { first, parked, engine } = begun(exec, get);
    expect(first.commands).toMatchObject([{ name: 'Exec', correlator: 'task-7/0' }]);
    expect(parked.effects.parked).toMatchObject([
      { work: { kind: 'task', id: 7 }, until: engine.now + 60_000 },
    ]);
    expect(parked.asks).toEqual(['Get ./Other']);
  });

  it.each<[string, Alert]>([
    ['the same correlator', told('task-7/0', './Elsewhere')],
    ['the node as Source', told(undefined, 'FUMO/x/Update')],
    ['a node above it as Source', told(undefined)],
  ])('goes on in another session by an alert with %s', (_, said) => {
    const { engine } = begun(exec, get);
    const next = again(engine).say(messageOf([alert(), said]));
    expect(next.effects.alerts[0]?.work).toEqual({ kind: 'task', id: 7 });
    expect(next.asks).toEqual(['Get ./A']);
    expect(next.effects.started).toEqual([{ kind: 'task', id: 7 }]);
  });

  it.each<[string, Alert]>([
    ['of other work', told('task-9/0')],
    ['of another node', told(undefined, './FUMO/y')],
    ['of the root', told(undefined, '.')],
    ['of another type', told('task-7/0', './FUMO/x', '200', 'org.x.begun')],
    ['of the client', { ...told('task-7/0'), code: 1224 }],
  ])('goes on waiting at an alert %s', (_, said) => {
    const { engine } = begun({ ...exec, await: { seconds: 60, type: 'org.x.done' } } as Step);
    const session = again(engine);
    const next = session.say(messageOf([alert(), said]));
    expect(next.effects.alerts[0]?.work).toBe(undefined);
    expect(next.asks).toEqual(['Get ./Other']);
    expect(session.waiting).toHaveLength(1);
  });

  it('has the alert as its result, and fails when that is not what was expected', () => {
    const { engine } = begun({ ...exec, await: { seconds: 60, expect: ['200'] } } as Step);
    const fine = again(engine).say(messageOf([alert(), told('task-7/0')]));
    expect(resultOf(fine)).toMatchObject({
      state: 'succeeded',
      results: [
        { command: 'Exec', status: 202 },
        { command: 'Alert', uri: './FUMO/x', value: '200', type: 'org.x.done', status: 200 },
      ],
    });
    const bad = again(engine).say(messageOf([alert(), told('task-7/0', './FUMO/x', '402')]));
    expect(resultOf(bad)?.reason).toBe('the outcome of Exec ./FUMO/x/Update is "402", not 200');
  });

  it('takes the alert also in the message that answers the Exec, before or after its Status', () => {
    for (const order of [0, 1]) {
      const engine = new Engine({ work: [task(7, exec)] });
      engine.say(messageOf([alert()]));
      const said = [status('Exec', '3', 202), told('task-7/0')];
      const last = engine.say(messageOf([headerStatus(), ...(order === 0 ? said : said.reverse())]));
      expect(resultOf(last)).toMatchObject({ state: 'succeeded' });
    }
  });

  it('ends at once when the device says that it is done, or that it is not', () => {
    for (const code of [200, 405]) {
      const engine = new Engine({ work: [task(7, exec)] });
      engine.say(messageOf([alert()]));
      const last = engine.say(messageOf([headerStatus(), status('Exec', '3', code)]));
      expect(resultOf(last)?.state).toBe(code === 200 ? 'succeeded' : 'failed');
    }
  });

  it('is waited for also where the device went dark over the Exec, which it does not get again', () => {
    const engine = new Engine({ work: [task(7, exec)] });
    engine.say(messageOf([alert()]));
    const next = new Engine({ work: engine.work });
    next.previous = engine.state;
    const dark = next.say(messageOf([alert()]));
    expect(dark.asks).toEqual([]);
    expect(dark.effects.parked).toHaveLength(1);
    expect(resultOf(again(next).say(messageOf([alert(), told('task-7/0')])))?.state).toBe('succeeded');
  });

  it('keeps what came while the device was still speaking', () => {
    const { engine } = begun(exec, get);
    const session = again(engine);
    const more = session.say(messageOf([alert(), told('task-7/0'), alert(1222)], {}, false));
    expect(more.asks).toEqual(['Alert 1222']);
    expect(session.waiting).toMatchObject([{ until: null }]);
    expect(session.say(messageOf([headerStatus()])).asks).toEqual(['Get ./A']);
    expect(session.waiting).toEqual([]);
  });

  it('is named by an alert that comes too late', () => {
    const said = new Engine().say(messageOf([alert(), told('campaign-3/1')]));
    expect(said.effects.alerts[0]?.named).toEqual({ kind: 'campaign', id: 3 });
  });
});
