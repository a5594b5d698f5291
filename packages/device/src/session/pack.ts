/** Fits what is to be said into messages of the size that the server takes. */
import {
  type Command,
  EncodeError,
  type Encoding,
  encodeMessage,
  type Header,
  type Message,
  type Results,
  STATUS,
} from '@grove/protocol';
import type { Pending, Reply } from './reply.ts';

/** How a message is written. */
export interface Envelope {
  readonly header: Header;
  /** The Status for the server's last SyncHdr, if there was one: first in every message. */
  readonly headerStatus: Pending | undefined;
  readonly encoding: Encoding;
  /** Bytes that the server takes in one message. */
  readonly maxMsgSize: number | undefined;
}

export interface Packed {
  readonly body: Uint8Array;
  /** The message as a trace may show it, where it holds a secret of the user's. */
  readonly masked?: Uint8Array | undefined;
  /** What did not fit. */
  readonly rest: readonly Pending[];
}

/** Commands that are written to see whether they fit, before more are. */
const FIRST_TRY = 64;

/**
 * Writes as much of the pending commands as one message takes, at least one.
 *
 * However much is pending, no more of it is written on the way than a few messages' worth.
 *
 * @param final whether the package ends with the last of them.
 */
export function pack(envelope: Envelope, pending: readonly Pending[], final: boolean): Packed {
  const limit = envelope.maxMsgSize ?? Number.POSITIVE_INFINITY;
  const all = pending.length;
  const first = (count: number): Uint8Array =>
    write(envelope, count < all ? pending.slice(0, count) : pending, final && count === all);

  let fits: { readonly count: number; readonly body: Uint8Array } | undefined;
  let tooMany = all + 1;
  let count = limit === Number.POSITIVE_INFINITY ? all : Math.min(all, FIRST_TRY);
  for (;;) {
    const body = first(count);
    if (body.length <= limit || count <= 1) fits = { count, body };
    else tooMany = count;
    const least = fits?.count ?? 0;
    if (fits !== undefined && (least === all || least + 1 === tooMany)) break;
    count = tooMany > all ? Math.min(all, least * 2) : (least + tooMany) >> 1;
  }
  const packed = { body: fits.body, rest: pending.slice(fits.count) };
  const written = pending.slice(0, fits.count);
  if (!written.some(isSecret)) return packed;
  return { ...packed, masked: write(envelope, written.map(masked), final && packed.rest.length === 0) };
}

/** What a trace shows in place of a secret. */
const MASK = '********';

function isSecret(pending: Pending): boolean {
  return pending.name === 'Status' && pending.hidden === true;
}

function masked(pending: Pending): Pending {
  if (!isSecret(pending)) return pending;
  return { ...pending, items: pending.items.map((item) => ({ ...item, data: MASK })) };
}

/**
 * Replies that can be sent: a Get whose Results no message can hold is answered with 413 instead, one
 * whose Results the encoding cannot carry with 500, and several Items part where they do not fit together.
 */
export function sendable(envelope: Envelope, replies: readonly Reply[]): readonly Pending[] {
  const all = replies.flatMap(({ status, results }): Pending[] => [status, ...results]);
  if (faultOf(envelope, all) === undefined) return all;
  return replies.flatMap((reply) => sendableReply(envelope, reply));
}

function sendableReply(envelope: Envelope, { status, results }: Reply): Pending[] {
  const bare = faultOf(envelope, [status]) === STATUS.FAILED ? withoutText(status) : status;
  const parted = results.flatMap((each) => part(envelope, each));
  const fault = parted.map((each) => faultOf(envelope, [each])).find((each) => each !== undefined);
  return fault === undefined ? [bare, ...parted] : [{ ...bare, code: fault }];
}

function part(envelope: Envelope, results: Omit<Results, 'cmdID'>): Omit<Results, 'cmdID'>[] {
  const { items } = results;
  if (items.length <= 1 || faultOf(envelope, [results]) === undefined) return [results];
  const middle = items.length >> 1;
  return [items.slice(0, middle), items.slice(middle)].flatMap((half) =>
    part(envelope, { ...results, items: half }),
  );
}

/** A Status whose references hold characters that the encoding cannot carry goes without them. */
function withoutText(status: Reply['status']): Reply['status'] {
  return { ...status, targetRef: [], sourceRef: [], items: [] };
}

/** The status that says why commands cannot go in one message; undefined when they can. */
function faultOf(envelope: Envelope, pending: readonly Pending[]): number | undefined {
  try {
    const size = write(envelope, pending, true).length;
    return size <= (envelope.maxMsgSize ?? Number.POSITIVE_INFINITY) ? undefined : STATUS.TOO_LARGE;
  } catch (error) {
    if (error instanceof EncodeError) return STATUS.FAILED;
    throw error;
  }
}

function write(
  { header, headerStatus, encoding }: Envelope,
  pending: readonly Pending[],
  final: boolean,
): Uint8Array {
  const all = headerStatus === undefined ? pending : [headerStatus, ...pending];
  const commands = all.map((each, index): Command => ({ ...each, cmdID: String(index + 1) }));
  const message: Message = { header, body: { commands, final } };
  return encodeMessage(message, encoding);
}
