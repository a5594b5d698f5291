/** Fits what is to be said into messages of the size that the server takes. */
import { type Command, type Encoding, encodeMessage, type Header, type Message } from '@grove/protocol';
import { advanced, isLarge, leftOf, MAX_SENT, partOf } from './outgoing.ts';
import type { Large, Pending, Whole } from './reply.ts';

/** How a message is written. */
export interface Envelope {
  readonly header: Header;
  /** The Status for the server's last SyncHdr, if there was one: first in every message. */
  readonly headerStatus: Whole | undefined;
  readonly encoding: Encoding;
  /** Bytes that the server takes in one message. */
  readonly maxMsgSize: number | undefined;
}

export interface Packed {
  readonly body: Uint8Array;
  /** The message as a trace may show it, where it holds a secret of the user's. */
  readonly masked?: Uint8Array | undefined;
  /** What the message has, in its order, behind the Status for the SyncHdr. */
  readonly sent: readonly Whole[];
  /** What did not fit. */
  readonly rest: readonly Pending[];
  /** Raw bytes of a large value that the message has. */
  readonly moved: number;
}

/** Commands that are written to see whether they fit, before more are. */
const FIRST_TRY = 64;
/** A part of a large value waits for the next message when less than this share of one is left for it. */
const WORTHWHILE = 4;

/** Bytes of the raw value at hand that {@link pack} may need of the first large value. */
export function sliceSize({ maxMsgSize }: Pick<Envelope, 'maxMsgSize'>, large: Large): number {
  return Math.min(leftOf(large), maxMsgSize ?? MAX_SENT, MAX_SENT);
}

/**
 * Writes as much of the pending commands as one message takes, at least one. A large value goes in parts, and
 * nothing but the rest of it follows a part.
 *
 * However much is pending, no more of it is written on the way than a few messages' worth.
 *
 * @param final whether the package ends with the last of them.
 * @param slice of the first large value, from where it goes on: see {@link sliceSize}.
 */
export function pack(
  envelope: Envelope,
  pending: readonly Pending[],
  final: boolean,
  slice?: Uint8Array,
): Packed {
  const at = pending.findIndex(isLarge);
  const large = pending[at];
  if (large === undefined || !isLarge(large)) {
    return packWhole(envelope, pending.filter(isWhole), final);
  }
  const before = pending.slice(0, at).filter(isWhole);
  const packed = packWhole(envelope, before, false);
  const rest = [...packed.rest, ...pending.slice(at)];
  if (packed.rest.length > 0) return { ...packed, rest };
  const after = pending.slice(at + 1);
  return (
    packLarge(envelope, { before, large, after, final }, slice ?? new Uint8Array()) ?? { ...packed, rest }
  );
}

/** Commands that fit into one message together with the Status for the SyncHdr. */
export function fits(envelope: Envelope, commands: readonly Whole[]): boolean {
  return sizeOf(envelope, commands) <= (envelope.maxMsgSize ?? Number.POSITIVE_INFINITY);
}

/** Bytes of a message. @throws {EncodeError} */
export function sizeOf(envelope: Envelope, commands: readonly Whole[]): number {
  return write(envelope, commands, true).length;
}

const isWhole = (pending: Pending): pending is Whole => !isLarge(pending);

function packWhole(envelope: Envelope, pending: readonly Whole[], final: boolean): Packed {
  const limit = envelope.maxMsgSize ?? Number.POSITIVE_INFINITY;
  const all = pending.length;
  const first = (count: number): Uint8Array =>
    write(envelope, count < all ? pending.slice(0, count) : pending, final && count === all);

  let found: { readonly count: number; readonly body: Uint8Array } | undefined;
  let tooMany = all + 1;
  let count = limit === Number.POSITIVE_INFINITY ? all : Math.min(all, FIRST_TRY);
  for (;;) {
    const body = first(count);
    if (body.length <= limit || count <= 1) found = { count, body };
    else tooMany = count;
    const least = found?.count ?? 0;
    if (found !== undefined && (least === all || least + 1 === tooMany)) break;
    count = tooMany > all ? Math.min(all, least * 2) : (least + tooMany) >> 1;
  }
  const { body, count: taken } = found;
  const rest = pending.slice(taken);
  return packed(
    envelope,
    { body, sent: pending.slice(0, taken), rest, moved: 0 },
    final && rest.length === 0,
  );
}

/** What a trace shows in place of a secret. */
const MASK = '********';

/** Adds the message as a trace may show it. */
function packed(envelope: Envelope, made: Omit<Packed, 'masked'>, final: boolean): Packed {
  if (!made.sent.some(isSecret)) return made;
  return { ...made, masked: write(envelope, made.sent.map(masked), final) };
}

function isSecret(command: Whole): boolean {
  return command.name === 'Status' && command.hidden === true;
}

function masked(command: Whole): Whole {
  if (command.name !== 'Status' || !isSecret(command)) return command;
  return { ...command, items: command.items.map((item) => ({ ...item, data: MASK })) };
}

interface LargeLot {
  readonly before: readonly Whole[];
  readonly large: Large;
  readonly after: readonly Pending[];
  readonly final: boolean;
}

/** A message with a part of a large value, or all of it; undefined when it had better wait for the next one. */
function packLarge(
  envelope: Envelope,
  { before, large, after, final }: LargeLot,
  slice: Uint8Array,
): Packed | undefined {
  const limit = Math.min(envelope.maxMsgSize ?? MAX_SENT, MAX_SENT);
  if (slice.length >= leftOf(large)) {
    const { command, bytes } = partOf(large, slice, slice.length);
    const sent = [...before, command];
    const isFinal = final && after.length === 0;
    const body = write(envelope, sent, isFinal);
    if (body.length <= limit) return packed(envelope, { body, sent, rest: after, moved: bytes }, isFinal);
    // What fits into a message may not be sent in parts. Behind one answer it would wait for ever.
    if (before.length > 1 && large.at === 0 && sizeOf(envelope, [command]) <= limit) return undefined;
  }
  const room = limit - sizeOf(envelope, [...before, partOf(large, slice, 0).command]);
  // The one answer that there may be in every message is that to the server's asking for it.
  if (before.length > 1 && room < limit / WORTHWHILE) return undefined;
  let most = Math.min(Math.max(room, 1), slice.length);
  for (;;) {
    const part = partOf(large, slice, Math.max(most, LEAST));
    const sent = [...before, part.command];
    const body = write(envelope, sent, false);
    if (body.length <= limit || most <= LEAST) {
      const left = advanced(large, part.bytes);
      const rest = leftOf(left) === 0 ? after : [left, ...after];
      return packed(envelope, { body, sent, rest, moved: part.bytes }, false);
    }
    // By as much as the value grows in writing, and a little more.
    const grown = body.length - (limit - room);
    most = Math.min(most - 1, Math.floor((most * room) / grown) - 2);
  }
}

/** Raw bytes that are always enough for a character, or a group of base64. */
const LEAST = 6;

function write(
  { header, headerStatus, encoding }: Envelope,
  pending: readonly Whole[],
  final: boolean,
): Uint8Array {
  const all = headerStatus === undefined ? pending : [headerStatus, ...pending];
  const commands = all.map((each, index): Command => ({ ...each, cmdID: String(index + 1) }));
  const message: Message = { header, body: { commands, final } };
  return encodeMessage(message, encoding);
}
