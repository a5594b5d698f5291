/** Chooses what to answer: statuses, then what the work asks for, as much as the device takes at once. */
import {
  ALERT,
  type Command,
  type Encoding,
  encodeMessage,
  type Header,
  type Item,
  type Message,
  type Status,
} from '@grove/protocol';
import {
  answerRequest,
  dueRequests,
  flatten,
  type NodeRequest,
  nameOfRequest,
  refOf,
  type StepRequest,
  startWork,
  type Work,
  waitsUntil,
  workResult,
} from '../steps/index.ts';
import { answerOf, mayBeDone } from './answers.ts';
import { isTrusted } from './authenticate.ts';
import { commandOf, nodeCommand, numbered } from './commands.ts';
import { fitMessage } from './fit.ts';
import { leastRawSize } from './item.ts';
import type { Needing } from './needs.ts';
import { serverCred, serverName } from './own-proof.ts';
import type { Turn } from './receive.ts';
import { nextPiece, type Sending, type Shown } from './sending.ts';
import type { Account, Asked, CurrentWork, SentCommand, SessionState } from './state.ts';
import { isSame, park, situationOf } from './waiting.ts';

/** How the answer is to be made. */
export interface AnswerOptions {
  readonly account: Account;
  readonly encoding: Encoding;
  /** Absolute URL for the device's next message. */
  readonly respURI: string;
  /** What Grove takes in one message, in bytes; announced to the device. */
  readonly maxMsgSize: number;
  /** What Grove takes as one object, in bytes; announced to the device. */
  readonly maxObjSize: number;
  /** What Grove sends at most in one message, in bytes, to a device that names no limit or a larger one. */
  readonly maxAnswerSize: number;
  /** Messages of the server in one session; the last of them ends it. */
  readonly maxMessages: number;
}

/** A message of the server. */
export interface Spoken {
  readonly bytes: Uint8Array;
  /** Where it carries a piece of a value, or a content: the message without. */
  readonly shown?: Shown | undefined;
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
  return dueRequests(turn.steps, progress, situationOf(turn, ref));
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
    if (!mayBeDone(sent) && sent.tries < MAX_LOST) lost.push(sent);
    else progress = answerRequest(work.steps, progress, sent.request, answerOf(sent, sent.tries), turn.now);
  }
  state.lost = lost;
  state.work = { ref: refOf(work), progress, size: previous.work.size };
  turn.steps = work.steps;
}

/**
 * Answers a turn.
 *
 * @param queue work for the device, in the order in which it is to be done; what the turn finishes may be among it.
 * @returns the message; the turn's state and effects have taken in what it says.
 */
export function* respond(turn: Turn, queue: readonly Work[], options: AnswerOptions): Needing<Spoken> {
  const { state, effects } = turn;
  state.msgID += 1;
  const statuses = headerAndStatuses(turn);
  const end = (commands: Command[]): Spoken => ({ bytes: encode(turn, commands, true, options) });
  if (!isTrusted(turn.verdict)) return end(statuses);
  if (effects.ended === undefined && state.msgID - (state.moved ?? 0) >= options.maxMessages) {
    effects.ended = { outcome: 'aborted', reason: `the session has had ${state.msgID} messages` };
    statuses.push(alertOf(ALERT.SESSION_ABORT, statuses));
  }
  if (effects.ended !== undefined) {
    const { content } = state.receiving ?? {};
    if (content !== undefined) yield { kind: 'drop', content };
    delete state.receiving;
    return end(statuses);
  }
  for (const about of turn.interrupted) statuses.push(alertOf(ALERT.NO_END_OF_DATA, statuses, about));
  if (turn.sending !== undefined && state.receiving === undefined) {
    const piece = yield* sendPiece(turn, turn.sending, statuses, options);
    if (piece !== undefined) return piece;
  }
  if (!turn.closed) {
    const more = alertOf(ALERT.NEXT_MESSAGE, statuses);
    return { bytes: encode(turn, [...statuses, more], false, options) };
  }
  const rest = [...queue];
  for (let due = dueWork(turn, rest); due.length > 0; due = dueWork(turn, rest)) {
    const spoken = yield* encodeAsMuchAsFits(turn, due, statuses, options);
    if (spoken !== undefined) return spoken;
  }
  // Whoever is told that its value was broken off shall answer to that.
  if (turn.interrupted.length > 0) return { bytes: encode(turn, statuses, true, options) };
  effects.ended = { outcome: 'completed', reason: null };
  return end(statuses);
}

interface About {
  readonly source: string | undefined;
  readonly target: string | undefined;
}

function alertOf(code: number, before: readonly Command[], about?: About): Command {
  const { source, target } = about ?? {};
  const item: Item = {
    source: source === undefined ? undefined : { locURI: source },
    target: target === undefined ? undefined : { locURI: target },
  };
  return { name: 'Alert', cmdID: String(before.length + 1), code, items: about === undefined ? [] : [item] };
}

