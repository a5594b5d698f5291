/** Takes a message of the device: what it says about itself, about the server and about earlier commands. */
import {
  ALERT,
  type Alert,
  type Command,
  type Item,
  type Message,
  type Replace,
  type Results,
  STATUS,
  type Status,
} from '@grove/protocol';
import { answerRequest, type Step, succeeded } from '../steps/index.ts';
import { authenticateClient, takeServerVerdict, type Verdict } from './authenticate.ts';
import { itemUri, itemValue } from './item.ts';
import type { Account, Effects, SentCommand, SessionState } from './state.ts';

/** What the engine is told besides the message. */
export interface Context {
  readonly account: Account;
  /** The steps of the work that the state names; undefined when that work no longer exists. */
  readonly steps?: readonly Step[] | undefined;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /**
   * Whether the message came to the session's RespURI. One that did not has to prove itself anew: the
   * DevId and SessionID that it names are no secrets.
   */
  readonly atRespURI: boolean;
}

/** A message taken in and not yet answered. */
export interface Turn {
  readonly state: SessionState;
  readonly effects: Effects;
  readonly message: Message;
  readonly verdict: Verdict;
  /** Statuses for the commands of the message, in their order, without CmdIDs. */
  readonly statuses: Omit<Status, 'cmdID'>[];
  /** Steps of the current work. */
  steps: readonly Step[];
  /** The device has said all that it wants to say, so the server may go on. */
  readonly closed: boolean;
}

const MAX_TRIES = 2;
const COMMANDS_OF_A_CLIENT = 'Alert, Replace, Results, Status';

export function noEffects(): Effects {
  return {
    authenticated: false,
    devInfo: {},
    nodes: [],
    gone: [],
    alerts: [],
    started: [],
    finished: [],
    deviations: [],
  };
}

/** Takes a message; the state becomes the turn's, which goes on to change it. */
export function receive(state: SessionState, message: Message, context: Context): Turn {
  const nonceBefore = state.server.nonce;
  if (!context.atRespURI) state.client.authenticated = false;
  const effects = noEffects();
  const { header, body } = message;
  noteSize(state, message);

  const verdict = authenticateClient(state, context.account, header.cred, context.random, effects);
  const trusted = verdict.code === 200 || verdict.code === 212;
  const turn: Turn = {
    state,
    effects,
    message,
    verdict,
    statuses: [],
    steps: context.steps ?? [],
    closed: body.final === true || !saysSomething(body.commands),
  };
  if (context.steps === undefined && state.work !== undefined) dropWork(state);

  let serverTrusted = true;
  for (const command of body.commands) {
    if (command.name === 'Status' && isHeaderStatus(command)) {
      serverTrusted = takeServerVerdict(state, context.account, command, effects) && serverTrusted;
    }
  }
  for (const command of body.commands) {
    if (trusted) {
      const code = take(turn, command, serverTrusted);
      if (code !== undefined) answer(turn, command, code);
    } else if (command.name !== 'Status' && command.name !== 'Results') {
      answer(turn, command, verdict.code, verdict.chal);
    }
  }
  if (trusted) {
    if (state.server.nonce !== nonceBefore) effects.serverNonce = state.server.nonce;
    settle(turn, serverTrusted);
  }
  return turn;
}

/** Work that no longer exists is not asked about again. */
function dropWork(state: SessionState): void {
  delete state.work;
  state.sent = [];
}

function noteSize(state: SessionState, { header }: Message): void {
  const { maxMsgSize, maxObjSize } = header.meta ?? {};
  if (maxMsgSize !== undefined && maxMsgSize > 0) state.maxMsgSize = maxMsgSize;
  if (maxObjSize !== undefined && maxObjSize > 0) state.maxObjSize = maxObjSize;
}

/**
 * A message without Final continues a package only if it brings something: a client that never sends
 * Final, or that has nothing left but a Status for the server's request for more, has finished.
 */
