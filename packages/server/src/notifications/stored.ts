/** Notifications as they are stored, and how their pushes are called. */
import type { Selectable } from 'kysely';
import type { NotificationTable } from '../store/index.ts';
import type { Attempt, Life } from './life.ts';

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

/** How a push of a notification is called towards the gateway: the same whenever it is submitted. */
export function pushIdOf({ id, token }: Pick<Stored, 'id' | 'token'>, n: number): string {
  return `${id}.${n}.${token}@grove`;
}

/** Which push of which notification a name is of; undefined for one that no server of this kind has given. */
export function pushNamed(pushId: string): { id: number; n: number; token: string } | undefined {
  const [, id, n, token] = /^(\d{1,15})\.(\d{1,4})\.([0-9a-f]{1,64})@grove$/.exec(pushId) ?? [];
  return token === undefined ? undefined : { id: Number(id), n: Number(n), token };
}
