/** What a device answers to the server's commands, and what that makes of the work. */
import { ALERT, type Item, type Meta, type Results, STATUS, type Status } from '@grove/protocol';
import {
  type Answer,
  answerRequest,
  type DeviceItem,
  holdsExec,
  isContainer,
  isQuestion,
  nameOfRequest,
  type Request,
  secretsOfRequest,
  succeeded,
} from '../steps/index.ts';
import { itemUri, itemValue } from './item.ts';
import { noteLacks } from './lacks.ts';
import { learn } from './learn.ts';
import { listingOf, tndsItems } from './listing.ts';
import { refusesServer } from './own-proof.ts';
import type { Turn } from './receive.ts';
import type { Asked, SentCommand, SessionState } from './state.ts';
import { secretsIn } from './typed.ts';

/** How often a command is sent in a session in which the device goes on without answering it. */
const MAX_TRIES = 2;
/** How often a value is begun that comes in pieces which the device does not get together. */
const MAX_SENDS = 3;
/** Characters of what the device said that the results of one piece of work hold, so that its state stays readable. */
const MAX_VALUES = 4 * 1024 * 1024;
/** Items of one command's Results or Status that are kept. */
const MAX_ITEMS = 10_000;
/** Characters that an Item counts for besides its value and URI. */
const ITEM_SIZE = 16;

/** The command that a Status or Results speaks of. Without MsgRef it is one of the last message. */
export function findSent(
  { state }: Turn,
  { msgRef, cmdRef }: Pick<Status, 'msgRef' | 'cmdRef'>,
  cmd: string,
): Asked | undefined {
  for (const sent of state.sent) {
    if (msgRef !== undefined && msgRef !== String(sent.msgID)) continue;
    const asked = [...within(sent)].find((each) => each.cmdID === cmdRef);
    if (asked === undefined || (cmd !== '' && cmd !== asked.request.command)) continue;
    // Without MsgRef a CmdRef alone might mean the request for more in a later message, which is an Alert too.
    const isClear = msgRef !== undefined || sent.msgID === state.msgID || (cmd !== '' && cmd !== 'Alert');
    if (isClear) return asked;
  }
  return undefined;
}

function* within(asked: Asked): Iterable<Asked> {
  yield asked;
  for (const each of asked.nested ?? []) yield* within(each);
}

export function takeStatus(turn: Turn, status: Status): void {
  const asked = findSent(turn, status, status.cmd);
  turn.effects.secrets.push(...secretsIn(status, asked));
  if (asked !== undefined) {
    if (asked.status !== undefined) return;
    asked.status = status.code;
    if (status.items.length > 0) {
      const items = status.items.map((item) => itemOf(item, undefined));
      // Some devices give back what was written.
      asked.data = keep(turn, asked, [], isWithheld(asked) ? items.map(withoutValue) : items);
    }
  } else if (status.cmd !== 'Alert') {
    const { cmd, cmdRef = '(none)', msgRef = '(none)' } = status;
    turn.effects.deviations.push(
      `Status for ${cmd} refers to command ${cmdRef} of message ${msgRef}, which was not sent`,
    );
  }
}

export function takeResults(turn: Turn, results: Results): void {
  const { effects } = turn;
  const asked = findSent(turn, results, 'Get');
  if (asked === undefined || asked.request.command !== 'Get') {
    effects.deviations.push(`Results refer to command ${results.cmdRef}, which was not sent`);
    return;
  }
  delete asked.problem;
  const { uri } = asked.request;
  const listing = listingOf(uri);
  const about = results.sourceRef[0];
  const source = about === undefined ? {} : { uri: about };
  const items = results.items.flatMap((item): DeviceItem[] => {
    const problem = (what: string) => effects.deviations.push(`the serialized tree of ${uri}: ${what}`);
    const nodes =
      listing?.list.kind === 'TNDS' ? tndsItems(item, results.meta, listing.node, problem) : undefined;
    if (nodes !== undefined) return nodes;
    const said = { ...source, ...itemOf(item, results.meta), ...turn.large.get(item) };
    // What a Get of one node returns without Data is empty.
    return [listing === undefined && said.content === undefined ? { value: '', ...said } : said];
  });
  if (items.length > 0) asked.results = keep(turn, asked, asked.results ?? [], items);
}

