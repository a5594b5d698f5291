/** What was answered to requests of the API that have their effect once, kept in the unit of work of the effect. */
import { HttpProblem, type KeptAnswer, type KeptAnswers, type KeyedRequest } from '@grove/api';
import type { Joining } from '@grove/store';
import type { Database, Queries } from '../store/index.ts';

/** Milliseconds for which an answer is kept. */
export const KEPT_FOR = 24 * 60 * 60_000;

/** What answers are kept with. */
export interface AnswerMeans {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly seal: (secret: string) => string;
  readonly open: (sealed: string) => string;
  /** Woken after the effect, since it was told of it before it was there. */
  readonly notifying?: { readonly wake: () => void } | undefined;
}

/** Keeps answers in the units of work of the requests. */
export function answersIn(unit: Joining<Database>['unit'], means: AnswerMeans): KeptAnswers {
  return {
    async once(request, answer) {
      const { value } = await unit(async (db) => {
        const now = means.now();
        const kept = await claim(db, request, means, now);
        if (kept !== undefined) return { ...kept, isKept: true };
        const answered = await answer();
        await keep(db, request, answered, means);
        return { ...answered, isKept: false };
      });
      if (!value.isKept) means.notifying?.wake();
      return value;
    },
  };
}

/** @returns what is kept; undefined where the request is to be answered now */
async function claim(
  db: Queries,
  { caller, key, fingerprint }: KeyedRequest,
  { open }: AnswerMeans,
  now: number,
): Promise<KeptAnswer | undefined> {
  await db
    .deleteFrom('kept_answers')
    .where('token_id', '=', caller)
    .where('key', '=', key)
    .where('at', '<', now - KEPT_FOR)
    .execute();
  const claimed = await db
    .insertInto('kept_answers')
    .values({ token_id: caller, key, fingerprint, status: null, location: null, body: null, at: now })
    .onConflict((conflict) => conflict.columns(['token_id', 'key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (claimed !== undefined) return undefined;
  const row = await db
    .selectFrom('kept_answers')
    .selectAll()
    .where('token_id', '=', caller)
    .where('key', '=', key)
    .executeTakeFirst();
  if (row?.fingerprint !== undefined && row.fingerprint !== fingerprint)
    throw new HttpProblem(
      'key-reused',
      `the Idempotency-Key ${JSON.stringify(key)} was used for another request`,
    );
  if (row === undefined || row.status === null)
    throw new HttpProblem('conflict', 'the request with this Idempotency-Key is being answered');
  const body: unknown = row.body === null ? undefined : JSON.parse(open(row.body));
  return { status: row.status, location: row.location, body };
}

async function keep(
  db: Queries,
  { caller, key }: KeyedRequest,
  { status, location, body }: KeptAnswer,
  { seal }: AnswerMeans,
): Promise<void> {
  await db
    .updateTable('kept_answers')
    .set({ status, location, body: body === undefined ? null : seal(JSON.stringify(body)) })
    .where('token_id', '=', caller)
    .where('key', '=', key)
    .execute();
}

/** Rows that one statement deletes at most. */
const BATCH = 1000;

/**
 * Forgets old answers; some of them per call.
 *
 * @param before those that were given since then are kept, milliseconds since the epoch
 * @returns whether there may be more to delete
 */
export async function trimAnswers(db: Queries, before: number): Promise<boolean> {
  const rows = await db
    .selectFrom('kept_answers')
    .select('id')
    .where('at', '<', before)
    .orderBy('at')
    .limit(BATCH)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await db.deleteFrom('kept_answers').where('id', 'in', ids).execute();
  return ids.length === BATCH;
}
