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
  type Alert,
  type Command,
  type DecodedMessage,
  decodeMessage,
  EncodeError,
  type Encoding,
  type Header,
  type Item,
  MalformedError,
  STATUS,
  type Status,
  statusName,
} from '@grove/protocol';
import { type Account, resynced } from './account.ts';
import { beginClientAuth, reactToStatus } from './client-auth.ts';
import { compose, headerStatus } from './compose.ts';
import { type Context, DEFAULT_SESSION_LIMITS, type SessionLimits } from './context.ts';
import { type Done, execute } from './execute.ts';
import { storeNonce } from './nonce.ts';
import { devIdOf, packageOne } from './package-one.ts';
import { readerOf } from './reader.ts';
import { type Pending, type Reply, replyOf } from './reply.ts';
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
  /** Whether `state.sent` is to be sent; else the session is over and `state.outcome` says how. */
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
    uri: account.address,
    msgID: 0,
    client: beginClientAuth(account),
    server: { proven: false, challenges: 0 },
    pending: [],
    sent: { uri: account.address, body: '' },
    statuses: [],
  };
  const own = packageOne(readerOf(context.tree), opening.reason);
  const state = compose(begun, { own, final: true }, limitsOf(context));
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
    if (!(error instanceof EncodeError)) throw error;
    return ended(state, 'failed', `the answer to the server cannot be written: ${error.message}`);
  }
}

/** Breaks a session off: the step's message tells the server, whose answer does not matter. */
export function abortSession(context: Context, state: SessionState): Step {
  const own = [alertOf(ALERT.SESSION_ABORT)];
  const aborted = compose(state, { own, final: true }, limitsOf(context));
  const outcome: Outcome = { kind: 'aborted', text: 'the device ended the session' };
  return { state: { ...aborted, outcome }, send: true, done: [], deviations: [] };
}

function limitsOf(context: Context): SessionLimits {
  return { ...DEFAULT_SESSION_LIMITS, ...context.limits };
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
  const presented = {
    cred: header.cred,
    mac: answer.mac,
    message: answer.body,
    ofSession: header.sessionID === before.sessionID,
  };
  const verdict = judgeServer(before.server, before.account, presented, context.random);
  const turn: Turn = {
    context,
    header,
    commands: body.commands.filter((command) => command.name !== 'Status'),
    statuses: body.commands.filter((command) => command.name === 'Status'),
    final: body.final === true,
    verdict,
    deviations: deviations.map(({ path, found, expected }) => `${path}: ${found}, expected ${expected}`),
  };
  if (!verdict.trusted && before.server.proven) {
    const text = 'a message of the server came without the right MAC, in a session in which it had one';
    return ended(before, 'distrusted', text, { deviations: turn.deviations });
  }
  let state = noteHeader({ ...before, server: verdict.auth }, header);
  if (verdict.trusted && verdict.store !== undefined) storeNonce(context.tree, verdict.store);

  const ofHeader = headerStatusOf(turn.statuses);
  const reaction = ofHeader === undefined ? undefined : reactToStatus(state.client, state.account, ofHeader);
  const rest = { deviations: turn.deviations };
  if (reaction?.kind === 'refused') return ended(state, 'refused', reaction.reason, rest);
  if (reaction !== undefined) state = { ...state, client: reaction.auth };
  if (reaction?.kind === 'accepted') state = keepNonce(state, reaction.nonce);
  if (verdict.trusted) state = storeKept(context, state);
  state = { ...state, statuses: [...state.statuses, ...ownStatuses(turn.statuses)].slice(-MAX_STATUSES) };

  if (turn.commands.some(isAbort)) return ended(state, 'aborted', 'the server ended the session', rest);
  if (state.msgID >= limitsOf(context).messages) {
    return ended(state, 'failed', `the session has not ended after ${state.msgID} messages`, rest);
  }
  const again = reaction?.kind === 'again';
  return verdict.trusted ? goOn(turn, state, again) : distrust(turn, state, again);
}

/** Answers a server that is who it should be. */
async function goOn(turn: Turn, before: SessionState, again: boolean): Promise<Step> {
  const { context, header, commands, verdict } = turn;
  const limits = limitsOf(context);
  const { replies, done, incoming, interrupted, remarks } = await execute(context, commands, {
    server: before.account.serverID,
    msgRef: header.msgID,
    maxObjSize: before.maxObjSize,
    limits,
    incoming: before.incoming,
  });
  const own = [
    ...interrupted.map(({ uri }) => alertOf(ALERT.NO_END_OF_DATA, [{ target: { locURI: uri } }])),
    ...(again ? packageOne(readerOf(context.tree), before.reason) : []),
  ];
  const leftOver = before.pending;
  const rest = { done, deviations: [...turn.deviations, ...remarks] };
  if (replies.length === 0 && own.length === 0 && leftOver.length === 0) {
    return ended(before, 'completed', wordsOfEnd(before), rest);
  }
  // A server whose package goes on is asked for the rest of it, unless it only asks for ours.
  const goesOn =
    !turn.final && leftOver.length === 0 && commands.some((command) => !isAskingForMore(command));
  const more = goesOn ? [alertOf(ALERT.NEXT_MESSAGE)] : [];
  const state = compose(
    { ...before, incoming },
    {
      headerStatus: headerStatus(header, verdict.code, verdict.chal),
      leftOver,
      replies,
      own: [...own, ...more],
      final: !goesOn,
    },
    limits,
  );
  if (verdict.handedOut !== undefined) storeNonce(context.tree, verdict.handedOut);
  return { state, send: true, ...rest };
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
  const replies: Reply[] = commands.map((command) =>
    replyOf({ msgRef: header.msgID, cmdRef: command.cmdID, cmd: nameOf(command) }, code, { chal }),
  );
  const own = again ? packageOne(readerOf(context.tree), before.reason) : [];
  const state = compose(
    before,
    { headerStatus: headerStatus(header, code, chal), replies, own, final: true },
    limitsOf(context),
  );
  return { state, send: true, done: [], ...rest };
}

/** What the header says about the messages to come. */
function noteHeader(state: SessionState, { respURI, meta }: Header): SessionState {
  const { maxMsgSize, maxObjSize } = meta ?? {};
  return {
    ...state,
    uri: nextUri(state.uri, respURI),
    ...(maxMsgSize === undefined || maxMsgSize === 0 ? {} : { maxMsgSize }),
    ...(maxObjSize === undefined || maxObjSize === 0 ? {} : { maxObjSize }),
  };
}

/** A RespURI is followed from now on, but never from a protected connection to an open one. */
function nextUri(current: string, respURI: string | undefined): string {
  if (respURI === undefined || !URL.canParse(respURI, current)) return current;
  const next = new URL(respURI, current);
  return current.startsWith('https:') && next.protocol !== 'https:' ? current : next.href;
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
const isAskingForMore = (command: Command): boolean => isAlert(command, ALERT.NEXT_MESSAGE);

function isAlert(command: Command, code: number): command is Alert {
  return command.name === 'Alert' && command.code === code;
}

function alertOf(code: number, items: Item[] = []): Pending {
  return { name: 'Alert', code, items };
}

function nameOf(command: Command): string {
  return command.name === 'Unknown' ? command.element : command.name;
}

function wordsOfEnd({ statuses }: SessionState): string {
  const failed = statuses.find(({ code }) => code >= 300);
  const told = 'the server had nothing more to ask for';
  return failed === undefined
    ? told
    : `${told}; it answered ${failed.cmd} with ${failed.code} ${statusName(failed.code)}`;
}
