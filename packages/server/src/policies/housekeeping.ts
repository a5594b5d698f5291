import type { Queries } from '../store/index.ts';
import { dropRetired } from './policy.ts';

const BATCH = 500;

/**
 * Forgets policies that were deleted and are on no device any more, and of others the devices that they have left.
 *
 * @param before when they have left them at the latest; milliseconds since the epoch
 * @returns whether there may be more
 */
export async function trimPolicies(db: Queries, before: number): Promise<boolean> {
  const retiring = await db.selectFrom('policies').select('id').where('state', '=', 'retiring').execute();
  for (const { id } of retiring) await dropRetired(db, id);
  const policies = await db.selectFrom('policies').select('id').execute();
  for (const { id } of policies) {
    const gone = await db
      .selectFrom('compliance')
      .select('device_id')
      .where('policy_id', '=', id)
      .where('state', '=', 'removed')
      .where('changed_at', '<', before)
      .orderBy('device_id')
      .limit(BATCH)
      .execute();
    if (gone.length === 0) continue;
    await db
      .deleteFrom('compliance')
      .where('policy_id', '=', id)
      .where(
        'device_id',
        'in',
        gone.map(({ device_id }) => device_id),
      )
      .where('state', '=', 'removed')
      .execute();
    if (gone.length === BATCH) return true;
  }
  return false;
}
