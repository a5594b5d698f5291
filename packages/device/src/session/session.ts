/**
 * The device's side of a management session: a message and a state in, a message and a state out.
 *
 * Nothing is read, written or waited for here but what the context hands in. Between two messages the
 * state is all there is, so a device that dies there goes on from it or begins anew.
 *
 * Source: OMA DM Protocol 1.2.1; OMA DM Security 1.2.1.
 */
import {
  ALERT,
  type Command,
  type DecodedMessage,
  decodeMessage,
  detached,
  EncodeError,
  type Encoding,
  type Header,
  MalformedError,
  STATUS,
  type Status,
  statusName,
} from '@grove/protocol';
import { ContentMissingError } from '../content-store/index.ts';
import { readerOf } from '../tree-reader/index.ts';
import { type Account, resynced } from './account.ts';
import { alertOf, answersOf, beginning, isAlert, ownOf, sliceOf, withoutRefused } from './answering.ts';
import { beginClientAuth, reactToStatus } from './client-auth.ts';
import { compose, envelopeOf, headerStatus } from './compose.ts';
import { type Context, limitsOf } from './context.ts';
import { execute, isAskingForMore } from './execute.ts';
import { type Judgement, judgeHeader, noteHeader, oddities } from './header.ts';
import { storeNonce } from './nonce.ts';
import { settle } from './own-alerts.ts';
import { fits } from './pack.ts';
import { devIdOf } from './package-one.ts';
import { type Pending, replyOf, type Whole } from './reply.ts';
import { type Done, nameOf } from './run.ts';
import { refitted } from './sendable.ts';
import { judgeServer, MAX_CHALLENGES, type Verdict } from './server-auth.ts';
import type { Outcome, OwnStatus, SessionState } from './state.ts';

/** How a session begins. */
export interface Opening {
  readonly account: Account;
  /** 1200: the server asked for the session; 1201: the device wants it. */
  readonly reason: 1200 | 1201;
  /** 1 to 16 characters; from the notification, as upper-case hexadecimal, where there was one. */
  readonly sessionID: string;
  readonly encoding: Encoding;
  /** The resynchronisation nonce, where the notification was made with it: both sides then begin with it. */
  readonly resync?: Uint8Array | undefined;
}

/** What one message of the server led to. */
export interface Step {
  readonly state: SessionState;
  /**
   * Whether `state.sent` is to be sent. If not, the session is over and `state.outcome` says how; if
   * `state.outcome` is there as well, the server's answer does not matter.
   */
  readonly send: boolean;
  /** What was done, or refused, for the server. */
  readonly done: readonly Done[];
  /** What was not as the standard says and was taken all the same. */
  readonly deviations: readonly string[];
}

/** Opens a session: the step's message is package 1. */
export function openSession(context: Context, opening: Opening): Step {
  const { resync } = opening;
  const account = resync === undefined ? opening.account : resynced(opening.account, resync);
  const begun: SessionState = {
    account,
    devId: devIdOf(readerOf(context.tree)),
    sessionID: opening.sessionID,
    reason: opening.reason,
    encoding: opening.encoding,
    begun: context.now().getTime(),
    uri: account.address,
    msgID: 0,
    heard: 0,
    rounds: 0,
    repeats: 0,
    client: beginClientAuth(account),
    server: { proven: false, challenges: 0 },
    pending: [],
    sent: { uri: account.address, body: '' },
    reported: [],
    statuses: [],
  };
  const state = compose(begun, { pending: beginning(context, begun), final: true }, limitsOf(context));
  return { state, send: true, done: [], deviations: [] };
}

/** Takes the server's answer to the last message. Never throws over what the answer holds. */
export async function receive(
  context: Context,
  state: SessionState,
  answer: {
    readonly encoding: Encoding;
    readonly body: Uint8Array;
    /** Value of the header `x-syncml-hmac`. */
    readonly mac?: string | undefined;
  },
): Promise<Step> {
  if (state.outcome !== undefined) return { state, send: false, done: [], deviations: [] };
  let decoded: DecodedMessage;
  try {
    decoded = decodeMessage(answer.body, answer.encoding);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    const what = answer.body.length === 0 ? 'nothing' : `what is no SyncML message: ${error.message}`;
    return ended(state, 'failed', `the server answered with ${what}`);
  }
  try {
    return await take(context, state, decoded, answer);
  } catch (error) {
    if (!(error instanceof EncodeError) && !(error instanceof ContentMissingError)) throw error;
    return ended(state, 'failed', `the answer to the server cannot be written: ${error.message}`);
  }
}

