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
  type StepRequest,
  startWork,
  type Work,
  type WorkRef,
  workResult,
} from '../steps/index.ts';
import { serverCred } from './authenticate.ts';
import { requestItem } from './item.ts';
import type { Turn } from './receive.ts';
import type { Account, SessionState } from './state.ts';

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
}

/** Commands in one message, whatever their size. */
const MAX_COMMANDS = 200;

/** Whether the turn has come to the end of its work, so that the caller should look what else there is. */
export function wantsWork(turn: Turn): boolean {
  if (!isTrusted(turn) || !turn.closed || turn.effects.ended !== undefined) return false;
  const { work } = turn.state;
  return work === undefined || dueRequests(turn.steps, work.progress).length === 0;
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
  for (const sent of previous.sent) {
    // Whether an Exec had its effect is not known, and it must not have it twice.
    if (sent.request.command !== 'Exec') continue;
    progress = answerRequest(work.steps, progress, sent.request, { status: sent.status ?? null });
  }
  state.work = { ref: { kind: work.kind, id: work.id }, progress };
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
  if (!isTrusted(turn) || effects.ended !== undefined) return encode(turn, statuses, true, options);
  if (!turn.closed) {
    const more: Command = {
      name: 'Alert',
      cmdID: String(statuses.length + 1),
      code: ALERT.NEXT_MESSAGE,
      items: [],
    };
    return encode(turn, [...statuses, more], false, options);
  }
  const rest = [...queue];
  for (let due = dueWork(turn, rest); due.length > 0; due = dueWork(turn, rest)) {
    const whole = encodeAsMuchAsFits(turn, due, statuses, options);
    if (whole !== undefined) return whole;
  }
  effects.ended = { outcome: 'completed', reason: null };
  return encode(turn, statuses, true, options);
}

function isTrusted({ verdict }: Turn): boolean {
  return verdict.code === 200 || verdict.code === 212;
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
      if (effects.finished.some(({ work }) => work.kind === next.kind && work.id === next.id)) continue;
      state.work = { ref: { kind: next.kind, id: next.id }, progress: startWork(next.steps) };
      turn.steps = next.steps;
      effects.started.push(state.work.ref);
    }
    const due = dueRequests(turn.steps, state.work.progress);
    if (due.length > 0) return due;
    finish(turn, state.work.ref);
  }
}

/**
 * The message with the first of the requests, as many as the device takes.
 *
 * @returns undefined when not even one fits; that one then counts as unanswered.
 */
function encodeAsMuchAsFits(
  turn: Turn,
  due: StepRequest[],
  statuses: Status[],
  options: AnswerOptions,
): Uint8Array | undefined {
  const { state, effects } = turn;
  const limit = Math.min(state.maxMsgSize ?? options.maxAnswerSize, options.maxAnswerSize);
  const firstID = statuses.length + 1;
  for (let count = Math.min(due.length, MAX_COMMANDS); count > 0; count = Math.floor(count / 2)) {
    const chosen = due.slice(0, count);
    const commands = chosen.map((request, index) => commandOf(request, String(firstID + index)));
    const whole = encode(turn, [...statuses, ...commands], true, options);
    if (whole.length > limit) continue;
    state.sent = chosen.map((request, index) => ({
      cmdID: String(firstID + index),
      request,
      tries: triesOf(state, request) + 1,
    }));
    return whole;
  }
  const [request] = due;
  if (request !== undefined && state.work !== undefined) {
    effects.deviations.push(
      `${request.command} ${request.uri} does not fit into the ${limit} bytes that the device takes`,
    );
    state.work.progress = answerRequest(turn.steps, state.work.progress, request, { status: null });
  }
  return undefined;
}

function triesOf(state: SessionState, { step, id }: StepRequest): number {
  return state.sent.find(({ request }) => request.step === step && request.id === id)?.tries ?? 0;
}

function finish(turn: Turn, work: WorkRef): void {
  const progress = turn.state.work?.progress;
  if (progress === undefined) return;
  turn.effects.finished.push({ work, result: workResult(turn.steps, progress) });
  delete turn.state.work;
  turn.state.sent = [];
}

function commandOf(request: StepRequest, cmdID: string): Command {
  return { name: request.command, cmdID, items: [requestItem(request)] };
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
    source: {
      locURI: state.serverURI,
      locName: account.server.auth === 'none' ? undefined : account.server.user,
    },
    respURI: options.respURI,
    cred: serverCred(state, account),
    meta: { maxMsgSize: options.maxMsgSize, emi: [] },
  };
  const message: Message = { header, body: { commands, final } };
  return encodeMessage(message, options.encoding);
}