function headerAndStatuses({ message, statuses, verdict }: Turn): Command[] {
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
      state.work = { ref: refOf(next), progress, size };
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
 * @param opening what the message begins with
 * @returns undefined when the first one cannot be sent; that one then counts as unanswered.
 */
function* encodeAsMuchAsFits(
  turn: Turn,
  due: readonly StepRequest[],
  opening: Command[],
  options: AnswerOptions,
): Needing<Spoken | undefined> {
  const { state } = turn;
  const limit = limitOf(turn, options);
  const alone = due.findIndex((request) => travelsAlone(request, state.maxObjSize));
  const [first] = due;
  if (alone === 0 && first !== undefined) return yield* beginValue(turn, first, opening, options);
  const together = alone === -1 ? due : due.slice(0, alone);
  const asked = numbered(together, opening.length + 1);
  const make = (count: number): Uint8Array =>
    encode(
      turn,
      [...opening, ...asked.slice(0, count).map((each) => commandOf(each, options.encoding))],
      true,
      options,
    );
  const fit = fitMessage(Math.min(together.length, MAX_COMMANDS), limit, make);
  if ('bytes' in fit) {
    state.sent = together.slice(0, fit.count).map((request, index) => ({
      ...(asked[index] as Asked),
      msgID: state.msgID,
      request,
      tries: triesOf(state, request) + 1,
    }));
    delete state.lost;
    return { bytes: fit.bytes };
  }
  // Where there is no room for any command, none of them has to be tried.
  const isHopeless = make(0).length > limit;
  if (fit.isTooLarge && !isHopeless && first !== undefined && isDivisible(first)) {
    return yield* beginValue(turn, first, opening, options);
  }
  for (const request of isHopeless ? due : due.slice(0, 1)) withhold(turn, request, fit.problem);
  return undefined;
}

function limitOf({ state }: Turn, { maxAnswerSize }: AnswerOptions): number {
  return Math.min(state.maxMsgSize ?? maxAnswerSize, maxAnswerSize);
}

/** Whether a request has a message to itself: because of a content, or since it may not be sent at all. */
function travelsAlone(request: StepRequest, maxObjSize = Number.POSITIVE_INFINITY): boolean {
  return [...flatten(request)].some(
    (each) => 'uri' in each && (each.content !== undefined || exceeds(each, maxObjSize)),
  );
}

function exceeds({ value, format = 'chr' }: NodeRequest, bytes: number): boolean {
  if (value === undefined) return false;
  if (format === 'bin' || format === 'b64') return leastRawSize(value.length) > bytes;
  return value.length * 3 > bytes && new TextEncoder().encode(value).length > bytes;
}

/** Whether a request's value may come in pieces: nothing else may (DM_Protocol 1.2.1). */
function isDivisible(request: StepRequest): request is Sending['request'] {
  return request.command === 'Add' || request.command === 'Replace' || request.command === 'Exec';
}

function* beginValue(
  turn: Turn,
  request: StepRequest,
  opening: Command[],
  options: AnswerOptions,
): Needing<Spoken | undefined> {
  if (!isDivisible(request)) {
    withhold(turn, request, 'what is in it is too large: a container travels in one message');
    return undefined;
  }
  const tries = triesOf(turn.state, request) + 1;
  return yield* sendPiece(turn, { request, from: 0, tries }, opening, options);
}

/** The message with the next piece of a value. @returns undefined when it cannot be sent */
function* sendPiece(
  turn: Turn,
  sending: Sending,
  opening: Command[],
  options: AnswerOptions,
): Needing<Spoken | undefined> {
  const { state } = turn;
  const { request, tries } = sending;
  const cmdID = String(opening.length + 1);
  const outcome = yield* nextPiece(sending, {
    encoding: options.encoding,
    limit: limitOf(turn, options),
    maxObjSize: state.maxObjSize,
    wholeOnly: turn.traits.largeObjects === false,
    make: (item, final) => encode(turn, [...opening, nodeCommand(cmdID, request, item)], final, options),
  });
  if ('problem' in outcome) {
    withhold(turn, request, outcome.problem);
    return undefined;
  }
  const { bytes, piece, shown } = outcome;
  const sent = { cmdID, msgID: state.msgID, request, tries };
  state.sent = [piece === undefined ? sent : { ...sent, piece }];
  delete state.lost;
  return { bytes, shown };
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
  const until = waitsUntil(turn.steps, progress, situationOf(turn, ref));
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
    meta: { maxMsgSize: options.maxMsgSize, maxObjSize: options.maxObjSize, emi: [] },
  };
  const message: Message = { header, body: { commands, final } };
  return encodeMessage(message, options.encoding, { version: turn.traits.documentVersion });
}
