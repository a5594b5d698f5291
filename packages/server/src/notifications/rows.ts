/** Notifications as they are stored, and how each change is written. */
import type { Selectable } from 'kysely';
import { type NotificationTable, type Params, type Queries, type Store, statement } from '../store/index.ts';
import { type Attempt, after, type Happening, type Life } from './life.ts';

/** Another process has changed the notification since it was read. The unit of work has to be run again. */
export class NotificationChanged extends Error {
  constructor(id: number) {
    super(`notification ${id} was changed at the same time`);
    this.name = 'NotificationChanged';
  }
}

type Row = Selectable<NotificationTable>;

/** A row as it is read wherever something happens to it. */
export type StoredRow = Omit<Row, 'created_at' | 'changed_at'>;

/** What is read of a notification wherever something happens to it. */
export interface Stored extends Life {
  readonly id: number;
  readonly deviceId: number;
  readonly taskId: number | null;
  readonly campaignId: number | null;
  readonly sessionID: number;
  readonly token: string;
  /** JSON; null where the campaign has it. */
  readonly wish: string | null;
  readonly version: number;
}

export function storedOf(row: StoredRow): Stored {
  return {
    id: row.id,
    deviceId: row.device_id,
    taskId: row.task_id,
    campaignId: row.campaign_id,
    state: row.state,
    reason: row.reason,
    attempts: JSON.parse(row.attempts) as Attempt[],
    dueAt: row.due_at,
    expiresAt: row.expires_at,
    sessionRow: row.session_row,
    sessionID: row.session_id,
    token: row.token,
    wish: row.wish,
    version: row.version,
  };
}

type Change = Pick<
  Row,
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
 * Writes what has happened to a notification.
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
  return { ...stored, ...life, version: stored.version + 1 };
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

/** As it is stored now; undefined where it is gone. */
export async function findStored(db: Queries, id: number): Promise<Stored | undefined> {
  const row = await db.selectFrom('notifications').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : storedOf(row);
}

/** How a push of a notification is called towards the gateway: the same whenever it is submitted. */
export function pushIdOf({ id, token }: Pick<Stored, 'id' | 'token'>, n: number): string {
  return `${id}.${n}.${token}@grove`;
}

/** Which push of which notification a name is of; undefined for one that no server of this kind has given. */
export function pushNamed(pushId: string): { id: number; n: number; token: string } | undefined {
  const [, id, n, token] = /^(\d{1,15})\.(\d{1,4})\.([0-9a-f]{1,64})@grove$/.exec(pushId) ?? [];
  return token === undefined ? undefined : { id: Number(id), n: Number(n), token };
}
