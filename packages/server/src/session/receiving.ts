/** Puts together what a device sends in pieces (DM_Protocol 1.2.1, large objects). */
import {
  ALERT,
  type Alert,
  type Command,
  contentBytes,
  contentText,
  decodeBase64,
  type Item,
  isMarkup,
  itemFormat,
  type Meta,
  type Replace,
  type Results,
  STATUS,
} from '@grove/protocol';
import { findSent } from './answers.ts';
import { itemUri, leastRawSize, markupText } from './item.ts';
import type { AppendNeed, Needing, ReadNeed, RoomNeed } from './needs.ts';
import type { Turn } from './receive.ts';
import type { Receiving } from './state.ts';

/** Bytes up to which a value that came in pieces is treated like one that came at once. */
const INLINE = 64 * 1024;
/** The same for what is a list of nodes, which has to be read. */
const INLINE_LIST = 1024 * 1024;

/** Values that one message may break off; no more are begun in it. */
const MAX_BROKEN_OFF = 10;

/** A command that may hold values of the device. */
type Carrier = Results | Alert | Replace;

/** A command whose Items are whole, as far as there are some, and how its pieces are answered. */
export interface Assembled {
  readonly command: Command | undefined;
  /** The status for a piece; undefined where the command's own is to be answered. */
  readonly code: number | undefined;
}

/** Takes the pieces out of a command. */
export function* assemble(turn: Turn, command: Command): Needing<Assembled> {
  const { receiving } = turn.state;
  if (!isCarrier(command)) {
    if (receiving !== undefined && !mayComeBetween(command)) yield* interrupt(turn, receiving);
    return { command, code: undefined };
  }
  const isPiece = command.items.some(({ moreData }) => moreData === true);
  if (receiving === undefined && !isPiece) return { command, code: undefined };
  const items: Item[] = [];
  let code: number | undefined;
  for (const item of command.items) {
    const { receiving: current } = turn.state;
    const goesOn = current !== undefined && continues(current, command, item);
    if (current !== undefined && !goesOn) yield* interrupt(turn, current);
    if (!goesOn && item.moreData !== true) {
      items.push(item);
      continue;
    }
    if (turn.interrupted.length > MAX_BROKEN_OFF) {
      code = STATUS.BAD_REQUEST;
      continue;
    }
    const outcome = yield* takePiece(turn, command, item);
    if (typeof outcome === 'number') code = outcome;
    else items.push(outcome);
  }
  const isTaken = items.length === 0 && command.items.length > 0;
  return { command: isTaken ? undefined : { ...command, items }, code };
}

function isCarrier(command: Command): command is Carrier {
  if (command.name === 'Results' || command.name === 'Replace') return true;
  return command.name === 'Alert' && (command.code === ALERT.GENERIC || command.code === ALERT.CLIENT_EVENT);
}

/** Statuses belong to what the server said, and a request for more to the device's own message. */
function mayComeBetween(command: Command): boolean {
  return command.name === 'Status' || (command.name === 'Alert' && command.code === ALERT.NEXT_MESSAGE);
}

/** Whether an Item is the next piece of what is being received; devices leave out what they have said once. */
function continues(receiving: Receiving, command: Carrier, item: Item): boolean {
  if (command.name !== receiving.command) return false;
  const uri = itemUri(item);
  return uri === undefined || receiving.uri === undefined || uri === receiving.uri;
}

/** What has not come to its end by the end of the device's message is interrupted, unless a piece of it came. */
export function* endPieces(turn: Turn): Needing<void> {
  const { receiving } = turn.state;
  if (receiving === undefined) return;
  if (turn.pieces.size === 0) yield* interrupt(turn, receiving);
  else if (turn.grown === receiving) {
    receiving.messages = (receiving.messages ?? 0) + 1;
    turn.moves = true;
  }
}

/** What comes to nothing has moved nothing: else a session of values that are broken off would have no end. */
function takeBack({ state }: Turn, receiving: Receiving): void {
  state.moved = (state.moved ?? 0) - (receiving.messages ?? 0);
  delete receiving.messages;
}

