import { createHash } from 'node:crypto';
import {
  isContentComplete,
  isContentDropped,
  isContentPartial,
  type Queries,
  type Store,
} from '../store/index.ts';
import { dropContent } from './content.ts';
import { ContentChanged, streamBytes } from './parts.ts';

/** Contents that one call looks at. */
const BATCH = 100;
/** Parts that one call deletes. */
const PARTS = 64;

/**
 * Drops contents to which nothing more comes; some of them per call.
 *
 * @param idleSince nothing has come since then, milliseconds since the epoch
 * @returns whether there is more to drop
 */
export async function dropPartial(db: Queries, idleSince: number, now: number): Promise<boolean> {
  const rows = await db
    .selectFrom('contents')
    .select('id')
    .where(isContentPartial)
    .where('changed_at', '<', idleSince)
    .limit(BATCH)
    .execute();
  for (const { id } of rows) await dropContent(db, id, now);
  return rows.length === BATCH;
}

/**
 * Drops complete contents that nothing refers to.
 *
 * @param after looks at contents with a larger id only
 * @param before those that have changed since are kept, milliseconds since the epoch
 * @returns what to give as `after` for the next ones; undefined when these were the last
 */
export async function dropUnused(
  db: Queries,
  after: number,
  before: number,
  now: number,
): Promise<number | undefined> {
  const rows = await db
    .selectFrom('contents')
    .select(['id', 'changed_at'])
    .where(isContentComplete)
    .where('id', '>', after)
    .orderBy('id')
    .limit(BATCH)
    .execute();
  const old = rows.filter(({ changed_at }) => changed_at < before).map(({ id }) => id);
  if (old.length > 0) {
    const unused = await db
      .selectFrom('contents')
      .select('id')
      .where('id', 'in', old)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('content_uses')
              .select('content_uses.id')
              .whereRef('content_uses.content_id', '=', 'contents.id'),
          ),
        ),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(selectFrom('alerts').select('alerts.id').whereRef('alerts.content_id', '=', 'contents.id')),
        ),
      )
      .execute();
    for (const { id } of unused) await dropContent(db, id, now);
  }
  return rows.length < BATCH ? undefined : rows.at(-1)?.id;
}

/**
 * Deletes some of the bytes of contents that were dropped, and the contents when none are left.
 *
 * @returns whether there is more to delete
 */
export async function deleteDropped(db: Queries): Promise<boolean> {
  const content = await db
    .selectFrom('contents')
    .select('id')
    .where(isContentDropped)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (content === undefined) return false;
  const parts = await db
    .deleteFrom('content_parts')
    .where('content_id', '=', content.id)
    .where('start', 'in', (query) =>
      query
        .selectFrom('content_parts')
        .select('content_parts.start')
        .where('content_parts.content_id', '=', content.id)
        .orderBy('content_parts.start')
        .limit(PARTS),
    )
    .returning('start')
    .execute();
  if (parts.length < PARTS) await db.deleteFrom('contents').where('id', '=', content.id).execute();
  return true;
}

/**
 * Computes the SHA-256 of a content that has none yet: what a device has sent comes in pieces that any process
 * may take, so that it is read as a whole once, afterwards.
 *
 * @returns whether there was one
 */
export async function digestNext(store: Store): Promise<boolean> {
  const content = await store.reader
    .selectFrom('contents')
    .select(['id', 'size'])
    .where(isContentComplete)
    .where('sha256', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (content === undefined) return false;
  const { id, size } = content;
  const hash = createHash('sha256');
  try {
    for await (const bytes of streamBytes(store.reader, id, 0, size)) hash.update(bytes);
  } catch (error) {
    if (error instanceof ContentChanged) return true;
    throw error;
  }
  const sha256 = hash.digest('hex');
  await store.transaction((db) =>
    db.updateTable('contents').set({ sha256 }).where('id', '=', id).where('sha256', 'is', null).execute(),
  );
  return true;
}
