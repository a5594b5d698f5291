/** Runs the session engine as the DM endpoint does, with devices that are a few lines of test. */
import {
  type Alert,
  type Command,
  decodeMessage,
  type Encoding,
  type Get,
  type Header,
  type Item,
  type Message,
  type Meta,
  type Replace,
  type Results,
  type Status,
} from '@grove/protocol';
import type { Step, Work } from '../steps/index.ts';
import {
  type Account,
  type AnswerOptions,
  beginSession,
  type Effects,
  type Need,
  type Needing,
  type Proof,
  readyWork,
  receive,
  respond,
  type SessionState,
  type Traits,
  type Turn,
  takeAlerts,
  takeOver,
  type WaitingWork,
  wantsWork,
} from './index.ts';

export const OPEN: Account = { serverID: 'grove', client: { auth: 'none' }, server: { auth: 'none' } };

/** Bytes that count up: the same in each run. */
export function counter(): (bytes: number) => Uint8Array {
  let next = 0;
  return (bytes) => Uint8Array.from({ length: bytes }, () => next++ & 0xff);
}

export interface Exchange {
  readonly bytes: Uint8Array;
  readonly answer: Message;
  /** `SyncHdr 212`, … */
  readonly statuses: readonly string[];
  readonly commands: readonly Exclude<Command, Status>[];
  /** `Get ./A`, … */
  readonly asks: readonly string[];
  readonly effects: Effects;
}

export interface EngineOptions {
  account?: Account;
  work?: readonly Work[];
  answer?: Partial<AnswerOptions>;
  /** Whether the state travels as JSON between two messages, as it does in the server. */
  json?: boolean;
}

/** A session whose state is kept between two messages. */
export class Engine {
  state: SessionState | undefined;
  readonly random: (bytes: number) => Uint8Array = counter();
  account: Account;
  /** Work that waits for the device; what is finished goes. */
  work: readonly Work[];
  /** What of the work waits for an alert. */
  waiting: readonly WaitingWork[] = [];
  /** A session that the device left unfinished. */
  previous: SessionState | undefined;
  /** What the device is known not to do. */
  traits: Traits = {};
  /** Milliseconds since the epoch. */
  now = 1_700_000_000_000;
  /** Contents by their ids: what steps refer to, and what devices have sent. */
  readonly contents = new Map<number, Uint8Array>();
  /** Bytes that the device may send that nobody has asked for. */
  room = Number.MAX_SAFE_INTEGER;
  #contents = 100;
  readonly #answer: Partial<AnswerOptions>;
  readonly #json: boolean;

  constructor({ account = OPEN, work = [], answer = {}, json = true }: EngineOptions = {}) {
    this.account = account;
    this.work = work;
    this.#answer = answer;
    this.#json = json;
  }

  say(
    message: Message,
    {
      atRespURI = this.state !== undefined,
      proof,
      resync,
    }: { atRespURI?: boolean; proof?: Proof; resync?: boolean } = {},
  ): Exchange {
    const state = this.#kept(this.state) ?? beginSession(message, 'token');
    const receiving = receive(state, message, {
      account: this.account,
      steps: this.#find(state)?.steps,
      traits: this.traits,
      now: this.now,
      random: this.random,
      atRespURI,
      proof,
      resync,
      maxObjSize: 100_000,
    });
    const turn = this.#provide(receiving);
    if (turn.effects.authenticated) this.#takeOver(turn);
    takeAlerts(turn, this.waiting);
    const isFree = ({ kind, id }: Work) => !this.waiting.some((each) => each.kind === kind && each.id === id);
    const queue = wantsWork(turn) ? [...readyWork(turn, this.waiting), ...this.work.filter(isFree)] : [];
    const answering = respond(turn, queue, {
      account: this.account,
      encoding: 'xml',
      respURI: 'http://grove.example/dm?s=token',
      maxMsgSize: 1_000_000,
      maxAnswerSize: 500_000,
      maxMessages: 1000,
      maxObjSize: 100_000,
      ...this.#answer,
    });
    const { bytes } = this.#provide(answering);
    this.state = turn.state;
    this.#wait(turn);
    const finished = turn.effects.finished.map(({ work }) => work.id);
    this.work = this.work.filter(({ id }) => !finished.includes(id));
    return exchangeOf(bytes, turn, this.#answer.encoding ?? 'xml');
  }

  #wait({ effects }: Turn): void {
    const { started, parked } = effects;
    const touched = [...started, ...parked.map(({ work }) => work)];
    const left = this.waiting.filter(
      ({ kind, id }) => !touched.some((work) => work.kind === kind && work.id === id),
    );
    const kept = parked.map(({ work, progress, size, until }) => ({
      ...work,
      steps: this.work.find(({ kind, id }) => kind === work.kind && id === work.id)?.steps ?? [],
      begun: { progress, size },
      until,
    }));
    this.waiting = [...left, ...(JSON.parse(JSON.stringify(kept)) as WaitingWork[])];
  }

