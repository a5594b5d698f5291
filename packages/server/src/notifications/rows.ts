/** How each change of a notification is written. */
import type { Selectable } from 'kysely';
import { type NotificationTable, type Params, type Queries, type Store, statement } from '../store/index.ts';
import { recordHappening } from './events.ts';
import { after, type Happening } from './life.ts';
import { type Stored, type StoredRow, storedOf } from './stored.ts';

/** Another process has changed the notification since it was read. The unit of work has to be run again. */
export class NotificationChanged extends Error {
  constructor(id: number) {
    super(`notification ${id} was changed at the same time`);
    this.name = 'NotificationChanged';
  }
}

type Change = Pick<
  Selectable<NotificationTable>,
  'id' | 'state' | 'reason' | 'session_row' | 'attempts' | 'due_at' | 'version' | 'changed_at'
>;

const update = statement<Change, never>((q, p: Params<Change>) =>
  q
    .updateTable('notifications')
    .set((set) => ({
      state: p('state'),
      reason: p('reason'),
      session_row: p('session_row'),
      attempts: p('attempts'),
      due_at: p('due_at'),
      changed_at: p('changed_at'),
      version: set('version', '+', 1),
    }))
    .where('id', '=', p('id'))
    .where('version', '=', p('version')),
);

/**
 * Writes what has happened to a notification, and logs it.
 *
 * @returns it as it is now; the same object where nothing has changed
 * @throws {NotificationChanged} when it is not as it was read
 */
export async function happen(
  db: Queries,
  stored: Stored,
  happening: Happening,
  now: number,
): Promise<Stored> {
  const life = after(stored, happening, now);
  if (life === stored) return stored;
  const changed = await update.run(db, {
    id: stored.id,
    state: life.state,
    reason: life.reason,
    session_row: life.sessionRow,
    attempts: JSON.stringify(life.attempts),
    due_at: life.dueAt,
    version: stored.version,
    changed_at: now,
  });
  if (changed === 0) throw new NotificationChanged(stored.id);
  const latest = { ...stored, ...life, version: stored.version + 1 };
  await recordHappening(db, stored, latest, happening, now);
  return latest;
}

/** How often a unit of work is run anew because of others that changed what it works on. */
const ATTEMPTS = 5;

/**
 * Runs a unit of work that changes notifications, anew where another process was faster.
 *
 * @throws what {@link Store.transaction} does
 */
export async function runUnit<T>(store: Store, work: (db: Queries) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await store.transaction(work);
    } catch (error) {
      if (!(error instanceof NotificationChanged) || attempt === ATTEMPTS) throw error;
    }
  }
}

const byId = statement<{ id: number }, StoredRow>((q, p) =>
  q.selectFrom('notifications').selectAll().where('id', '=', p('id')),
);

/** As it is stored now; undefined where it is gone. */
export async function findStored(db: Queries, id: number): Promise<Stored | undefined> {
  const row = await byId.first(db, { id });
  return row === undefined ? undefined : storedOf(row);
}
