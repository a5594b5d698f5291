/** Messages that belong to no session, and why they were refused. */
import { idAfter, type Page, type PageRequest, pageOf } from '@grove/api';
import type { Queries } from '../store/index.ts';

/** A message that was refused. */
export interface Refusal {
  id: number;
  /** Milliseconds since the epoch. */
  at: number;
  /** Address it came from. */
  remote: string;
  /** DevId that the message claims, if it could be read. */
  devId: string | null;
  httpStatus: number;
  /** SyncML status of the answer, if it was a SyncML message. */
  status: number | null;
  reason: string;
  /** The beginning of the body, base64. */
  excerpt: string;
}

/** Refusals, the newest first. */
export async function listRefusals(db: Queries, page: PageRequest): Promise<Page<Refusal>> {
  const before = idAfter(page);
  const rows = await db
    .selectFrom('refusals')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('id', '<', before as number))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const refusals = rows.map((row) => ({
    id: row.id,
    at: row.at,
    remote: row.remote,
    devId: row.dev_id,
    httpStatus: row.http_status,
    status: row.status,
    reason: row.reason,
    excerpt: Buffer.from(row.excerpt).toString('base64'),
  }));
  return pageOf(refusals, page.limit, (refusal) => refusal.id);
}

/** Rows that one statement deletes at most. */
const BATCH = 1000;

/**
 * Deletes the oldest refusals until only so many are left; some of them per call.
 *
 * @returns whether there is more to delete
 */
export async function trimRefusals(db: Queries, keep: number): Promise<boolean> {
  const oldest = await db
    .selectFrom('refusals')
    .select('id')
    .orderBy('id', 'desc')
    .offset(keep)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return false;
  const deleted = await db
    .deleteFrom('refusals')
    .where('id', 'in', (query) =>
      query.selectFrom('refusals').select('id').where('id', '<=', oldest.id).orderBy('id').limit(BATCH),
    )
    .returning('id')
    .execute();
  return deleted.length === BATCH;
}

/** What is kept of a refused message's body, in bytes. */
const EXCERPT_BYTES = 2048;

export interface NewRefusal extends Omit<Refusal, 'id' | 'excerpt'> {
  readonly body: Uint8Array;
}

/** Notes a message that was refused. */
export async function recordRefusal(db: Queries, refusal: NewRefusal): Promise<void> {
  const { at, remote, devId, httpStatus, status, reason, body } = refusal;
  await db
    .insertInto('refusals')
    .values({
      at,
      remote,
      dev_id: devId,
      http_status: httpStatus,
      status,
      reason,
      excerpt: body.slice(0, EXCERPT_BYTES),
    })
    .execute();
}
