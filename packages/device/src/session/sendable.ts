/** Makes of answers what can be sent: no command is larger than a message, and each can be written. */
import { EncodeError, type Item, STATUS } from '@grove/protocol';
import { ContentStoreFullError } from '../content-store/index.ts';
import { type Shelf, shelve } from './large-value.ts';
import { isLarge, partOf } from './outgoing.ts';
import { type Envelope, sizeOf } from './pack.ts';
import { type Large, type Pending, type Reply, statusOf, type Whole } from './reply.ts';

/** Bytes of a value that a message must have room for, if the value is to be sent in parts. */
const LEAST_PART = 64;
/** The answer to what asks for the next message, at its longest: what had to wait comes behind one. */
const ANSWER_TO_ASKING = statusOf({ msgRef: '9'.repeat(8), cmdRef: '9'.repeat(8), cmd: 'Alert' }, STATUS.OK);

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

/** What is pending and was made for larger messages than the server takes now. */
export async function refitted(
  shelf: Shelf,
  envelope: Envelope,
  pending: readonly Pending[],
): Promise<readonly Pending[]> {
  const made: Pending[] = [];
  for (const each of pending) {
    const parts = each.name === 'Results' || isLarge(each) ? split(envelope, each) : [each];
    for (const part of parts) {
      if (isLarge(part)) made.push(part);
      else if (part.name === 'Status') made.push(bareOf(envelope, part));
      else made.push(await sendableOwn(shelf, envelope, part));
    }
  }
  return made;
}

const isWhole = (pending: Pending): pending is Whole => !isLarge(pending);

async function sendableReply(
  shelf: Shelf,
  envelope: Envelope,
  { status, results }: Reply,
): Promise<Pending[]> {
  const bare = bareOf(envelope, status);
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

/** A Status whose references are too long goes without them; so do its Items where the encoding cannot carry them. */
function bareOf(envelope: Envelope, status: Reply['status']): Reply['status'] {
  const fault = faultOf(envelope, [status]);
  if (fault === undefined) return status;
  const bare = { ...status, targetRef: [], sourceRef: [] };
  if (fault === STATUS.FAILED) return { ...bare, items: [] };
  return faultOf(envelope, [bare]) === undefined ? bare : status;
}

/** The status that says why commands cannot go in one message; undefined when they can. */
function faultOf(envelope: Envelope, commands: readonly Whole[]): number | undefined {
  try {
    const fits =
      sizeOf(envelope, [ANSWER_TO_ASKING, ...commands]) <= (envelope.maxMsgSize ?? Number.POSITIVE_INFINITY);
    return fits ? undefined : STATUS.TOO_LARGE;
  } catch (error) {
    if (error instanceof EncodeError) return STATUS.FAILED;
    throw error;
  }
}
