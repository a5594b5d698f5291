import { isCampaignRunning, type Queries } from '../store/index.ts';

/** Alerts that one call looks at. */
const BATCH = 500;

/**
 * Deletes alerts that are too old, but for those about work that has not ended. A content that held the data of one is
 * kept no longer because of it.
 *
 * @param after looks at alerts with a larger id only
 * @param before those that have come since then are kept, milliseconds since the epoch
 * @returns what to give as `after` for the next ones; undefined when these were the last
 */
export async function trimAlerts(db: Queries, after: number, before: number): Promise<number | undefined> {
  const rows = await db
    .selectFrom('alerts')
    .select(['id', 'at'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(BATCH)
    .execute();
  const old = rows.filter(({ at }) => at < before).map(({ id }) => id);
  if (old.length > 0) {
    await db
      .deleteFrom('alerts')
      .where('id', 'in', old)
      .where(({ not, or, exists, selectFrom }) =>
        not(
          or([
            exists(
              selectFrom('tasks')
                .select('tasks.id')
                .whereRef('tasks.id', '=', 'alerts.task_id')
                .where('tasks.state', 'in', ['pending', 'running', 'waiting']),
            ),
            exists(
              selectFrom('campaigns')
                .select('campaigns.id')
                .whereRef('campaigns.id', '=', 'alerts.campaign_id')
                .where(isCampaignRunning),
            ),
          ]),
        ),
      )
      .execute();
  }
  const last = rows.at(-1);
  return rows.length < BATCH || last === undefined || last.at >= before ? undefined : last.id;
}
