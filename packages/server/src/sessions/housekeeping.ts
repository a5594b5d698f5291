import { isSessionOpen, type Queries } from '../store/index.ts';

/** Rows that one call changes at most. */
const BATCH = 500;

/**
 * Ends sessions in which no message has come for too long, some of them per call. Their work stays with them
 * until the device comes back.
 *
 * @param now milliseconds since the epoch
 * @returns whether there is more to end
 */
export async function expireSessions(db: Queries, now: number): Promise<boolean> {
  const ended = await db
    .updateTable('sessions')
    .set({ state: 'ended', outcome: 'expired', ended_at: now })
    .where('id', 'in', (query) =>
      query
        .selectFrom('sessions')
        .select('sessions.id')
        .where(isSessionOpen)
        .where('sessions.expires_at', '<=', now)
        .limit(BATCH),
    )
    // A message may have come between the reading of the row and its change.
    .where('state', '=', 'open')
    .where('expires_at', '<=', now)
    .returning('id')
    .execute();
  return ended.length === BATCH;
}

/**
 * Deletes messages that are too old, some of them per call. The sessions themselves stay.
 *
 * @param before messages that came before are deleted, milliseconds since the epoch
 * @returns whether there is more to delete
 */
export async function trimExchanges(db: Queries, before: number): Promise<boolean> {
  // Ids follow the time, so that the oldest ones need no search.
  const deleted = await db
    .deleteFrom('exchanges')
    .where('id', 'in', (query) =>
      query.selectFrom('exchanges').select('exchanges.id').orderBy('exchanges.id').limit(BATCH),
    )
    .where('at', '<', before)
    .returning('id')
    .execute();
  return deleted.length === BATCH;
}
