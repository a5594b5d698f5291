import type { Queries } from '../store/index.ts';

/** Notes that a set of files has something. */
export async function remember(db: Queries, set: string, kind: string, name: string): Promise<void> {
  await db
    .insertInto('declared')
    .values({ set_name: set, kind, name })
    .onConflict((conflict) => conflict.columns(['set_name', 'kind', 'name']).doNothing())
    .execute();
}

/** Notes that a set of files has something no more. */
export async function forget(db: Queries, set: string, kind: string, name: string): Promise<void> {
  await db
    .deleteFrom('declared')
    .where('set_name', '=', set)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .execute();
}

/** What a set of files has, as far as it was applied. */
export function kept(db: Queries, set: string): Promise<{ kind: string; name: string }[]> {
  return db
    .selectFrom('declared')
    .select(['kind', 'name'])
    .where('set_name', '=', set)
    .orderBy('kind')
    .orderBy('name')
    .execute();
}