const ABORTED = 'the device ended the session';

/** The last message of a session, which wants no answer. */
function farewell(
  context: Context,
  state: SessionState,
  status: Whole | undefined,
  outcome: Outcome,
  rest: Partial<Step> & { readonly answers?: readonly Pending[] } = {},
): Step {
  const { answers = [], ...said } = rest;
  const abort = outcome.kind === 'aborted' ? [alertOf(ALERT.SESSION_ABORT)] : [];
  // What does not fit is left unsaid: statuses may be given when a session is broken off, and need not.
  const pending = [...abort, ...answers.filter((each) => each.name === 'Status')];
  const last = compose(state, { headerStatus: status, pending, final: true }, limitsOf(context));
  const over: SessionState = { ...last, pending: [], incoming: undefined, outcome };
  return { done: [], deviations: [], ...said, state: over, send: true };
}

function ended(state: SessionState, kind: Outcome['kind'], text: string, rest: Partial<Step> = {}): Step {
  const over: SessionState = { ...state, pending: [], incoming: undefined, outcome: { kind, text } };
  return { done: [], deviations: [], ...rest, state: over, send: false };
}

/** Statuses of the device's own commands that are kept; a session needs two. */
const MAX_STATUSES = 100;

/** What a turn knows of the server's message. */
interface Turn {
  readonly context: Context;
  readonly header: Header;
  /** What is to be answered: everything but Status. */
  readonly commands: readonly Command[];
  readonly statuses: readonly Status[];
  readonly final: boolean;
  /** Whether the server takes smaller messages than before. */
  readonly shrunk: boolean;
  readonly verdict: Verdict;
  readonly deviations: readonly string[];
}

async function take(
  context: Context,
  before: SessionState,
  { message, deviations }: DecodedMessage,
  answer: { readonly body: Uint8Array; readonly mac?: string | undefined },
): Promise<Step> {
  const { header, body } = message;
  const statuses = body.commands.filter((command) => command.name === 'Status');
  const ofHeader = headerStatusOf(statuses);
  const judgement = judgeHeader(before, header, ofHeader);
  if (judgement.kind !== 'take') return refuse(context, before, header, judgement);
  const presented = { cred: header.cred, mac: answer.mac, message: answer.body };
  const verdict = judgeServer(before.server, before.account, presented, context.random);
  const turn: Turn = {
    context,
    header,
    commands: body.commands.filter((command) => command.name !== 'Status'),
    statuses,
    final: body.final === true,
    shrunk: (header.meta?.maxMsgSize || Infinity) < (before.maxMsgSize ?? Infinity),
    verdict,
    deviations: [
      ...deviations.map(({ path, found, expected }) => `${path}: ${found}, expected ${expected}`),
      ...oddities(before, header),
    ].map(detached),
  };
  if (!verdict.trusted && before.server.proven) {
    const text = 'a message of the server came without the right MAC, in a session in which it had one';
    return ended(before, 'distrusted', text, { deviations: turn.deviations });
  }
  let state = noteHeader({ ...before, server: verdict.auth }, header);
  if (verdict.trusted && verdict.store !== undefined) storeNonce(context.tree, verdict.store);

  const reaction = ofHeader === undefined ? undefined : reactToStatus(state.client, state.account, ofHeader);
  const rest = { deviations: turn.deviations };
  if (reaction?.kind === 'refused') return ended(state, 'refused', reaction.reason, rest);
  if (reaction !== undefined) state = { ...state, client: reaction.auth };
  if (reaction?.kind === 'accepted') state = keepNonce(state, reaction.nonce);
  if (verdict.trusted) state = settle(context, storeKept(context, state), statuses);
  state = { ...state, statuses: [...state.statuses, ...ownStatuses(statuses)].slice(-MAX_STATUSES) };

  if (turn.commands.some(isAbort)) return ended(state, 'aborted', 'the server ended the session', rest);
  if (state.rounds >= limitsOf(context).messages) {
    return ended(state, 'failed', `the session has not ended after ${state.msgID} messages`, rest);
  }
  const again = reaction?.kind === 'again';
  return verdict.trusted ? goOn(turn, state, again) : distrust(turn, state, again);
}

