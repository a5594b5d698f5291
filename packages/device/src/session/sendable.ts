/** Makes of answers what can be sent: no command is larger than a message, and each can be written. */
import { EncodeError, type Item, STATUS, type Status } from '@grove/protocol';
import { ContentStoreFullError } from '../content-store/index.ts';
import { type Shelf, shelve } from './large-value.ts';
import { isLarge, partOf } from './outgoing.ts';
import { type Envelope, sizeOf } from './pack.ts';
import type { Large, Pending, Reply, Whole } from './reply.ts';

/** Bytes of a value that a message must have room for, if the value is to be sent in parts. */
const LEAST_PART = 64;

/**
 * Replies as they can be sent. Several Items of Results part where they do not fit together, and a value that no
 * message can hold goes in parts. A Get whose Results cannot be sent even so is answered with 413, one whose
 * Results the encoding cannot carry with 500.
 */
export async function sendable(
  shelf: Shelf,
  envelope: Envelope,
  replies: readonly Reply[],
): Promise<readonly Pending[]> {
  const all = replies.flatMap(({ status, results }): Pending[] => [status, ...results]);
  if (all.every(isWhole) && faultOf(envelope, all) === undefined) return all;
  const made: Pending[] = [];
  for (const reply of replies) made.push(...(await sendableReply(shelf, envelope, reply)));
  return made;
}

/** A command of the device's own as it can be sent: its value goes in parts where it must. */
export async function sendableOwn(shelf: Shelf, envelope: Envelope, command: Whole): Promise<Pending> {
  if (command.name === 'Status' || faultOf(envelope, [command]) !== STATUS.TOO_LARGE) return command;
  return (await inParts(shelf, envelope, command)) ?? command;
}

const isWhole = (pending: Pending): pending is Whole => !isLarge(pending);

async function sendableReply(
  shelf: Shelf,
  envelope: Envelope,
  { status, results }: Reply,
): Promise<Pending[]> {
  const bare = faultOf(envelope, [status]) === STATUS.FAILED ? withoutText(status) : status;
  const made: Pending[] = [];
  for (const each of results.flatMap((one) => split(envelope, one))) {
    const fault = isLarge(each) ? faultOfParts(envelope, each) : faultOf(envelope, [each]);
    if (fault === undefined) {
      made.push(each);
      continue;
    }
    const parted =
      isLarge(each) || fault !== STATUS.TOO_LARGE ? undefined : await inParts(shelf, envelope, each);
    if (parted === undefined) return [{ ...bare, code: fault }];
    made.push(parted);
  }
  return [bare, ...made];
}

/** Results with so many Items as fit, again and again. */
function split(envelope: Envelope, results: Reply['results'][number]): Reply['results'][number][] {
  if (isLarge(results)) return [results];
  const { items } = results;
  if (items.length <= 1 || faultOf(envelope, [results]) === undefined) return [results];
  const middle = items.length >> 1;
  return [items.slice(0, middle), items.slice(middle)].flatMap((half) =>
    split(envelope, { ...results, items: half }),
  );
}

/** A command whose one value goes in parts; undefined when it has none, or there is no room for any part. */
async function inParts(
  shelf: Shelf,
  envelope: Envelope,
  command: Large['command'],
): Promise<Large | undefined> {
  const [item, ...others] = command.items;
  if (item === undefined || others.length > 0 || typeof item.data !== 'string') return undefined;
  const { data, ...bare } = item;
  const large = (stored: string, size: number): Large => ({
    name: 'Large',
    command: { ...command, items: [bare satisfies Item] },
    value: { stored, size },
    form: 'text',
    at: 0,
  });
  if (faultOfParts(envelope, large('', data.length)) !== undefined) return undefined;
  try {
    const { stored, size } = await shelve(shelf, new TextEncoder().encode(data));
    return large(stored, size);
  } catch (error) {
    if (error instanceof ContentStoreFullError) return undefined;
    throw error;
  }
}

function faultOfParts(envelope: Envelope, large: Large): number | undefined {
  const sample = partOf(large, new Uint8Array(LEAST_PART).fill(0x41), LEAST_PART);
  return faultOf(envelope, [sample.command]);
}

/** A Status whose references hold characters that the encoding cannot carry goes without them. */
function withoutText(status: Omit<Status, 'cmdID'>): Omit<Status, 'cmdID'> {
  return { ...status, targetRef: [], sourceRef: [], items: [] };
}

/** The status that says why commands cannot go in one message; undefined when they can. */
function faultOf(envelope: Envelope, commands: readonly Whole[]): number | undefined {
  try {
    const fits = sizeOf(envelope, commands) <= (envelope.maxMsgSize ?? Number.POSITIVE_INFINITY);
    return fits ? undefined : STATUS.TOO_LARGE;
  } catch (error) {
    if (error instanceof EncodeError) return STATUS.FAILED;
    throw error;
  }
}
