/** Takes a message of the device: what it says about itself, about the server and about earlier commands. */
import { ALERT, type Command, type Item, type Message, STATUS, type Status } from '@grove/protocol';
import type { Step } from '../steps/index.ts';
import { settle, takeResults, takeStatus } from './answers.ts';
import { authenticateClient, isTrusted, type Verdict } from './authenticate.ts';
import type { Needing } from './needs.ts';
import { countRefusal, demandNonce, refusesServer, takeServerVerdict } from './own-proof.ts';
import { assemble, endPieces } from './receiving.ts';
import { takeAlert, takeReplace } from './reports.ts';
import type { Sending } from './sending.ts';
import { versionProblem } from './session.ts';
import type { Account, Effects, Proof, Receiving, SessionState, Traits } from './state.ts';
import { typedIn } from './typed.ts';

/** What the engine is told besides the message. */
export interface Context {
  readonly account: Account;
  /** The steps of the work that the state names; undefined when that work no longer exists. */
  readonly steps?: readonly Step[] | undefined;
  /** What is known of the device's model; nothing when absent. */
  readonly traits?: Traits | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /**
   * Whether the message came to the session's RespURI. One that did not has to prove itself anew: the
   * DevId and SessionID that it names are no secrets.
   */
  readonly atRespURI: boolean;
  /** Bytes of an object that is taken; announced to the device. */
  readonly maxObjSize: number;
  /** What came beside the message; absent = nothing. */
  readonly proof?: Proof | undefined;
  /**
   * Whether the device may prove itself by the resynchronisation nonce, since a notification that was made with it asks
   * for this very session, and for no other (DM_Notification 1.2.1, nonce resynchronisation).
   */
  readonly resync?: boolean | undefined;
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
  /** What is known of the device's model. Who is told it by the message may put it here before it is answered. */
  traits: Traits;
  /** The server's name in the device's tree. */
  readonly serverID: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The device has said all that it wants to say, so the server may go on. */
  closed: boolean;
  /** Bytes of an object that is taken. */
  readonly maxObjSize: number;
  /** Items of the message that are pieces of values. */
  readonly pieces: Set<Item>;
  /** Items of the message whose value is a content. */
  readonly large: Map<Item, { content: number; size: number }>;
  /** Values in pieces that the device has broken off, by what their Items named. */
  readonly interrupted: { source: string | undefined; target: string | undefined }[];
  /** The value of which the device awaits the next piece. */
  sending?: Sending;
  /** The value of which the message brought much. */
  grown?: Receiving;
  /** Whether the message moved a large value, either way, and so does not count. */
  moves?: boolean;
}

/** Commands of a device that has not proved itself that are answered: many more than any package has. */
const MAX_REFUSED = 200;

function noEffects(): Effects {
  return {
    authenticated: false,
    showedResync: false,
    wrongCredentials: false,
    serverInitiated: false,
    devInfo: {},
    nodes: [],
    gone: [],
    alerts: [],
    secrets: [],
    started: [],
    parked: [],
    finished: [],
    marks: [],
    lacks: [],
    deviations: [],
  };
}