/** Answers a message that is none of this session, or an old one. Nothing that it asks for is done. */
function refuse(
  context: Context,
  state: SessionState,
  header: Header,
  judgement: Exclude<Judgement, { kind: 'take' }>,
): Step {
  if (judgement.kind === 'foreign') return ended(state, 'failed', judgement.text);
  if (judgement.kind === 'version') {
    const outcome: Outcome = { kind: 'failed', text: judgement.text };
    return farewell(context, state, headerStatus(header, judgement.code), outcome);
  }
  const repeats = state.repeats + 1;
  if (repeats > limitsOf(context).repeats) {
    return ended(state, 'failed', `the server has repeated its message ${header.msgID} ${repeats} times`);
  }
  const deviations = [`SyncHdr/MsgID: ${header.msgID} again, expected the answer to ${state.msgID}`];
  return { state: { ...state, repeats }, send: true, done: [], deviations };
}

/** Why the device breaks the session off now; undefined = it does not. */
function reasonToStop({ stop, now, ...context }: Context, { begun }: SessionState): string | undefined {
  if (stop?.aborted) return ABORTED;
  const { duration } = limitsOf(context);
  return now().getTime() - begun > duration ? `the session has lasted longer than ${duration} ms` : undefined;
}

/** Answers a server that is who it should be. */
async function goOn(turn: Turn, known: SessionState, again: boolean): Promise<Step> {
  const { context, header, commands, verdict } = turn;
  const limits = limitsOf(context);
  const status = headerStatus(header, verdict.code, verdict.chal);
  const reasonBefore = reasonToStop(context, known);
  if (reasonBefore !== undefined) {
    const outcome: Outcome = { kind: 'aborted', text: reasonBefore };
    return farewell(context, known, status, outcome, { deviations: turn.deviations });
  }
  const before = withoutRefused(turn, known);
  const envelope = envelopeOf(before, limits, status);
  const executed = await execute(context, commands, {
    errand: {
      tree: context.tree,
      server: before.account.serverID,
      maxObjSize: before.maxObjSize,
      encoding: before.encoding,
      shelf: context,
      maxDocument: limits.maxDocument,
      lacks: context.lacks ?? [],
    },
    msgRef: header.msgID,
    limits,
    fits: (replies) =>
      fits(
        envelope,
        replies.map((reply) => reply.status),
      ),
    incoming: before.incoming,
    abandoned: before.abandoned,
    execs: before.execs ?? [],
    awaited: before.pending.length === 0,
  });
  const { done, incoming, abandoning: abandoned, moved } = executed;
  const answers = await answersOf(context, envelope, commands, executed);
  const rest = { done, deviations: [...turn.deviations, ...executed.remarks] };
  const reason = reasonToStop(context, before);
  if (reason !== undefined) {
    const outcome: Outcome = { kind: 'aborted', text: reason };
    return farewell(context, before, status, outcome, { ...rest, answers: answers.pending });
  }
  const own = await ownOf(context, envelope, executed, before, again);
  const leftOver = turn.shrunk ? await refitted(context, envelope, before.pending) : before.pending;
  if (executed.replies.length === 0 && own.length === 0 && leftOver.length === 0) {
    return ended(before, 'completed', wordsOfEnd(before), rest);
  }
  // A server whose package goes on is asked for the rest of it, unless it only asks for ours.
  const goesOn =
    !turn.final && leftOver.length === 0 && commands.some((command) => !isAskingForMore(command));
  const more = goesOn ? [alertOf(ALERT.NEXT_MESSAGE)] : [];
  // The answer to what asks for more goes first: it may not wait for all that is left.
  const pending = [...answers.asked, ...leftOver, ...answers.pending, ...own, ...more];
  const isPiledUp =
    leftOver.length > 0 && answers.pending.length > 0 && lengthOf(pending) > limits.maxPending;
  if (isPiledUp) {
    const outcome: Outcome = { kind: 'aborted', text: PILED_UP };
    return farewell(context, before, status, outcome, { ...rest, answers: answers.pending });
  }
  const slice = await sliceOf(context, envelope, pending);
  const state = compose(
    { ...before, incoming, abandoned },
    { headerStatus: status, pending, final: !goesOn, slice, moved },
    limits,
  );
  const isStuck = leftOver[0] !== undefined && state.pending[0] === leftOver[0];
  if (isStuck) return farewell(context, before, status, { kind: 'aborted', text: STUCK }, rest);
  if (verdict.handedOut !== undefined) storeNonce(context.tree, verdict.handedOut);
  return { state, send: true, ...rest };
}