function saysSomething(commands: readonly Command[]): boolean {
  return commands.some(
    (command) =>
      command.name === 'Results' ||
      (command.name === 'Alert' && command.code === ALERT.NEXT_MESSAGE) ||
      (command.name === 'Status' && !isHeaderStatus(command) && command.cmd !== 'Alert'),
  );
}

function isHeaderStatus(status: Status): boolean {
  return status.cmd === 'SyncHdr' || (status.cmdRef === '0' && status.cmd === '');
}

/** The status code that a command is answered with; Status and Results get none. */
function take(turn: Turn, command: Command, serverTrusted: boolean): number | undefined {
  switch (command.name) {
    case 'Status':
      if (!isHeaderStatus(command) && serverTrusted) takeStatus(turn, command);
      return undefined;
    case 'Results':
      if (serverTrusted) takeResults(turn, command);
      return undefined;
    case 'Alert':
      return takeAlert(turn, command);
    case 'Replace':
      return takeReplace(turn, command);
    case 'Unknown':
      turn.effects.deviations.push(`${command.element} is no command of OMA DM`);
      return STATUS.NOT_SUPPORTED;
    default:
      turn.effects.deviations.push(`a client sends ${COMMANDS_OF_A_CLIENT} only, not ${command.name}`);
      return STATUS.NOT_ALLOWED;
  }
}

function answer(turn: Turn, command: Command, code: number, chal?: Verdict['chal']): void {
  const items: Item[] = 'items' in command ? command.items : [];
  turn.statuses.push({
    name: 'Status',
    msgRef: turn.message.header.msgID,
    cmdRef: command.cmdID,
    cmd: command.name === 'Unknown' ? command.element : command.name,
    targetRef: items.flatMap((item) => item.target?.locURI ?? []),
    sourceRef: items.flatMap((item) => item.source?.locURI ?? []),
    chal,
    code,
    items: [],
  });
}

function findSent(turn: Turn, cmdRef: string | undefined): SentCommand | undefined {
  return turn.state.sent.find((sent) => sent.cmdID === cmdRef?.trim());
}

/** Whether a Status or Results speaks of the last message; one without MsgRef is taken to. */
function ofLastMessage(turn: Turn, msgRef: string | undefined): boolean {
  return msgRef === undefined || msgRef.trim() === String(turn.state.msgID);
}

function takeStatus(turn: Turn, status: Status): void {
  const sent = ofLastMessage(turn, status.msgRef) ? findSent(turn, status.cmdRef) : undefined;
  if (sent !== undefined) sent.status ??= status.code;
  else if (status.cmd !== 'Alert') {
    turn.effects.deviations.push(
      `Status for ${status.cmd} refers to command ${status.cmdRef ?? '(none)'}, which was not sent`,
    );
  }
}

function takeResults(turn: Turn, results: Results): void {
  const sent = ofLastMessage(turn, results.msgRef) ? findSent(turn, results.cmdRef) : undefined;
  if (sent === undefined) {
    turn.effects.deviations.push(`Results refer to command ${results.cmdRef}, which was not sent`);
    return;
  }
  const values = results.items.map((item) => ({
    uri: itemUri(item) ?? results.sourceRef[0] ?? sent.request.uri,
    ...itemValue(item, results.meta),
  }));
  if (results.items.some((item) => item.moreData)) {
    turn.effects.deviations.push(
      `Results for ${sent.request.uri} come in pieces (MoreData): only the first is kept`,
    );
  }
  const [first] = values;
  if (first === undefined) return;
  const { format, type } = first;
  const value =
    values.length === 1 ? first.value : values.map((each) => `${each.uri}=${each.value}`).join('\n');
  sent.result ??= { value, format, ...(type === undefined ? {} : { type }) };
}

