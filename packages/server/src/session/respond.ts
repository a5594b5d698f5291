/** Chooses what to answer: statuses, then what the work asks for, as much as the device takes at once. */
import {
  ALERT,
  type Command,
  type Encoding,
  encodeMessage,
  type Header,
  type Message,
  type Status,
} from '@grove/protocol';
import {
  answerRequest,
  dueRequests,
  holdsExec,
  nameOfRequest,
  type StepRequest,
  startWork,
  type Work,
  waitsUntil,
  workResult,
} from '../steps/index.ts';
import { answerOf } from './answers.ts';
import { isTrusted } from './authenticate.ts';
import { commandOf, numbered } from './commands.ts';
import { fitMessage } from './fit.ts';
import { serverCred, serverName } from './own-proof.ts';
import type { Turn } from './receive.ts';
import type { Account, Asked, CurrentWork, SentCommand, SessionState } from './state.ts';
import { isSame, park } from './waiting.ts';

/** How the answer is to be made. */
export interface AnswerOptions {
  readonly account: Account;
  readonly encoding: Encoding;
  /** Absolute URL for the device's next message. */
  readonly respURI: string;
  /** What Grove takes in one message, in bytes; announced to the device. */
  readonly maxMsgSize: number;
  /** What Grove sends at most in one message, in bytes, to a device that names no limit or a larger one. */
  readonly maxAnswerSize: number;
  /** Messages of the server in one session; the last of them ends it. */
  readonly maxMessages: number;
}

/** Commands in one message, whatever their size. */
const MAX_COMMANDS = 200;
/** How often a command is sent in sessions that end without an answer to it, before it counts as unanswered. */
const MAX_LOST = 5;

/** Whether the turn has come to the end of its work, so that the caller should look what else there is. */
export function wantsWork(turn: Turn): boolean {
  if (!isTrusted(turn.verdict) || !turn.closed || turn.effects.ended !== undefined) return false;
  const { work } = turn.state;
  return work === undefined || dueOf(turn, work).length === 0;
}

function dueOf(turn: Turn, { ref, progress }: CurrentWork): StepRequest[] {
  return dueRequests(turn.steps, progress, { abilities: turn.abilities, work: ref });
}

/**
 * Lets a turn go on with work that an earlier session of the device left unfinished.
 *
 * @param work the steps of that work, or undefined when it no longer exists.
 */
export function takeOver(turn: Turn, previous: SessionState, work: Work | undefined): void {
  const { state } = turn;
  if (state.work !== undefined || previous.work === undefined || work === undefined) return;
  let { progress } = previous.work;
  const lost: SentCommand[] = [];
  for (const sent of [...previous.sent, ...(previous.lost ?? [])]) {
    // Whether an Exec had its effect is not known, and it must not have it twice.
    if (!holdsExec(sent.request) && sent.tries < MAX_LOST) lost.push(sent);
    else progress = answerRequest(work.steps, progress, sent.request, answerOf(sent, sent.tries), turn.now);
  }
  state.lost = lost;
  state.work = { ref: { kind: work.kind, id: work.id }, progress, size: previous.work.size };
  turn.steps = work.steps;
}

/**
 * Answers a turn.
 *
 * @param queue work for the device, in the order in which it is to be done; what the turn finishes may be among it.
 * @returns the message as bytes; the turn's state and effects have taken in what it says.
 */
export function respond(turn: Turn, queue: readonly Work[], options: AnswerOptions): Uint8Array {
  const { state, effects } = turn;
  state.msgID += 1;
  const statuses = headerAndStatuses(turn);
  if (!isTrusted(turn.verdict) || effects.ended !== undefined) return encode(turn, statuses, true, options);
  if (state.msgID >= options.maxMessages) {
    effects.ended = { outcome: 'aborted', reason: `the session has had ${state.msgID} messages` };
    return encode(turn, [...statuses, alertOf(ALERT.SESSION_ABORT, statuses)], true, options);
  }
  if (!turn.closed) {
    return encode(turn, [...statuses, alertOf(ALERT.NEXT_MESSAGE, statuses)], false, options);
  }
  const rest = [...queue];
  for (let due = dueWork(turn, rest); due.length > 0; due = dueWork(turn, rest)) {
    const whole = encodeAsMuchAsFits(turn, due, statuses, options);
    if (whole !== undefined) return whole;
  }
  effects.ended = { outcome: 'completed', reason: null };
  return encode(turn, statuses, true, options);
}

function alertOf(code: number, statuses: readonly Status[]): Command {
  return { name: 'Alert', cmdID: String(statuses.length + 1), code, items: [] };
}