function isWithheld({ request }: Asked): boolean {
  return isQuestion(request) ? request.withheld === true : secretsOfRequest(request).length > 0;
}

/** That something was said, and nothing of it. */
function withoutValue({ value, mark, format }: DeviceItem): DeviceItem {
  return {
    ...(value === undefined ? {} : { value: '' }),
    ...(mark === undefined ? {} : { mark }),
    format,
  };
}

function itemOf(item: Item, meta: Meta | undefined): DeviceItem {
  const uri = itemUri(item);
  const { value, format, type } = itemValue(item, meta);
  const mark = item.meta?.mark;
  return {
    ...(uri === undefined ? {} : { uri }),
    ...(item.data === undefined ? {} : { value }),
    format,
    ...(type === undefined ? {} : { type }),
    ...(mark === undefined ? {} : { mark }),
  };
}

/** What is kept of Items: all, as long as the work as a whole does not hold too much. */
function keep(
  turn: Turn,
  { request }: Asked,
  before: readonly DeviceItem[],
  items: readonly DeviceItem[],
): DeviceItem[] {
  const kept = [...before];
  let held = sizeHeld(turn.state) + sizeOf(before);
  for (const item of items) {
    held += sizeOf([item]);
    if (kept.length < MAX_ITEMS && held <= MAX_VALUES) {
      kept.push(item);
      continue;
    }
    turn.effects.deviations.push(
      kept.length < MAX_ITEMS
        ? `the value of ${nameOfRequest(request)} is not kept: values of one piece of work may have ${MAX_VALUES} characters`
        : `no more than ${MAX_ITEMS} Items are kept of the answer to ${nameOfRequest(request)}`,
    );
    // That something was said stays known, and its format.
    if (kept.length === 0) kept.push({ format: item.format });
    break;
  }
  return kept;
}

function sizeOf(items: readonly DeviceItem[] = []): number {
  return items.reduce(
    (sum, { value = '', uri = '', acl = '' }) => sum + ITEM_SIZE + value.length + uri.length + acl.length,
    0,
  );
}

/** Characters of what the device said that a command's answer holds. */
function sizeOfAsked(asked: Asked): number {
  let size = 0;
  for (const { results, data } of within(asked)) size += sizeOf(results) + sizeOf(data);
  return size;
}

function sizeHeld({ sent, work }: SessionState): number {
  return sent.reduce((sum, each) => sum + sizeOfAsked(each), work?.size ?? 0);
}

/**
 * Gives the answers to the work. While the device is still speaking only what is complete counts; once
 * it has finished, a command without an answer is sent once more if it may be, and then counts as
 * unanswered.
 *
 * @param refused the device did not believe the server: what it says no more of it has not carried out.
 */
export function settle(turn: Turn, refused: boolean): void {
  const { state } = turn;
  const waiting: SentCommand[] = [];
  for (const sent of state.sent) {
    if (refused && isRefused(sent)) continue;
    if (takePieceAnswer(turn, sent)) continue;
    if (isAnswered(sent, turn.closed)) takeAnswer(turn, sent);
    else if (turn.closed && mayNotRepeat(sent)) takeAnswer(turn, sent);
    else waiting.push(sent);
  }
  state.sent = waiting;
}

/**
 * Takes what the device says of a piece of a value.
 *
 * @returns whether another piece is to be sent
 */