/** Gives up what is being received, and notes to tell the device so. */
function* interrupt(turn: Turn, receiving: Receiving): Needing<void> {
  delete turn.state.receiving;
  takeBack(turn, receiving);
  turn.interrupted.push({ source: receiving.source, target: receiving.target });
  fail(turn, receiving, `the device broke it off after ${receiving.came} bytes`, true);
  if (receiving.content !== undefined) yield { kind: 'drop', content: receiving.content };
}

/**
 * Notes that a value has not come.
 *
 * @param again whether it is of use to ask for it once more
 */
function fail(turn: Turn, receiving: Receiving, problem: string, again: boolean): void {
  const text = `${nameOf(receiving)}: ${problem}`;
  turn.effects.deviations.push(text);
  const asked = receiving.command === 'Results' ? findSent(turn, receiving, 'Get') : undefined;
  if (asked === undefined) return;
  // What is within a container is not asked for alone.
  const isAlone = turn.state.sent.some(
    ({ cmdID, msgID }) => cmdID === asked.cmdID && String(msgID) === receiving.msgRef,
  );
  asked.problem = { text, again: again && isAlone };
}

function nameOf({ command, uri }: Receiving): string {
  return uri === undefined ? `a value in ${command}` : `the value of ${uri} in ${command}`;
}

/** Takes a piece. @returns the Item when it is whole, else the status for the piece */
function* takePiece(turn: Turn, command: Carrier, item: Item): Needing<Item | number> {
  const { state } = turn;
  turn.pieces.add(item);
  const receiving = state.receiving ?? begin(turn, command, item);
  if (state.receiving === undefined) {
    state.receiving = receiving;
    if (!isAskedFor(turn, receiving)) {
      const need: RoomNeed = { kind: 'room', bytes: 0 };
      yield need;
      receiving.room = need.bytes;
    }
  }
  const isLast = item.moreData !== true;
  const refuse = function* (code: number, problem: string): Needing<number> {
    receiving.refused = code;
    takeBack(turn, receiving);
    fail(turn, receiving, problem, code === STATUS.SIZE_MISMATCH);
    if (receiving.content !== undefined) yield { kind: 'drop', content: receiving.content };
    delete receiving.content;
    if (isLast) delete state.receiving;
    return code;
  };
  if (receiving.refused !== undefined) {
    if (isLast) delete state.receiving;
    return receiving.refused;
  }
  const { announced } = receiving;
  // What counts is the value, not how it travels.
  const least = receiving.base64 ? leastRawSize(announced ?? 0) : (announced ?? 0);
  const announcedExcess = excessOf(receiving, least, turn.maxObjSize);
  if (announcedExcess !== undefined) return yield* refuse(STATUS.TOO_LARGE, announcedExcess);
  const bytes = pieceBytes(receiving, item, isLast);
  if (bytes === undefined) return yield* refuse(STATUS.BAD_REQUEST, 'a piece of it is not base64');
  const excess = excessOf(receiving, receiving.size + bytes.length, turn.maxObjSize);
  if (excess !== undefined) return yield* refuse(STATUS.TOO_LARGE, excess);
  if (bytes.length > 0) {
    const { content, size: start, type } = receiving;
    const append: AppendNeed = { kind: 'append', content, start, bytes, type };
    yield append;
    receiving.content = append.content;
    receiving.size += bytes.length;
  }
  if (!isLast) {
    if (bytes.length >= MIN_PROGRESS) turn.grown = receiving;
    return STATUS.CHUNK_ACCEPTED;
  }
  // Its Size is what travels, and some count what it stands for.
  if (announced !== undefined && announced !== receiving.came && announced !== receiving.size) {
    return yield* refuse(
      STATUS.SIZE_MISMATCH,
      `${receiving.came} bytes came, and ${announced} were announced (Size)`,
    );
  }
  delete state.receiving;
  return yield* wholeItem(turn, receiving, item);
}

/** Whether it is the value that a Get has asked for: one for each. */
function isAskedFor(turn: Turn, receiving: Receiving): boolean {
  const asked = receiving.command === 'Results' ? findSent(turn, receiving, 'Get') : undefined;
  return asked?.results?.every(({ content }) => content === undefined) ?? asked !== undefined;
}

