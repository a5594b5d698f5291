/** The bytes of contents, in parts small enough for a unit of work to write or read some of them. */
import { insertion, type Params, type Queries, statement } from '../store/index.ts';

/** Bytes of a part at most. */
const PART = 64 * 1024;

export interface NewContent {
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  /** The device that it comes from. */
  readonly deviceId?: number | undefined;
}

type BeginParams = { name: string | null; type: string | null; deviceId: number | null; now: number };

const begin = insertion((q, p: Params<BeginParams>) =>
  q.insertInto('contents').values({
    state: 'partial',
    name: p('name'),
    type: p('type'),
    size: 0,
    sha256: null,
    device_id: p('deviceId'),
    created_at: p('now'),
    changed_at: p('now'),
  }),
);

/** Begins a content without any bytes. @returns its id */
export async function beginContent(db: Queries, content: NewContent, now: number): Promise<number> {
  const { name = null, type = null, deviceId = null } = content;
  return begin.insert(db, { name, type, deviceId, now });
}

const insertPart = statement((q, p: Params<{ id: number; start: number; bytes: Uint8Array }>) =>
  q.insertInto('content_parts').values({ content_id: p('id'), start: p('start'), bytes: p('bytes') }),
);

const grow = statement((q, p: Params<{ id: number; start: number; size: number; now: number }>) =>
  q
    .updateTable('contents')
    .set({ size: p('size'), changed_at: p('now') })
    .where('id', '=', p('id'))
    .where('size', '=', p('start'))
    .where('state', '=', 'partial'),
);

/** A content has gone, or has other bytes than were expected, since it was looked at. */
export class ContentChanged extends Error {
  constructor(id: number) {
    super(`content ${id} is not as it was left`);
    this.name = 'ContentChanged';
  }
}

/**
 * Appends bytes to a content that is not complete.
 *
 * @param start bytes that it has so far
 * @throws {ContentChanged} when it has others, or is gone
 */
export async function appendContent(
  db: Queries,
  id: number,
  start: number,
  bytes: Uint8Array,
  now: number,
): Promise<void> {
  if ((await grow.run(db, { id, start, size: start + bytes.length, now })) === 0) {
    throw new ContentChanged(id);
  }
  for (let at = 0; at < bytes.length; at += PART) {
    await insertPart.run(db, { id, start: start + at, bytes: bytes.subarray(at, at + PART) });
  }
}

type End = { id: number; sha256: string | null; now: number };

const finish = statement((q, p: Params<End>) =>
  q
    .updateTable('contents')
    .set({ state: 'complete', sha256: p('sha256'), changed_at: p('now') })
    .where('id', '=', p('id'))
    .where('state', '=', 'partial'),
);

/**
 * Completes a content, which does not change from then on.
 *
 * @param sha256 hexadecimal; null where it has still to be computed
 * @throws {ContentChanged} when it is gone
 */
export async function finishContent(
  db: Queries,
  id: number,
  sha256: string | null,
  now: number,
): Promise<void> {
  if ((await finish.run(db, { id, sha256, now })) === 0) throw new ContentChanged(id);
}

const partsIn = statement((q, p: Params<{ id: number; after: number; before: number }>) =>
  q
    .selectFrom('content_parts')
    .select(['start', 'bytes'])
    .where('content_id', '=', p('id'))
    .where('start', '>', p('after'))
    .where('start', '<', p('before'))
    .orderBy('start'),
);

/**
 * Some bytes of a content, as many of those asked for as there are.
 *
 * @param length should stay well below what a unit of work may hold in memory
 */
export async function readBytes(
  db: Queries,
  id: number,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const rows = await partsIn.all(db, { id, after: offset - PART, before: offset + length });
  const pieces = rows.map(({ start, bytes }) =>
    bytes.subarray(Math.max(0, offset - start), Math.max(0, offset + length - start)),
  );
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
}

/** Bytes that are read at a time. */
const STRIDE = 512 * 1024;

/** The bytes of a content from one place to another, read as they are consumed. */
export async function* streamBytes(
  db: Queries,
  id: number,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    const bytes = await readBytes(db, id, at, Math.min(STRIDE, end - at));
    // It was deleted meanwhile.
    if (bytes.length === 0) throw new ContentChanged(id);
    yield bytes;
    at += bytes.length;
  }
}

const sizeOf = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('contents').select('size').where('id', '=', p('id')).where('state', '<>', 'dropped'),
);

/** Some bytes of a content, and how many it has in all so far; undefined when it is not there. */
export async function readSlice(
  db: Queries,
  id: number,
  offset: number,
  length: number,
): Promise<{ bytes: Uint8Array; size: number } | undefined> {
  const content = await sizeOf.first(db, { id });
  if (content === undefined) return undefined;
  return { bytes: await readBytes(db, id, offset, length), size: content.size };
}
