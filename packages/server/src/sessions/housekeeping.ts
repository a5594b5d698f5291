import { isSessionOpen, isTaskToDo, type Queries } from '../store/index.ts';

/** Rows that one call changes at most. */
const BATCH = 500;

/** Open sessions that one call looks at. */
const OPEN = 2_000;

/**
 * Ends sessions in which no message has come for too long, some of them per call. Their work stays with them
 * until the device comes back.
 *
 * @param after looks at sessions with a larger id only
 * @param now milliseconds since the epoch
 * @returns what to give as `after` for the next ones; undefined when these were the last
 */
export async function expireSessions(db: Queries, after: number, now: number): Promise<number | undefined> {
  const open = await db
    .selectFrom('sessions')
    .select(['id', 'expires_at'])
    .where(isSessionOpen)
    .where('id', '>', after)
    .orderBy('id')
    .limit(OPEN)
    .execute();
  const old = open.filter(({ expires_at }) => expires_at <= now).map(({ id }) => id);
  for (let from = 0; from < old.length; from += BATCH)
    await db
      .updateTable('sessions')
      .set({ state: 'ended', outcome: 'expired', ended_at: now })
      .where('id', 'in', old.slice(from, from + BATCH))
      // A message may have come between the reading of the row and its change.
      .where('state', '=', 'open')
      .where('expires_at', '<=', now)
      .execute();
  return open.length < OPEN ? undefined : open.at(-1)?.id;
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

/** Sessions that one call looks at: their messages go with them. */
const SESSIONS = 100;

/**
 * Deletes sessions that are too old, with what is left of their messages. What may still be needed stays: sessions that
 * are open, the last one of each device, and those of work that has not ended.
 *
 * @param after looks at sessions with a larger id only
 * @param before those with a message since then are kept, milliseconds since the epoch
 * @returns what to give as `after` for the next ones; undefined when these were the last
 */
export async function trimSessions(db: Queries, after: number, before: number): Promise<number | undefined> {
  const rows = await db
    .selectFrom('sessions')
    .select(['id', 'last_at'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(SESSIONS)
    .execute();
  const old = rows.filter(({ last_at }) => last_at < before).map(({ id }) => id);
  if (old.length > 0) {
    await db
      .deleteFrom('sessions')
      .where('id', 'in', old)
      .where('state', '=', 'ended')
      .where('last_at', '<', before)
      .where(({ not, or, exists, selectFrom }) =>
        not(
          or([
            exists(
              selectFrom('devices')
                .select('devices.id')
                .whereRef('devices.id', '=', 'sessions.device_id')
                .whereRef('devices.live_session', '=', 'sessions.id'),
            ),
            exists(
              selectFrom('tasks')
                .select('tasks.id')
                .whereRef('tasks.device_id', '=', 'sessions.device_id')
                .where(isTaskToDo)
                .whereRef('tasks.session_id', '=', 'sessions.id'),
            ),
            exists(
              selectFrom('waits')
                .select('waits.id')
                .whereRef('waits.device_id', '=', 'sessions.device_id')
                .whereRef('waits.session_id', '=', 'sessions.id'),
            ),
          ]),
        ),
      )
      .execute();
  }
  const last = rows.at(-1);
  // Ids follow the time, so that behind a young one there is nothing to look for.
  return rows.length < SESSIONS || last === undefined || last.last_at >= before ? undefined : last.id;
}