/** Why a value of so many bytes is too large; undefined when it is not. */
function excessOf(
  { room = Number.POSITIVE_INFINITY }: Receiving,
  bytes: number,
  most: number,
): string | undefined {
  if (bytes > most) return `it has ${bytes} bytes or more, and ${most} are taken (MaxObjSize)`;
  if (bytes <= room) return undefined;
  return `it has ${bytes} bytes or more, and there is room for ${room} more of what nobody has asked the device for`;
}

/** Bytes that a message has to move if it shall not count among those that a session may have. */
export const MIN_PROGRESS = 256;

function begin(turn: Turn, command: Carrier, item: Item): Receiving {
  const outer = command.name === 'Alert' ? undefined : command.meta;
  const format = itemFormat(item, outer);
  const { data = '' } = item;
  const isBinary = format === 'bin' || format === 'b64';
  const uri = itemUri(item) ?? (command.name === 'Results' ? command.sourceRef[0] : undefined);
  const announced = item.meta?.size ?? outer?.size;
  const receiving: Receiving = {
    command: command.name,
    format,
    // What should be base64 and is not is the value itself.
    base64: isBinary && typeof data === 'string' && /^[\sA-Za-z0-9+/=]*$/.test(data),
    rest: '',
    came: 0,
    size: 0,
  };
  if (uri !== undefined) receiving.uri = uri;
  if (command.name === 'Results') {
    receiving.msgRef = command.msgRef;
    receiving.cmdRef = command.cmdRef;
  }
  const type = item.meta?.type ?? outer?.type;
  if (type !== undefined) receiving.type = type;
  const mark = item.meta?.mark;
  if (mark !== undefined) receiving.mark = mark;
  if (item.source !== undefined) receiving.source = item.source.locURI;
  if (item.target !== undefined) receiving.target = item.target.locURI;
  if (announced !== undefined) receiving.announced = announced;
  if (command.name === 'Results' && findSent(turn, command, 'Get')?.request.command !== 'Get') {
    turn.effects.deviations.push(`Results refer to command ${command.cmdRef}, which was not sent`);
    receiving.refused = STATUS.BAD_REQUEST;
  }
  return receiving;
}

/** The bytes that a piece stands for; undefined where it should be base64 and is not. */
function pieceBytes(receiving: Receiving, { data = '' }: Item, isLast: boolean): Uint8Array | undefined {
  if (typeof data !== 'string' || !receiving.base64) {
    const plain = isMarkup(data) ? markupText(data) : data;
    const bytes = contentBytes(plain) ?? new Uint8Array();
    receiving.came += bytes.length;
    return bytes;
  }
  receiving.came += data.length;
  const digits = receiving.rest + data.replace(/\s+/g, '');
  const end = isLast ? digits.length : digits.length - (digits.length % 4);
  receiving.rest = digits.slice(end);
  return decodeBase64(digits.slice(0, end));
}

/** The Item as if it had come at once; of a large one its value is a content. */
function* wholeItem(turn: Turn, receiving: Receiving, last: Item): Needing<Item> {
  const { content, size, type, mark, format, base64, uri, source, target } = receiving;
  const isBinary = base64 || format === 'bin' || format === 'b64';
  const meta: Meta = { emi: [], format: isBinary ? 'bin' : format, type, mark };
  const item: Item = {
    ...last,
    source: source === undefined ? last.source : { locURI: source },
    target: target === undefined ? last.target : { locURI: target },
    meta,
    moreData: undefined,
  };
  if (content === undefined) return { ...item, data: isBinary ? new Uint8Array() : '' };
  const limit = uri?.includes('?list=') ? INLINE_LIST : INLINE;
  if (size > limit) {
    const { command } = receiving;
    yield { kind: 'keep', content, work: command === 'Results' ? turn.state.work?.ref : undefined };
    const large: Item = { ...item, data: undefined };
    turn.large.set(large, { content, size });
    return large;
  }
  const need: ReadNeed = { kind: 'read', content, offset: 0, length: size };
  yield need;
  if (need.slice === undefined) throw new Error(`content ${content} has gone while it was received`);
  const { bytes } = need.slice;
  yield { kind: 'drop', content };
  return { ...item, data: isBinary ? bytes : (contentText(bytes) ?? bytes) };
}
