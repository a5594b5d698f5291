/** Whatever a device says, and whenever it begins anew: the engine keeps its rules, and what it says of work is true. */
import { type Command, makeBasicCred, type Status } from '@grove/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSteps, type Step } from '../steps/index.ts';
import { Claims } from './claims.testing.ts';
import {
  alert,
  Engine,
  type Exchange,
  headerStatus,
  messageOf,
  results,
  status,
  task,
} from './engine.testing.ts';
import { abilities, CONTENTS, type DeviceTurn, flat, Hostile, turn, works } from './hostile.testing.ts';
import type { Account } from './state.ts';

/** More of them find more: GROVE_RUNS=100000. */
const RUNS = Number(process.env.GROVE_RUNS ?? 300);

const script = fc.record({
  works,
  abilities,
  turns: fc.array(turn, { minLength: 1, maxLength: 10 }),
  auth: fc.constantFrom('none' as const, 'basic' as const, 'certificate' as const),
  presents: fc.boolean(),
  /** Whether the device may say that it does not believe the server, and so carries out nothing. */
  mayRefuse: fc.boolean(),
});
type Script = typeof script extends fc.Arbitrary<infer T> ? T : never;

const PERSON = { user: 'device', password: 'secret' };
function accountOf({ auth, presents }: Script): Account {
  const clients = {
    none: { auth },
    basic: { auth, ...PERSON },
    certificate: { auth, name: 'device' },
  } as { [A in Script['auth']]: Account['client'] };
  return {
    serverID: 'grove',
    client: clients[auth],
    server: presents ? { auth: 'md5', user: 'grove', password: 'x', nonce: 'AAAA' } : { auth: 'none' },
  };
}

/** A message of the device, and what it came to. */
interface Round {
  readonly session: number;
  readonly said: readonly Command[];
  /** How the device has proved itself, with this message. */
  readonly proof: DeviceTurn['proves'];
  readonly exchange: Exchange;
  readonly state: string;
  /** Bytes that the device takes. */
  readonly limit: number;
}

/** A device, a server and what is between them, over as many sessions as it takes. */
class Conversation {
  readonly rounds: Round[] = [];
  readonly #account: Account;
  readonly #engine: Engine;
  #session = 0;
  #limit = Number.POSITIVE_INFINITY;

  constructor(played: Script, json = true) {
    this.#account = accountOf(played);
    const work = played.works.map((steps, id) => task(id, ...steps));
    this.#engine = new Engine({ account: this.#account, work, json });
    this.#engine.traits = played.abilities;
    for (const [id, bytes] of CONTENTS) this.#engine.contents.set(id, bytes);
  }

  get last(): Exchange | undefined {
    return this.rounds.at(-1)?.exchange;
  }

  get isOver(): boolean {
    return this.last?.effects.ended !== undefined;
  }

  /** Begins a session, which goes on with what the last one has left. */
  begin(): void {
    const { state } = this.#engine;
    const session = this.rounds.filter((round) => round.session === this.#session);
    // A session in which the device has not proved itself leaves what is left of the one before.
    if (session.some(({ exchange }) => exchange.effects.authenticated)) {
      this.#engine.previous = this.last?.effects.ended?.outcome === 'completed' ? undefined : state;
    }
    this.#engine.state = undefined;
    this.#session += 1;
    this.#limit = Number.POSITIVE_INFINITY;
  }

  say(said: readonly Command[], how: Partial<DeviceTurn> = {}): void {
    const { proves = 'right', final = true, maxMsgSize, maxObjSize } = how;
    const { client } = this.#account;
    const right = proves === 'right';
    const cred =
      client.auth === 'basic' && proves !== 'missing'
        ? makeBasicCred(right ? PERSON : { ...PERSON, password: 'guess' })
        : undefined;
    const certificate =
      client.auth === 'certificate' && proves !== 'missing'
        ? { name: right ? 'device' : 'another', fingerprint: '' }
        : undefined;
    this.#limit = maxMsgSize ?? this.#limit;
    const exchange = this.#engine.say(
      messageOf(said, { cred, meta: { maxMsgSize, maxObjSize, emi: [] } }, final),
      { proof: { bytes: new Uint8Array(), certificate } },
    );
    const state = JSON.stringify(this.#engine.state);
    this.rounds.push({ session: this.#session, said, proof: proves, exchange, state, limit: this.#limit });
  }
}

/** Plays a script, and then lets the device do as it is told, or say nothing, until there is nothing left. */
function converse(played: Script, json = true, end: 'well' | 'silent' | undefined = undefined): Round[] {
  const conversation = new Conversation(played, json);
  const device = new Hostile(played.mayRefuse);
  conversation.say([alert()]);
  for (const next of played.turns) {
    if (next.abandons || conversation.isOver) {
      conversation.begin();
      conversation.say([alert(), ...next.extra], next);
    } else conversation.say(device.answer(conversation.last as Exchange, next), next);
  }
  if (end === undefined) return conversation.rounds;
  for (let round = 0; !conversation.isOver; round++) {
    expect(round).toBeLessThan(MOST_ROUNDS);
    conversation.say(
      end === 'well'
        ? obeyed(conversation.last as Exchange)
        : [headerStatus(200, { msgRef: conversation.last?.answer.header.msgID })],
    );
  }
  return conversation.rounds;
}

/** Messages that all work of a script takes at the most. */
const MOST_ROUNDS = 300;
/** Bytes of a state as JSON: a few messages hold much less. */
const MOST_STATE = 200_000;
/** What the server sends at most in one message. */
const MOST_ANSWER = 500_000;

/** What a device says that does all it is told to. */
function obeyed({ answer, commands }: Exchange): Command[] {
  const { msgID: msgRef } = answer.header;
  const said: Command[] = [headerStatus(200, { msgRef })];
  for (const command of flat(commands)) {
    if (command.name === 'Unknown') continue;
    const isPiece = 'items' in command && command.items.some(({ moreData }) => moreData === true);
    const items = command.name === 'Alert' ? [{ data: '1' }] : [];
    said.push(status(command.name, command.cmdID, isPiece ? 213 : 200, { msgRef, items }));
    if (command.name === 'Get') said.push(results(command.cmdID, [{ data: '1' }], { msgRef }));
  }
  return said;
}

/** URIs of the Exec steps, wherever they stand. */
function execsIn(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'exec') return [step.uri];
    const lists = [
      'steps' in step ? step.steps : undefined,
      'otherwise' in step ? step.otherwise : undefined,
      ...('cases' in step ? (step.cases ?? []).map(({ steps: within }) => within) : []),
    ];
    return lists.flatMap((list) => execsIn(list ?? []));
  });
}

