/** What the session engine needs of contents, provided within the unit of work of a message. */
import { type DecodedMessage, EncodeError, encodeMessage, type Item } from '@grove/protocol';
import {
  appendContent,
  beginContent,
  dropContent,
  finishContent,
  readSlice,
  unaskedBytes,
  useContent,
} from '../../contents/index.ts';
import type { Need, Needing } from '../../session/index.ts';
import type { Queries } from '../../store/index.ts';

/** Whose contents they are. */
export interface Owner {
  readonly deviceId: number;
  /** Bytes that it may send of what nobody has asked for. */
  readonly quota: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Runs a part of the engine, and provides what it needs. */
export async function provide<T>(db: Queries, part: Needing<T>, owner: Owner): Promise<T> {
  for (;;) {
    const step = part.next();
    if (step.done === true) return step.value;
    await fulfil(db, step.value, owner);
  }
}

async function fulfil(db: Queries, need: Need, { deviceId, quota, now }: Owner): Promise<void> {
  switch (need.kind) {
    case 'read':
      need.slice = await readSlice(db, need.content, need.offset, need.length);
      return;
    case 'append':
      need.content ??= await beginContent(db, { type: need.type, deviceId }, now);
      await appendContent(db, need.content, need.start, need.bytes, now);
      return;
    case 'keep': {
      await finishContent(db, need.content, null, now);
      const { work } = need;
      if (work?.kind === 'task') await useContent(db, need.content, { kind: 'task', id: work.id });
      else if (work?.kind === 'campaign') {
        await useContent(db, need.content, { kind: 'campaign', id: work.id, deviceId });
      }
      return;
    }
    case 'room':
      need.bytes = Math.max(0, quota - (await unaskedBytes(db, deviceId)));
      return;
    case 'drop':
      await dropContent(db, need.content, now);
  }
}

/** Runs a part of the engine for somebody who has nothing and from whom nothing is taken. */
export function withoutContents<T>(part: Needing<T>): T {
  const step = part.next();
  if (step.done === true) return step.value;
  throw new Error(`nobody who is not known may ${step.value.kind} a content`);
}

const NOT_KEPT = new TextEncoder().encode('not kept: pieces of values are in it, and what cannot be written');

/**
 * A message as it is kept: pieces of values are left out of it, since contents have them, and since a secret in them
 * cannot be told from what is around it. Such a message is kept as Grove would write it.
 */
export function withoutPieces(
  bytes: Uint8Array,
  { message, encoding }: DecodedMessage,
  pieces: ReadonlySet<Item>,
): Uint8Array {
  if (pieces.size === 0) return bytes;
  const commands = message.body.commands.map((command) =>
    'items' in command ? { ...command, items: command.items.map(shown) } : command,
  );
  try {
    return encodeMessage({ ...message, body: { ...message.body, commands } }, encoding);
  } catch (error) {
    if (error instanceof EncodeError) return NOT_KEPT;
    throw error;
  }

  function shown(item: Item): Item {
    if (!pieces.has(item)) return item;
    const { data = '' } = item;
    const length = typeof data === 'string' || data instanceof Uint8Array ? data.length : 0;
    return { ...item, data: `(a piece of ${length})` };
  }
}
