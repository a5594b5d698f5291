import type { Queries } from '../store/index.ts';

const BATCH = 500;

/** DevIds of devices by their ids; devices that are gone are left out. */
export async function devIdsOf(db: Queries, ids: Iterable<number>): Promise<ReadonlyMap<number, string>> {
  const wanted = [...new Set(ids)];
  const found = new Map<number, string>();
  for (let from = 0; from < wanted.length; from += BATCH) {
    const rows = await db
      .selectFrom('devices')
      .select(['id', 'dev_id'])
      .where('id', 'in', wanted.slice(from, from + BATCH))
      .execute();
    for (const { id, dev_id } of rows) found.set(id, dev_id);
  }
  return found;
}