/** Takes a message; the state becomes the turn's, which goes on to change it. */
export function* receive(state: SessionState, message: Message, context: Context): Needing<Turn> {
  const effects = noEffects();
  const verdict = judge(state, message, context, effects);
  const turn: Turn = {
    state,
    effects,
    message,
    verdict,
    statuses: [],
    steps: context.steps ?? [],
    traits: context.traits ?? {},
    serverID: context.account.serverID,
    now: context.now,
    closed: message.body.final === true || !saysSomething(message.body.commands),
    maxObjSize: context.maxObjSize,
    pieces: new Set(),
    large: new Map(),
    interrupted: [],
  };
  noteSize(state, message);
  if (context.steps === undefined && state.work !== undefined) dropWork(state);

  const nonceBefore = state.server.nonce;
  const refused = takeVerdicts(turn, context.account);
  if (!isTrusted(verdict)) {
    effects.secrets.push(...typedIn(message.body.commands));
    const asking = message.body.commands.filter(({ name }) => name !== 'Status' && name !== 'Results');
    for (const command of asking.slice(0, MAX_REFUSED)) answer(turn, command, [verdict.code], verdict.chal);
    return turn;
  }
  demandNonce(state, context.account, effects);
  // What an unproven message said of the nonce counts as soon as the device has proved itself.
  if (effects.authenticated || state.server.nonce !== nonceBefore) effects.serverNonce = state.server.nonce;
  for (const command of message.body.commands) {
    const assembled = yield* assemble(turn, command);
    const own = assembled.command === undefined ? [] : [take(turn, assembled.command) ?? []].flat();
    const codes = assembled.code === undefined ? own : [...own, assembled.code];
    if (codes.length > 0) answer(turn, command, codes);
  }
  yield* endPieces(turn);
  if (state.receiving !== undefined) turn.closed = false;
  settle(turn, refused);
  if (turn.moves) state.moved = (state.moved ?? 0) + 1;
  return turn;
}

/** What the Status of the SyncHdr will say. */
function judge(state: SessionState, { header }: Message, context: Context, effects: Effects): Verdict {
  const problem = versionProblem(header);
  if (problem !== undefined) {
    effects.ended = { outcome: 'refused', reason: problem.reason };
    return { code: problem.code };
  }
  if (!context.atRespURI) state.client.authenticated = false;
  const { account, proof = NO_PROOF, random, resync = false } = context;
  const presented = { ...proof, cred: header.cred };
  return authenticateClient(state, account, presented, { random, resync }, effects);
}

const NO_PROOF: Proof = { bytes: new Uint8Array() };

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

/**
 * Takes what the device says of the server's credentials.
 *
 * @returns whether it did not believe the server, so that it carried out nothing but what it says it did.
 */
function takeVerdicts(turn: Turn, account: Account): boolean {
  const { state, effects, message } = turn;
  let refusal: number | undefined;
  for (const command of message.body.commands) {
    if (command.name !== 'Status') continue;
    if (isHeaderStatus(command)) {
      takeServerVerdict(state, command);
      if (refusesServer(command.code)) refusal = command.code;
    } else if (command.code === 0) {
      refusal ??= command.code;
    }
  }
  if (refusal === undefined) return false;
  countRefusal(state, account, refusal, effects);
  return true;
}

/** The status codes that a command is answered with, one or one for each Item; Status and Results get none. */
function take(turn: Turn, command: Command): number | number[] | undefined {
  switch (command.name) {
    case 'Status':
      if (!isHeaderStatus(command)) takeStatus(turn, command);
      return undefined;
    case 'Results':
      takeResults(turn, command);
      return undefined;
    case 'Alert':
      return takeAlert(turn, command);
    case 'Replace':
      return takeReplace(turn, command);
    case 'Unknown':
      return STATUS.NOT_SUPPORTED;
    default:
      return STATUS.NOT_ALLOWED;
  }
}

/** @param codes one for the command, or one for each of its Items, which is the same when they are all the same */
function answer(turn: Turn, command: Command, codes: readonly number[], chal?: Verdict['chal']): void {
  const items: Item[] = 'items' in command ? command.items : [];
  const [first] = codes;
  const isOne = codes.every((code) => code === first);
  for (const [index, code] of codes.entries()) {
    if (isOne && index > 0) return;
    const about = isOne ? items : items.slice(index, index + 1);
    turn.statuses.push({
      name: 'Status',
      msgRef: turn.message.header.msgID,
      cmdRef: command.cmdID,
      cmd: command.name === 'Unknown' ? command.element : command.name,
      targetRef: about.flatMap((item) => item.target?.locURI ?? []),
      sourceRef: about.flatMap((item) => item.source?.locURI ?? []),
      chal,
      code,
      items: [],
    });
  }
}