const isStatus = (command: Command): command is Status => command.name === 'Status';
const isPiece = (command: Command): boolean =>
  'items' in command && command.items.some(({ moreData }) => moreData === true);

/** What must hold of each message of the server. */
function checkMessage({ exchange, state, limit }: Round): void {
  const { answer, asks, bytes, commands, effects } = exchange;
  const ids = flat(answer.body.commands).map(({ cmdID }) => cmdID);
  expect(new Set(ids).size).toBe(ids.length);
  expect(answer.header.respURI).toMatch(/^http:/);
  // Only a request for more of a package, and a piece of a value, stand without Final, and they stand alone.
  const asked = commands.filter((command) => command.name !== 'Alert' || command.code !== 1225);
  const goesOn = asks.includes('Alert 1222') || commands.some(isPiece);
  if (goesOn) expect(asked).toHaveLength(1);
  expect(answer.body.final === true).toBe(!goesOn);
  if (effects.ended !== undefined)
    expect(asks.filter((ask) => ask !== 'Alert 1223' && ask !== 'Alert 1225')).toEqual([]);
  // A client that handles only the first Item finds no second one.
  for (const command of flat(commands)) {
    if ('items' in command && command.name !== 'Alert') expect(command.items.length).toBeLessThan(2);
  }
  // Statuses are given whatever room there is; nothing is asked that has none.
  if (bytes.length > Math.min(limit, MOST_ANSWER))
    expect(asks.filter((ask) => !/^Alert 122[235]/.test(ask))).toEqual([]);
  expect(state.length).toBeLessThan(MOST_STATE);
}

/** What a device gets that has not proved itself: nothing; and nothing that it says counts. */
function checkStranger({ exchange: { answer, asks, effects } }: Round): void {
  expect(asks).toEqual([]);
  for (const { code } of answer.body.commands.filter(isStatus)) expect([401, 407]).toContain(code);
  const { nodes, alerts, gone, devInfo, started, finished, parked } = effects;
  expect([nodes, alerts, gone, Object.keys(devInfo), started, finished, parked].flat()).toEqual([]);
}

describe('the session engine', () => {
  it('says the same each time, and so when its state travels as JSON', () => {
    fc.assert(
      fc.property(script, (played) => {
        const once = converse(played);
        for (const other of [converse(played), converse(played, false)]) {
          expect(other.map(({ exchange }) => Buffer.from(exchange.bytes).toString())).toEqual(
            once.map(({ exchange }) => Buffer.from(exchange.bytes).toString()),
          );
          expect(other.map(({ exchange }) => exchange.effects)).toEqual(
            once.map(({ exchange }) => exchange.effects),
          );
        }
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  }, 600_000);

  it('keeps its rules with any device, and claims nothing that was not said', () => {
    fc.assert(
      fc.property(script, fc.constantFrom('well' as const, 'silent' as const), (given, end) => {
        const played = { ...given, works: given.works.map(checkSteps) };
        const claims = new Claims();
        const finished: string[] = [];
        let proven = -1;
        for (const round of converse(played, true, end)) {
          const { session, said, proof, exchange } = round;
          if (proof === 'right') proven = session;
          const isTrusted =
            played.auth === 'none' || (played.auth === 'basic' ? proven === session : proof === 'right');
          checkMessage(round);
          if (!isTrusted) checkStranger(round);
          else claims.said(session, said);
          if (isTrusted && exchange.effects.ended === undefined) expect(exchange.asks).not.toEqual([]);
          claims.sent(session, exchange.answer.header.msgID, exchange.commands);
          for (const { work, result } of exchange.effects.finished) {
            finished.push(`${work.kind} ${work.id}`);
            expect(claims.lies(played.works[work.id] ?? [], result)).toEqual([]);
          }
        }
        expect(new Set(finished).size).toBe(finished.length);
        if (played.mayRefuse) return;
        for (const uri of execsIn(played.works.flat())) expect(claims.execsOf(uri)).toBeLessThanOrEqual(1);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);
});
