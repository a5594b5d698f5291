/** Which processes work on the queue, and what those have left behind that are not there any more. */
import type { Params } from '@grove/store';
import { isBeingPosted, isSending, type Queries, statement } from '../store/index.ts';
import { note } from './life.ts';

/** `alive_until` of a process whose claims are being taken over: it does not come back. */
const DEAD = 0;

const renew = statement((q, p: Params<{ id: string; until: number }>) =>
  q
    .updateTable('push_processes')
    .set({ alive_until: p('until') })
    .where('id', '=', p('id'))
    .where('alive_until', '>', DEAD),
);

/** This process was not heard of for too long: what it had claimed is others' now. It has to enrol anew. */
export class TakenForDead extends Error {
  constructor() {
    super('this process was not heard of for too long, and others have taken over what it had claimed');
    this.name = 'TakenForDead';
  }
}

/** Says that a process works on the queue. */
export async function enrol(db: Queries, id: string, until: number): Promise<void> {
  await db.insertInto('push_processes').values({ id, alive_until: until }).execute();
}

/**
 * Says that a process still does.
 *
 * @returns false where others have taken it for dead and what it had claimed
 */
export async function stayAlive(db: Queries, id: string, until: number): Promise<boolean> {
  return (await renew.run(db, { id, until })) > 0;
}

/** Says that a process does no longer; it has nothing claimed. */
export async function withdraw(db: Queries, id: string): Promise<void> {
  await db.deleteFrom('push_processes').where('id', '=', id).execute();
}

/** Puts back into the queue what processes had claimed that have not been heard of. @returns whether there may be more */
export async function recover(db: Queries, now: number, limit: number): Promise<boolean> {
  const dead = await db
    .selectFrom('push_processes')
    .select('id')
    .where('alive_until', '<', now)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (dead === undefined) return false;
  // From here on it claims nothing more: whoever claims says that he is alive, which waits for this and then fails.
  const { numUpdatedRows: isDead } = await db
    .updateTable('push_processes')
    .set({ alive_until: DEAD })
    .where('id', '=', dead.id)
    .where('alive_until', '<', now)
    .executeTakeFirst();
  if (isDead === 0n) return true;
  const text =
    'the gateway ended while it was being sent; whether the network has it is not known, so that it is sent again';
  const deliveries = await db
    .selectFrom('push_deliveries')
    .select(['id', 'bearer', 'attempt'])
    .where(isSending)
    .where('owner', '=', dead.id)
    .limit(limit)
    .execute();
  for (const { id, bearer, attempt } of deliveries) {
    const { numUpdatedRows } = await db
      .updateTable('push_deliveries')
      .set({ state: 'queued', owner: null, claim: null, due_at: now, text, changed_at: now })
      .where(isSending)
      .where('id', '=', id)
      .where('attempt', '=', attempt)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) await note(db, id, now, { kind: 'recovered', bearer, text });
  }
  const notifications = await db
    .selectFrom('push_notifications')
    .select('id')
    .where(isBeingPosted)
    .where('owner', '=', dead.id)
    .limit(limit)
    .execute();
  if (notifications.length > 0) {
    await db
      .updateTable('push_notifications')
      .set({ state: 'waiting', owner: null, claim: null, due_at: now })
      .where(isBeingPosted)
      .where(
        'id',
        'in',
        notifications.map(({ id }) => id),
      )
      .execute();
  }
  if (deliveries.length < limit && notifications.length < limit) await withdraw(db, dead.id);
  return true;
}