const PILED_UP = 'the server asks for more and more, and does not wait for the answers';
const STUCK =
  'what is left to answer has no room in a message of the size that the server takes (MaxMsgSize)';

/** Characters of what is to be said, as the state holds it. */
function lengthOf(pending: readonly Pending[]): number {
  return JSON.stringify(pending).length;
}

/**
 * Answers a server that has not proved itself: nothing it asks for is done. One that asks for nothing is
 * not challenged.
 */
function distrust(turn: Turn, before: SessionState, again: boolean): Step {
  const { context, header, commands, verdict } = turn;
  const rest = { deviations: turn.deviations };
  if (commands.length === 0 && !again) {
    return ended(before, 'distrusted', 'the server did not prove that it is the one of the account', rest);
  }
  if (before.server.challenges > MAX_CHALLENGES) {
    const text = `the server's credentials were wrong or missing ${MAX_CHALLENGES + 1} times`;
    return ended(before, 'distrusted', text, rest);
  }
  const { code, chal } = verdict;
  const status = headerStatus(header, code, chal);
  const reason = reasonToStop(context, before);
  if (reason !== undefined) return farewell(context, before, status, { kind: 'aborted', text: reason }, rest);
  const answers = commands.map(
    (command) =>
      replyOf({ msgRef: header.msgID, cmdRef: command.cmdID, cmd: nameOf(command) }, code, { chal }).status,
  );
  const own = again ? beginning(context, before) : [];
  const state = compose(
    before,
    { headerStatus: status, pending: [...answers, ...own], final: true },
    limitsOf(context),
  );
  return { state, send: true, done: [], ...rest };
}

/** The Status for the device's SyncHdr; where that is missing, one that challenges speaks for it. */
function headerStatusOf(statuses: readonly Status[]): Status | undefined {
  return (
    statuses.find(({ cmd, cmdRef }) => cmd === 'SyncHdr' || (cmd === '' && cmdRef === '0')) ??
    statuses.find(({ code }) => code === STATUS.INVALID_CREDENTIALS || code === STATUS.CREDENTIALS_MISSING)
  );
}

function ownStatuses(statuses: readonly Status[]): OwnStatus[] {
  return statuses
    .filter(({ cmd }) => cmd !== 'SyncHdr' && cmd !== '')
    .map(({ cmd, code }) => ({ cmd, code }));
}

function keepNonce(state: SessionState, value: string | undefined): SessionState {
  const { type } = state.client;
  const uri =
    state.account.client.find((each) => each.type === type)?.nonceUri ?? state.account.client[0]?.nonceUri;
  return value === undefined || uri === undefined ? state : { ...state, unstored: { uri, value } };
}

/** Stores the nonce for the device's next Cred, now that the server has proved itself. */
function storeKept(context: Context, state: SessionState): SessionState {
  const { unstored, ...stored } = state;
  if (unstored === undefined) return state;
  storeNonce(context.tree, unstored);
  return stored;
}

const isAbort = (command: Command): boolean => isAlert(command, ALERT.SESSION_ABORT);

function wordsOfEnd({ statuses }: SessionState): string {
  const failed = statuses.find(({ code }) => code >= 300);
  const told = 'the server had nothing more to ask for';
  return failed === undefined
    ? told
    : `${told}; it answered ${failed.cmd} with ${failed.code} ${statusName(failed.code)}`;
}