function takeAlert(turn: Turn, alert: Alert): number {
  switch (alert.code) {
    case ALERT.SESSION_ABORT:
      turn.effects.ended = { outcome: 'aborted', reason: 'the device ended the session (alert 1223)' };
      return STATUS.OK;
    case ALERT.SERVER_INITIATED:
    case ALERT.CLIENT_INITIATED:
    case ALERT.NEXT_MESSAGE:
      return STATUS.OK;
    case ALERT.CLIENT_EVENT:
    case ALERT.GENERIC:
      for (const item of alert.items) turn.effects.alerts.push(deviceAlert(alert, item));
      return STATUS.OK;
    default:
      turn.effects.deviations.push(`alert ${alert.code} is none that a client sends`);
      return STATUS.NOT_SUPPORTED;
  }
}

function deviceAlert(alert: Alert, item: Item) {
  const { value, format, type } = itemValue(item, undefined);
  return {
    code: alert.code,
    type: type ?? null,
    format,
    mark: item.meta?.mark ?? null,
    source: item.source?.locURI ?? null,
    correlator: alert.correlator ?? null,
    data: value,
  };
}

/** A client replaces its DevInfo in Package 1; whatever else it reports is kept as known of its tree. */
function takeReplace(turn: Turn, replace: Replace): number {
  const uris = replace.items.map(itemUri);
  if (replace.items.length === 0 || uris.includes(undefined)) {
    turn.effects.deviations.push('Replace has an Item without Source and Target');
    return STATUS.BAD_REQUEST;
  }
  replace.items.forEach((item, index) => {
    const uri = canonical(uris[index] ?? '');
    const { value, format, type } = itemValue(item, replace.meta);
    turn.effects.nodes.push({ uri, format, type: type ?? null, value });
    const leaf = /^\.\/DevInfo\/([^/]+)$/.exec(uri)?.[1];
    if (leaf !== undefined) turn.effects.devInfo[leaf] = value;
  });
  return STATUS.OK;
}

/** `./A/B` for `A/B`, `/A/B` and `./A/B`. */
function canonical(uri: string): string {
  return `./${uri.replace(/^\.?\/+/, '')}`;
}

/**
 * Gives the answers to the work. While the device is still speaking only what is complete counts; once
 * it has finished, a command without an answer is sent once more if it may be, and then counts as
 * unanswered. A device that has not accepted the server has carried out nothing.
 */
function settle(turn: Turn, serverTrusted: boolean): void {
  const { state } = turn;
  if (!serverTrusted) {
    state.sent = [];
    return;
  }
  const waiting: SentCommand[] = [];
  for (const sent of state.sent) {
    const awaitsResults =
      sent.request.command === 'Get' && succeeded(sent.status ?? null) && sent.result === undefined;
    if (sent.status !== undefined && !(awaitsResults && !turn.closed)) takeAnswer(turn, sent);
    else if (turn.closed && mayNotRepeat(sent)) takeAnswer(turn, sent);
    else waiting.push(sent);
  }
  state.sent = waiting;
}

/** Exec may have had its effect although nobody heard of it. */
function mayNotRepeat(sent: SentCommand): boolean {
  return sent.request.command === 'Exec' || sent.tries >= MAX_TRIES;
}

function takeAnswer(turn: Turn, sent: SentCommand): void {
  const { state, effects } = turn;
  const status = sent.status ?? null;
  learn(effects, sent);
  if (state.work === undefined) return;
  state.work.progress = answerRequest(turn.steps, state.work.progress, sent.request, {
    status,
    ...sent.result,
  });
}

/** What an answer tells about the device's tree. */
function learn(effects: Effects, { request, status, result }: SentCommand): void {
  const done = succeeded(status ?? null);
  const { uri } = request;
  if (uri.includes('?')) return;
  if (request.command === 'Get' && status === STATUS.NOT_FOUND) effects.gone.push(canonical(uri));
  if (!done) return;
  if (request.command === 'Delete') effects.gone.push(canonical(uri));
  if (request.command === 'Get' && result !== undefined) {
    const { format = 'chr', type = null, value = null } = result;
    effects.nodes.push({ uri: canonical(uri), format, type, value });
  }
  if (request.command === 'Add' || request.command === 'Replace') {
    const { format = 'chr', type = null, value = null } = request;
    effects.nodes.push({ uri: canonical(uri), format, type, value });
  }
}