function takePieceAnswer(turn: Turn, sent: SentCommand): boolean {
  const { request, piece, status, tries } = sent;
  if (piece === undefined || isContainer(request) || isQuestion(request)) return false;
  const name = nameOfRequest(request);
  if (status === STATUS.SIZE_MISMATCH || saysAlert(turn, ALERT.NO_END_OF_DATA)) {
    if (tries < MAX_SENDS) {
      turn.sending = { request, from: 0, tries: tries + 1 };
      return true;
    }
    const text = `the device did not get the pieces of ${name} together, ${tries} times (status 424)`;
    sent.problem = { text, status: STATUS.SIZE_MISMATCH, again: false };
    return false;
  }
  if (piece.last) {
    if (status === STATUS.CHUNK_ACCEPTED) {
      const text = `the device waits for more of ${name} after its last piece (status 213)`;
      sent.problem = { text, again: false };
    }
    return false;
  }
  // A request for the next message without a Status can only mean that the piece was taken.
  if (status === STATUS.CHUNK_ACCEPTED || (status === undefined && saysAlert(turn, ALERT.NEXT_MESSAGE))) {
    turn.sending = { request, from: piece.end, tries };
    turn.moves = true;
    return true;
  }
  if (status === undefined) return false;
  if (succeeded(status)) {
    const text = `the device took a piece of ${name} for all of it (status ${status}, not 213): it does not put pieces together, and may hold a part of the value now`;
    sent.problem = { text, again: false };
  } else {
    const text = `the device refused ${name}, which came in pieces, with ${status}`;
    sent.problem = { text, status, again: false };
  }
  return false;
}

function saysAlert({ message }: Turn, code: number): boolean {
  return message.body.commands.some((command) => command.name === 'Alert' && command.code === code);
}

/** Whether a device that does not believe the server has carried out nothing of a command. */
function isRefused(asked: Asked): boolean {
  return [...within(asked)].every(({ status }) => refusesServer(status ?? 0));
}

/**
 * @param closed whether the device has said all that it wants to say: what it has said of a container's
 *   commands then stands for the container too.
 */
function isAnswered({ request, status, results, problem, nested = [] }: Asked, closed: boolean): boolean {
  if (problem !== undefined) return !problem.again;
  if (isContainer(request)) {
    if (closed) return status !== undefined || nested.some((each) => isAnswered(each, true));
    return status !== undefined && nested.every((each) => isAnswered(each, false));
  }
  if (status === undefined) return false;
  if (closed || request.command !== 'Get' || !succeeded(status)) return true;
  // A listing may come in any number of Results.
  return results !== undefined && !isListing(request);
}

/** Whether an Exec may have had its effect although nobody heard of it: not as long as pieces of it are missing. */
export function mayBeDone({ request, piece }: SentCommand): boolean {
  return holdsExec(request) && piece?.last !== false;
}

function mayNotRepeat(sent: SentCommand): boolean {
  return mayBeDone(sent) || sent.tries >= MAX_TRIES;
}

function takeAnswer(turn: Turn, sent: SentCommand): void {
  const { state, effects } = turn;
  noteLacks(state, effects, sent, answerOf(sent, sent.tries));
  if (sent.problem === undefined) learn(effects, sent);
  const { work } = state;
  if (work === undefined) return;
  work.size += sizeOfAsked(sent);
  work.progress = answerRequest(
    turn.steps,
    work.progress,
    sent.request,
    answerOf(sent, sent.tries),
    turn.now,
  );
}

/** What has come of a command so far. */
export function answerOf(asked: Asked, tries: number): Answer {
  const { request, status, results = [], data = [], problem, nested } = asked;
  const repeated = tries > 1;
  if (problem !== undefined) return { status: problem.status ?? null, reason: problem.text, repeated };
  if (nested !== undefined) {
    const answers = nested.map((each) => answerOf(each, tries));
    return { status: status ?? null, repeated, nested: answers, ...severalItems(data) };
  }
  const said = { status: status ?? null, repeated };
  const [only, ...more] = results;
  const isOne = only !== undefined && more.length === 0 && !isListing(request);
  const several = isOne && data.length === 0 ? {} : severalItems([...results, ...data]);
  if (!isOne) return { ...said, ...several };
  const { value, format, type, content, size } = only;
  return { ...said, value, format, type, content, size, ...several };
}

function isListing(request: Request): boolean {
  return 'uri' in request && request.uri.includes('?list=');
}

function severalItems(items: DeviceItem[]): Pick<Answer, 'items'> {
  return items.length === 0 ? {} : { items };
}
