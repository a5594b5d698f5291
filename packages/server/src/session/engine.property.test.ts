import type { Command } from '@grove/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Step } from '../steps/index.ts';
import {
  alert,
  Engine,
  type Exchange,
  headerStatus,
  messageOf,
  replace,
  results,
  status,
  task,
} from './engine.testing.ts';

const uri = fc.constantFrom('./A', './B', './C/D');
const single = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ kind: fc.constant('add'), uri, value: fc.constantFrom('x', 'y') }),
  fc.record({ kind: fc.constant('delete'), uri }),
  fc.constant<Step>({ kind: 'ask', question: { kind: 'confirm', text: 'Sure?' } }),
);
const some = (of: fc.Arbitrary<Step>) => fc.array(of, { minLength: 1, maxLength: 3 });
const atomic = fc.record({ kind: fc.constant('atomic'), steps: some(single) });
const reading = fc.record({ kind: fc.constant('get'), uri });
const executing = fc.record({ kind: fc.constant('exec'), uri });
const step = fc.oneof<fc.Arbitrary<Step>[]>(
  atomic,
  fc.record({ kind: fc.constant('sequence'), steps: some(fc.oneof(single, atomic, reading, executing)) }),
  fc.record({
    kind: fc.constant('ask'),
    question: fc.constant({ kind: 'choice', text: 'Which?', choices: ['a', 'b'] }),
    steps: some(executing),
    on: fc.constant({ timedOut: 'steps', notSupported: 'continue' }),
  }),
  fc.record({ kind: fc.constant('list'), uri, as: fc.constantFrom('Struct', 'TNDS') }),
  fc.constant<Step>({ kind: 'tree', uri: './T', mode: 'replace', nodes: [{ path: 'a/b', value: '1' }] }),
  fc.record({ kind: fc.constant('get'), uri }),
  fc.record({ kind: fc.constant('exec'), uri }),
  fc.record({ kind: fc.constant('delete'), uri }),
  fc.record({ kind: fc.constant('add'), uri, value: fc.constantFrom('x', 'y') }),
  fc.constant<Step>({
    kind: 'converge',
    root: './R',
    nodes: [
      { path: 'a', value: '1' },
      { path: 'b/c', value: '2', format: 'int' },
    ],
  }),
);

const REFUSALS = new Set([0, 401, 407]);

/** How a device answers one command; what it leaves out it may say later or never. */
const behaviour = fc.record({
  code: fc.option(fc.constantFrom(0, 200, 202, 215, 401, 404, 418, 500)),
  value: fc.option(fc.constantFrom('1', '2', 'x')),
  msgRef: fc.constantFrom('right', 'missing', 'wrong'),
});

const turn = fc.record({
  behaviours: fc.array(behaviour, { minLength: 1, maxLength: 5 }),
  header: fc.option(fc.constantFrom(0, 200, 212, 401, 407)),
  final: fc.boolean(),
  extra: fc.constantFrom<Command[]>(
    [],
    [alert(1222)],
    [alert(1226, [{ data: 'event' }])],
    [replace([{ source: { locURI: './DevInfo/Man' }, data: 'Acme' }])],
    [alert(1223)],
  ),
  /** The device forgets the session and begins another. */
  abandons: fc.boolean(),
  maxMsgSize: fc.option(fc.integer({ min: 1, max: 3000 }), { nil: undefined }),
});
type DeviceTurn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

const script = fc.record({
  works: fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
  turns: fc.array(turn, { minLength: 1, maxLength: 10 }),
  proves: fc.boolean(),
  /** Whether the device may say that it does not believe the server, and so carries out nothing. */
  mayRefuse: fc.boolean(),
});
type Script = typeof script extends fc.Arbitrary<infer T> ? T : never;

