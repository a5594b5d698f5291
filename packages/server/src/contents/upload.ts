import { createHash } from 'node:crypto';
import type { Store } from '../store/index.ts';
import { type Content, dropContent, showContent } from './content.ts';
import { appendContent, beginContent, finishContent, type NewContent } from './parts.ts';

/** Bytes that are gathered for one unit of work. */
const BATCH = 512 * 1024;

/** More bytes came than a content may have. */
export class ContentTooLarge extends Error {
  constructor(limit: number) {
    super(`a content may have ${limit} bytes`);
    this.name = 'ContentTooLarge';
  }
}

/** What was to be uploaded has not come as a whole. */
export class UploadBroken extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UploadBroken';
  }
}

/** @throws {UploadBroken} in place of what `source` throws */
async function* whole(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw new UploadBroken('the upload ended before it was complete', { cause: error });
  }
}

/**
 * Stores what comes as a content, part by part. What is left of one that does not come to its end goes.
 *
 * @param limit bytes that it may have
 * @throws {ContentTooLarge} as soon as more came
 * @throws {UploadBroken} when `source` fails
 */
export async function uploadContent(
  store: Store,
  source: AsyncIterable<Uint8Array>,
  content: NewContent,
  limit: number,
  now: () => number,
): Promise<Content> {
  const id = await store.transaction((db) => beginContent(db, content, now()));
  const hash = createHash('sha256');
  let size = 0;
  let gathered: Uint8Array[] = [];
  let length = 0;
  const write = async (): Promise<void> => {
    const bytes = Buffer.concat(gathered, length);
    gathered = [];
    length = 0;
    hash.update(bytes);
    await store.transaction((db) => appendContent(db, id, size, bytes, now()));
    size += bytes.length;
  };
  try {
    for await (const bytes of whole(source)) {
      if (size + length + bytes.length > limit) throw new ContentTooLarge(limit);
      gathered.push(bytes);
      length += bytes.length;
      if (length >= BATCH) await write();
    }
    await write();
    const sha256 = hash.digest('hex');
    return await store.transaction(async (db) => {
      await finishContent(db, id, sha256, now());
      return showContent(db, id);
    });
  } catch (error) {
    await store.transaction((db) => dropContent(db, id, now()));
    throw error;
  }
}