  /** Provides what a part of the engine needs of contents. */
  #provide<T>(part: Needing<T>): T {
    for (;;) {
      const step = part.next();
      if (step.done === true) return step.value;
      this.#fulfil(step.value);
    }
  }

  #fulfil(need: Need): void {
    if (need.kind === 'append') {
      need.content ??= ++this.#contents;
      const before = this.contents.get(need.content) ?? new Uint8Array();
      if (before.length !== need.start)
        throw new Error(`${before.length} bytes are there, not ${need.start}`);
      this.contents.set(need.content, Buffer.concat([before, need.bytes]));
    } else if (need.kind === 'read') {
      const bytes = this.contents.get(need.content);
      if (bytes === undefined) return;
      const slice = bytes.subarray(need.offset, need.offset + need.length);
      need.slice = { bytes: slice, size: bytes.length };
    } else if (need.kind === 'room') need.bytes = this.room;
    else if (need.kind === 'drop') this.contents.delete(need.content);
  }

  #takeOver(turn: Turn): void {
    const previous = this.#kept(this.previous);
    if (previous === undefined) return;
    takeOver(turn, previous, this.#find(previous));
    this.previous = undefined;
  }

  #find(state: SessionState): Work | undefined {
    return this.work.find(({ kind, id }) => kind === state.work?.ref.kind && id === state.work.ref.id);
  }

  #kept(state: SessionState | undefined): SessionState | undefined {
    if (state === undefined) return undefined;
    return this.#json ? (JSON.parse(JSON.stringify(state)) as SessionState) : state;
  }
}

function exchangeOf(bytes: Uint8Array, { effects }: Turn, encoding: Encoding): Exchange {
  const { message } = decodeMessage(bytes, encoding);
  const statuses: string[] = [];
  const commands: Exclude<Command, Status>[] = [];
  for (const command of message.body.commands) {
    if (command.name === 'Status') statuses.push(`${command.cmd} ${command.code}`);
    else commands.push(command);
  }
  const asks = commands.map((command) => {
    if (command.name === 'Alert') return `Alert ${command.code}`;
    if ('commands' in command) return `${command.name} of ${command.commands.length}`;
    const uris = 'items' in command ? command.items.map(({ target }) => target?.locURI) : [];
    return [command.name, ...uris].join(' ');
  });
  return { bytes, answer: message, statuses, commands, asks, effects };
}

export function task(id: number, ...steps: Step[]): Work {
  return { kind: 'task', id, steps };
}

export function messageOf(commands: readonly Command[], header: Partial<Header> = {}, final = true): Message {
  return {
    header: {
      verDTD: '1.2',
      verProto: 'DM/1.2',
      sessionID: '1',
      msgID: '1',
      target: { locURI: 'http://grove.example/dm' },
      source: { locURI: 'IMEI:1' },
      ...header,
    },
    body: { commands: [...commands], final },
  };
}

export function alert(code = 1201, items: Item[] = []): Alert {
  return { name: 'Alert', cmdID: '1', code, items };
}

export function replace(items: Item[], meta?: Meta): Replace {
  return { name: 'Replace', cmdID: '2', items, meta };
}

export function status(
  cmd: string,
  cmdRef: string | undefined,
  code: number,
  more: Partial<Status> = {},
): Status {
  return {
    name: 'Status',
    cmdID: '1',
    msgRef: '1',
    cmdRef,
    cmd,
    code,
    targetRef: [],
    sourceRef: [],
    items: [],
    ...more,
  };
}

export function headerStatus(code = 212, more: Partial<Status> = {}): Status {
  return status('SyncHdr', '0', code, more);
}

export function results(cmdRef: string, items: Item[], more: Partial<Results> = {}): Results {
  return { name: 'Results', cmdID: '9', msgRef: '1', cmdRef, targetRef: [], sourceRef: [], items, ...more };
}

/** What a well-behaved device answers: to Get with these values or 404, to all else with 200. */
export function obey({ answer, commands }: Exchange, values: Record<string, string> = {}): Command[] {
  const msgRef = answer.header.msgID;
  const said: Command[] = [headerStatus(212, { msgRef })];
  for (const command of commands) {
    if (command.name !== 'Get') said.push(status(command.name, command.cmdID, 200, { msgRef }));
    else said.push(...found(command, values, msgRef));
  }
  return said;
}

function found({ cmdID, items }: Get, values: Record<string, string>, msgRef: string): Command[] {
  const uri = items[0]?.target?.locURI ?? '';
  const data = values[uri];
  if (data === undefined) return [status('Get', cmdID, 404, { msgRef })];
  return [
    status('Get', cmdID, 200, { msgRef }),
    results(cmdID, [{ source: { locURI: uri }, data }], { msgRef }),
  ];
}
