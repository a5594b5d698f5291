import { idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import type { Selectable } from 'kysely';
import { isSessionIncomplete, isSessionOpen, type Queries, type SessionTable } from '../store/index.ts';

/** How a session ended. */
export type SessionOutcome = NonNullable<SessionTable['outcome']>;

/** A management session, as people see it. Times are milliseconds since the epoch. */
export interface Session {
  id: number;
  deviceId: number;
  devId: string;
  /** SessionID as the device sent it. */
  sessionId: string;
  state: SessionTable['state'];
  /** Null while it is open. */
  outcome: SessionOutcome | null;
  reason: string | null;
  encoding: SessionTable['encoding'];
  remote: string;
  startedAt: number;
  lastAt: number;
  endedAt: number | null;
  /** Messages in both directions, and their bytes. */
  messages: number;
  bytesIn: number;
  bytesOut: number;
}

/** Which sessions; all of what is given must hold. */
export interface SessionFilter {
  deviceId?: number | undefined;
  /** `open` for those that have not ended. */
  outcome?: SessionOutcome | 'open' | undefined;
}

const COLUMNS = [
  'sessions.id',
  'sessions.device_id',
  'devices.dev_id',
  'sessions.session_id',
  'sessions.state',
  'sessions.outcome',
  'sessions.reason',
  'sessions.encoding',
  'sessions.remote',
  'sessions.started_at',
  'sessions.last_at',
  'sessions.ended_at',
  'sessions.messages',
  'sessions.bytes_in',
  'sessions.bytes_out',
] as const;

function sessionOf(
  row: Omit<Selectable<SessionTable>, 'engine' | 'expires_at' | 'stranger'> & { dev_id: string },
): Session {
  return {
    id: row.id,
    deviceId: row.device_id,
    devId: row.dev_id,
    sessionId: row.session_id,
    state: row.state,
    outcome: row.outcome,
    reason: row.reason,
    encoding: row.encoding,
    remote: row.remote,
    startedAt: row.started_at,
    lastAt: row.last_at,
    endedAt: row.ended_at,
    messages: row.messages,
    bytesIn: row.bytes_in,
    bytesOut: row.bytes_out,
  };
}

const sessions = (db: Queries) =>
  db.selectFrom('sessions').innerJoin('devices', 'devices.id', 'sessions.device_id').select(COLUMNS);

/** Sessions, the newest first. */
export async function listSessions(
  db: Queries,
  filter: SessionFilter,
  page: PageRequest,
): Promise<Page<Session>> {
  const before = idAfter(page);
  const { deviceId, outcome } = filter;
  let query = sessions(db);
  if (deviceId !== undefined) query = query.where('sessions.device_id', '=', deviceId);
  if (outcome === 'open') query = query.where(isSessionOpen);
  else if (outcome !== undefined) {
    query = query.where('sessions.outcome', '=', outcome);
    if (outcome !== 'completed') query = query.where(isSessionIncomplete);
  }
  if (before !== undefined) query = query.where('sessions.id', '<', before);
  const rows = await query
    .orderBy('sessions.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(rows.map(sessionOf), page.limit, (session) => session.id);
}

/** @throws {NotFound} */
export async function showSession(db: Queries, id: number): Promise<Session> {
  const row = await sessions(db).where('sessions.id', '=', id).executeTakeFirst();
  if (row === undefined) throw new NotFound('session', id);
  return sessionOf(row);
}