function answersTo(said: Exchange, { behaviours, header }: DeviceTurn, mayRefuse: boolean): Command[] {
  const spoken = (code: number): number => (!mayRefuse && REFUSALS.has(code) ? 500 : code);
  const msgRef = said.answer.header.msgID;
  const refs = { right: msgRef, missing: undefined, wrong: '99' };
  const commands: Command[] = header === null ? [] : [headerStatus(spoken(header), { msgRef })];
  flat(said.commands).forEach((command, index) => {
    const how = behaviours[index % behaviours.length];
    if (how === undefined) return;
    const more = { msgRef: refs[how.msgRef] };
    if (command.name === 'Unknown') return;
    if (how.code !== null) commands.push(status(command.name, command.cmdID, spoken(how.code), more));
    if (command.name === 'Get' && how.value !== null) {
      commands.push(results(command.cmdID, [{ data: how.value }], more));
    }
  });
  return commands;
}

/** Commands with those within them. */
function flat(commands: readonly Command[]): Command[] {
  return commands.flatMap((command) => [command, ...('commands' in command ? flat(command.commands) : [])]);
}

function hasMoreData(command: Command): boolean {
  return 'items' in command && command.items.some(({ moreData }) => moreData === true);
}

/** Exec steps, wherever they stand. */
function execsIn(steps: readonly Step[]): number {
  return steps.reduce(
    (sum, step) => sum + (step.kind === 'exec' ? 1 : 'steps' in step ? execsIn(step.steps ?? []) : 0),
    0,
  );
}

/** The whole conversation of a device with the server, over as many sessions as it takes. */
function converse({ works, turns, proves, mayRefuse }: Script, json: boolean): Exchange[] {
  const work = works.map((steps, id) => task(id, ...steps));
  const account = {
    serverID: 'grove',
    client: { auth: 'none' as const },
    server: proves
      ? { auth: 'md5' as const, user: 'grove', password: 'x', nonce: 'AAAA' }
      : { auth: 'none' as const },
  };
  let engine = new Engine({ account, work, json });
  const exchanges = [engine.say(messageOf([alert()]))];
  for (const next of turns) {
    const last = exchanges.at(-1) as Exchange;
    const begins = next.abandons || last.effects.ended !== undefined;
    if (begins) {
      const another = new Engine({ account, work: engine.work, json });
      if (last.effects.ended?.outcome !== 'completed') another.previous = engine.state;
      engine = another;
    }
    const said = begins ? [alert()] : answersTo(last, next, mayRefuse);
    const meta = { maxMsgSize: next.maxMsgSize, emi: [] };
    exchanges.push(engine.say(messageOf([...said, ...next.extra], { meta }, next.final)));
  }
  return exchanges;
}

describe('the session engine', () => {
  it('says the same each time, and so when its state travels as JSON', () => {
    fc.assert(
      fc.property(script, (played) => {
        const once = converse(played, true);
        for (const other of [converse(played, true), converse(played, false)]) {
          expect(other.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(
            once.map(({ bytes }) => Buffer.from(bytes).toString()),
          );
          expect(other.map(({ effects }) => effects)).toEqual(once.map(({ effects }) => effects));
        }
      }),
    );
  });

  it('keeps its rules with any device', () => {
    fc.assert(
      fc.property(script, (played) => {
        const execs = execsIn(played.works.flat());
        const exchanges = converse(played, true);
        let sent = 0;
        const finished: string[] = [];
        for (const { answer, asks, commands, effects } of exchanges) {
          const ids = flat(answer.body.commands).map(({ cmdID }) => cmdID);
          expect(new Set(ids).size).toBe(ids.length);
          expect(answer.header.respURI).toMatch(/^http:/);
          // Only a request for more of a package, and a piece of a value, stand without Final, and they stand alone.
          const goesOn = asks.includes('Alert 1222') || commands.some(hasMoreData);
          if (goesOn) expect(asks).toHaveLength(1);
          expect(answer.body.final === true).toBe(!goesOn);
          if (effects.ended !== undefined) expect(asks).toEqual([]);
          else expect(asks).not.toEqual([]);
          // A client that handles only the first Item finds no second one.
          for (const command of flat(commands)) {
            if ('items' in command && command.name !== 'Alert') expect(command.items.length).toBeLessThan(2);
            if (command.name === 'Exec') sent += 1;
          }
          finished.push(...effects.finished.map(({ work }) => `${work.kind} ${work.id}`));
        }
        if (!played.mayRefuse) expect(sent).toBeLessThanOrEqual(execs);
        expect(new Set(finished).size).toBe(finished.length);
      }),
      { numRuns: 300 },
    );
  });
});