function headerAndStatuses({ message, statuses, verdict }: Turn): Status[] {
  const { header } = message;
  const first: Omit<Status, 'cmdID'> = {
    name: 'Status',
    msgRef: header.msgID,
    cmdRef: '0',
    cmd: 'SyncHdr',
    targetRef: [header.target.locURI],
    sourceRef: [header.source.locURI],
    chal: verdict.chal,
    code: verdict.code,
    items: [],
  };
  return [first, ...statuses].map((status, index) => ({ ...status, cmdID: String(index + 1) }));
}

/**
 * The requests that come next. Work that has none left is finished on the way, and the next of the
 * queue begun; none when there is nothing more to do.
 */
function dueWork(turn: Turn, queue: Work[]): StepRequest[] {
  const { state, effects } = turn;
  for (;;) {
    if (state.work === undefined) {
      const next = queue.shift();
      if (next === undefined) return [];
      if (effects.finished.some(({ work }) => isSame(work, next))) continue;
      // Of what waits only that goes on which the caller has found ready.
      if (next.begun === undefined && effects.parked.some(({ work }) => isSame(work, next))) continue;
      const { progress, size } = next.begun ?? { progress: startWork(), size: 0 };
      state.work = { ref: { kind: next.kind, id: next.id }, progress, size };
      turn.steps = next.steps;
      effects.started.push(state.work.ref);
      effects.parked = effects.parked.filter(({ work }) => !isSame(work, next));
    }
    const due = dueOf(turn, state.work);
    if (due.length > 0) return due;
    putDown(turn, state.work);
  }
}

/**
 * The message with the first of the requests, as many as the device takes.
 *
 * @returns undefined when the first one cannot be sent; that one then counts as unanswered.
 */
function encodeAsMuchAsFits(
  turn: Turn,
  due: readonly StepRequest[],
  statuses: Status[],
  options: AnswerOptions,
): Uint8Array | undefined {
  const { state } = turn;
  const limit = Math.min(state.maxMsgSize ?? options.maxAnswerSize, options.maxAnswerSize);
  const firstID = statuses.length + 1;
  const asked = numbered(due, firstID);
  const make = (count: number): Uint8Array =>
    encode(
      turn,
      [...statuses, ...asked.slice(0, count).map((each) => commandOf(each, options.encoding))],
      true,
      options,
    );
  const fit = fitMessage(Math.min(due.length, MAX_COMMANDS), limit, make);
  if ('bytes' in fit) {
    state.sent = due.slice(0, fit.count).map((request, index) => ({
      ...(asked[index] as Asked),
      msgID: state.msgID,
      request,
      tries: triesOf(state, request) + 1,
    }));
    delete state.lost;
    return fit.bytes;
  }
  // Where there is no room for any command, none of them has to be tried.
  const hopeless = make(0).length > limit;
  for (const request of hopeless ? due : due.slice(0, 1)) withhold(turn, request, fit.problem);
  return undefined;
}

/** Takes note of a request that cannot be sent. */
function withhold(turn: Turn, request: StepRequest, problem: string): void {
  const { work } = turn.state;
  if (work === undefined) return;
  const reason = `${nameOfRequest(request)} was not sent: ${problem}`;
  turn.effects.deviations.push(reason);
  work.progress = answerRequest(turn.steps, work.progress, request, { status: null, reason }, turn.now);
}

/** How often a request was sent before. */
function triesOf({ sent, lost = [] }: SessionState, { path, id, command }: StepRequest): number {
  const before = [...sent, ...lost].find(
    ({ request }) => request.path === path && request.id === id && request.command === command,
  );
  return before?.tries ?? 0;
}

/** Ends work that has no request due, or puts it aside when it waits. */
function putDown(turn: Turn, { ref, progress, size }: CurrentWork): void {
  const until = waitsUntil(turn.steps, progress, { abilities: turn.abilities, work: ref });
  if (until === undefined) {
    turn.effects.finished.push({ work: ref, result: workResult(turn.steps, progress) });
  } else park(turn, ref, { progress, size }, until);
  delete turn.state.work;
  turn.state.sent = [];
  delete turn.state.lost;
}

function encode(turn: Turn, commands: Command[], final: boolean, options: AnswerOptions): Uint8Array {
  const { state } = turn;
  const { account } = options;
  const header: Header = {
    verDTD: state.verDTD,
    verProto: state.verProto,
    sessionID: state.sessionID,
    msgID: String(state.msgID),
    target: { locURI: state.device },
    source: { locURI: state.serverURI, locName: serverName(state, account) },
    respURI: options.respURI,
    cred: serverCred(state, account),
    // An object has to fit into one message: parts of one are not put together.
    meta: { maxMsgSize: options.maxMsgSize, maxObjSize: options.maxMsgSize, emi: [] },
  };
  const message: Message = { header, body: { commands, final } };
  return encodeMessage(message, options.encoding);
}
