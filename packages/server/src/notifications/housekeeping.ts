import { isCampaignRunning, type Queries } from '../store/index.ts';

/** Notifications that one call looks at. */
const BATCH = 500;

/**
 * Deletes notifications that are over and too old, but for those of campaigns that run: they show who was asked already.
 *
 * @param after looks at notifications with a larger id only
 * @param before those to which something has happened since then are kept, milliseconds since the epoch
 * @returns what to give as `after` for the next ones; undefined when these were the last
 */
export async function trimNotifications(
  db: Queries,
  after: number,
  before: number,
): Promise<number | undefined> {
  const rows = await db
    .selectFrom('notifications')
    .select(['id', 'created_at', 'changed_at', 'due_at'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(BATCH)
    .execute();
  const old = rows.filter(({ changed_at, due_at }) => due_at === null && changed_at < before);
  if (old.length > 0) {
    await db
      .deleteFrom('notifications')
      .where(
        'id',
        'in',
        old.map(({ id }) => id),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('campaigns')
              .select('campaigns.id')
              .whereRef('campaigns.id', '=', 'notifications.campaign_id')
              .where(isCampaignRunning),
          ),
        ),
      )
      .execute();
  }
  const last = rows.at(-1);
  return rows.length < BATCH || last === undefined || last.created_at >= before ? undefined : last.id;
}
