/** Who uses which group: what is used is kept. */
import type { Queries } from '../store/index.ts';

/** What uses groups. */
export interface GroupUser {
  /** What it is, as it is named in errors: `group`, `campaign`, … */
  readonly kind: string;
  /** Its id among its kind. */
  readonly id: number;
}

/** Notes which groups something uses, in place of those that it has used. */
export async function useGroups(db: Queries, user: GroupUser, groupIds: readonly number[]): Promise<void> {
  await releaseGroups(db, user);
  const ids = [...new Set(groupIds)];
  if (ids.length === 0) return;
  await db
    .insertInto('group_uses')
    .values(ids.map((group_id) => ({ group_id, kind: user.kind, used_by: user.id })))
    .execute();
}

/** Notes that something uses no group any more. */
export async function releaseGroups(db: Queries, { kind, id }: GroupUser): Promise<void> {
  await db.deleteFrom('group_uses').where('kind', '=', kind).where('used_by', '=', id).execute();
}

/** What uses a group, in words; at most some of it. */
export async function usersOf(db: Queries, groupId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('group_uses')
    .leftJoin('device_groups', 'device_groups.id', 'group_uses.used_by')
    .select(['group_uses.kind', 'group_uses.used_by', 'device_groups.name'])
    .where('group_id', '=', groupId)
    .orderBy('kind')
    .orderBy('used_by')
    .limit(10)
    .execute();
  return rows.map(({ kind, used_by, name }) => {
    return `${kind} ${kind === 'group' && name !== null ? JSON.stringify(name) : used_by}`;
  });
}
