/** The database's part in a message: the statements that every message of every device runs. */

import {
  type AccountTable,
  type ExchangeTable,
  insertion,
  isNotificationOutstanding,
  isTaskToDo,
  type SessionTable,
  statement,
} from '../../store/index.ts';

/** What is known of a device when its message comes. */
export interface Caller extends Omit<AccountTable, 'device_id'> {
  readonly device_id: number;
  readonly dev_id: string;
  readonly man: string | null;
  readonly mod: string | null;
  readonly dmv: string | null;
  readonly lang: string | null;
  readonly swv: string | null;
  /** The last session in which the device has proved itself. */
  readonly last_session: number | null;
  /** Any of its rows among the work that waits. */
  readonly waits: number | null;
  /** Any of its tasks that is to be done. */
  readonly task: number | null;
  /** Any policy that was brought to it. */
  readonly policy: number | null;
  /** Any of its notifications that are outstanding. */
  readonly notified: number | null;
  /** The newest session with the SessionID of the message, if there is one. */
  readonly session: number | null;
  readonly session_state: SessionTable['state'] | null;
  readonly session_outcome: SessionTable['outcome'];
  readonly session_expires_at: number | null;
  readonly session_messages: number | null;
  readonly session_engine: string | null;
  /** The last session, where it is another one and did not end well: its work is to be taken over. */
  readonly live_session: number | null;
  readonly live_state: SessionTable['state'] | null;
  readonly live_outcome: SessionTable['outcome'];
  readonly live_expires_at: number | null;
  readonly live_messages: number | null;
  readonly live_engine: string | null;
}

/** The device of a DevId with its account, the session that a SessionID names and its last one. */
export const findCaller = statement<{ devId: string; sessionId: string }, Caller>((q, p) =>
  q
    .selectFrom('devices')
    .innerJoin('accounts', 'accounts.device_id', 'devices.id')
    .leftJoin('sessions', (join) =>
      join.on('sessions.id', '=', (on) =>
        on
          .selectFrom('sessions as newest')
          .select('newest.id')
          .whereRef('newest.device_id', '=', 'devices.id')
          .where('newest.session_id', '=', p('sessionId'))
          .orderBy('newest.id', 'desc')
          .limit(1),
      ),
    )
    .leftJoin('sessions as live', (join) =>
      join
        .onRef('live.id', '=', 'devices.live_session')
        .onRef('live.id', 'is distinct from', 'sessions.id')
        .on((on) => on.or([on('live.outcome', 'is', null), on('live.outcome', '!=', 'completed')])),
    )
    .select([
      'accounts.device_id',
      'accounts.server_id',
      'accounts.client_auth',
      'accounts.client_user',
      'accounts.client_secret',
      'accounts.client_nonce',
      'accounts.client_nonce_before',
      'accounts.client_fingerprint',
      'accounts.failed_at',
      'accounts.server_auth',
      'accounts.server_user',
      'accounts.server_secret',
      'accounts.server_nonce',
      'accounts.resynced_at',
      'devices.dev_id',
      'devices.man',
      'devices.mod',
      'devices.dmv',
      'devices.lang',
      'devices.swv',
      'devices.live_session as last_session',
      (select) =>
        select
          .selectFrom('waits')
          .select('waits.id')
          .whereRef('waits.device_id', '=', 'devices.id')
          .limit(1)
          .as('waits'),
      (select) =>
        select
          .selectFrom('tasks')
          .select('tasks.id')
          .whereRef('tasks.device_id', '=', 'devices.id')
          .where(isTaskToDo)
          .where('tasks.state', '=', 'pending')
          .limit(1)
          .as('task'),
      (select) =>
        select
          .selectFrom('compliance')
          .select('compliance.policy_id')
          .whereRef('compliance.device_id', '=', 'devices.id')
          .limit(1)
          .as('policy'),
      (select) =>
        select
          .selectFrom('notifications')
          .select('notifications.id')
          .whereRef('notifications.device_id', '=', 'devices.id')
          .where(isNotificationOutstanding)
          .limit(1)
          .as('notified'),
      'sessions.id as session',
      'sessions.state as session_state',
      'sessions.outcome as session_outcome',
      'sessions.expires_at as session_expires_at',
      'sessions.messages as session_messages',
      'sessions.engine as session_engine',
      'live.id as live_session',
      'live.state as live_state',
      'live.outcome as live_outcome',
      'live.expires_at as live_expires_at',
      'live.messages as live_messages',
      'live.engine as live_engine',
    ])
    .where('devices.dev_id', '=', p('devId')),
);

export interface NewSession {
  deviceId: number;
  sessionId: string;
  encoding: 'xml' | 'wbxml';
  remote: string;
  /** Where it comes from, while nobody has proved himself in it. */
  stranger: string | null;
  now: number;
  /** When the session is over unless a message comes before. */
  expiresAt: number;
  state: 'open' | 'ended';
  outcome: 'completed' | 'aborted' | 'refused' | null;
  reason: string | null;
  endedAt: number | null;
  bytesIn: number;
  bytesOut: number;
  engine: string;
}

export const insertSession = insertion<NewSession>((q, p) =>
  q.insertInto('sessions').values({
    device_id: p('deviceId'),
    session_id: p('sessionId'),
    state: p('state'),
    outcome: p('outcome'),
    reason: p('reason'),
    encoding: p('encoding'),
    remote: p('remote'),
    stranger: p('stranger'),
    started_at: p('now'),
    last_at: p('now'),
    expires_at: p('expiresAt'),
    ended_at: p('endedAt'),
    messages: 2,
    bytes_in: p('bytesIn'),
    bytes_out: p('bytesOut'),
    engine: p('engine'),
  }),
);

export type SessionUpdate = Pick<
  NewSession,
  | 'stranger'
  | 'now'
  | 'expiresAt'
  | 'state'
  | 'outcome'
  | 'reason'
  | 'endedAt'
  | 'bytesIn'
  | 'bytesOut'
  | 'engine'
> & {
  id: number;
  /** How the session was when it was read; where another message has changed it since, nothing is updated. */
  stateBefore: 'open' | 'ended';
  messagesBefore: number;
};

export const updateSession = statement<SessionUpdate, never>((q, p) =>
  q
    .updateTable('sessions')
    .set((set) => ({
      state: p('state'),
      stranger: p('stranger'),
      outcome: p('outcome'),
      reason: p('reason'),
      last_at: p('now'),
      expires_at: p('expiresAt'),
      ended_at: p('endedAt'),
      messages: set('messages', '+', 2),
      bytes_in: set('bytes_in', '+', p('bytesIn')),
      bytes_out: set('bytes_out', '+', p('bytesOut')),
      engine: p('engine'),
    }))
    .where('id', '=', p('id'))
    .where('state', '=', p('stateBefore'))
    .where('messages', '=', p('messagesBefore')),
);

/** Sessions from one place that are kept although nobody has proved himself in them: the newest. */
const KEPT_STRANGERS = 20;
/** Older ones that are deleted when another one begins. */
const FORGOTTEN = 10;

/**
 * Forgets sessions that somebody has begun in a device's name without ever proving himself, but for the newest from
 * his place; those from elsewhere, among which the device's own may be, are left alone.
 */
export const forgetStrangers = statement<{ device: number; stranger: string }, never>((q, p) =>
  q
    .deleteFrom('sessions')
    .where('id', 'in', (query) =>
      query
        .selectFrom('sessions as older')
        .select('older.id')
        .where('older.device_id', '=', p('device'))
        .where('older.stranger', '=', p('stranger'))
        .orderBy('older.id', 'desc')
        .limit(FORGOTTEN)
        .offset(KEPT_STRANGERS),
    ),
);

/**
 * Ends a session that another one of the same device has taken the place of; how it had ended before
 * stays. Nothing is updated where another message has come in it since it was read.
 */
export const supersedeSession = statement<{ id: number; messagesBefore: number; now: number }, never>(
  (q, p) =>
    q
      .updateTable('sessions')
      .set(({ fn, ref, val }) => ({
        state: 'ended',
        outcome: fn.coalesce(ref('outcome'), val('superseded' as const)),
        ended_at: fn.coalesce(ref('ended_at'), p('now')),
      }))
      .where('id', '=', p('id'))
      .where('messages', '=', p('messagesBefore')),
);

export const insertExchange = statement<Omit<ExchangeTable, 'id'>, never>((q, p) =>
  q.insertInto('exchanges').values({
    session_id: p('session_id'),
    n: p('n'),
    at: p('at'),
    request: p('request'),
    response: p('response'),
    encoding: p('encoding'),
    deviations: p('deviations'),
  }),
);

/** The last exchange of a session. */
export const lastExchange = statement<
  { session: number },
  { response: Uint8Array; encoding: 'xml' | 'wbxml' }
>((q, p) =>
  q
    .selectFrom('exchanges')
    .select(['response', 'encoding'])
    .where('session_id', '=', p('session'))
    .orderBy('n', 'desc')
    .limit(1),
);

/**
 * Gives a device to a session: the one that was the last when the device was read, or the next. Nothing
 * is updated where another session has got it since.
 */
export const claimDevice = statement<
  { id: number; session: number; lastSession: number | null; now: number },
  never
>((q, p) =>
  q
    .updateTable('devices')
    .set({ live_session: p('session'), seen_at: p('now') })
    .where('id', '=', p('id'))
    .where('live_session', 'is not distinct from', p('lastSession')),
);

export type DeviceInfo = Pick<Caller, 'man' | 'mod' | 'dmv' | 'lang' | 'swv'>;

/** Keeps what a device says of itself. Apart from {@link claimDevice}, as indexes follow these columns. */
export const updateInfo = statement<DeviceInfo & { swv_key: string | null; id: number }, never>((q, p) =>
  q
    .updateTable('devices')
    .set({
      man: p('man'),
      mod: p('mod'),
      dmv: p('dmv'),
      lang: p('lang'),
      swv: p('swv'),
      swv_key: p('swv_key'),
    })
    .where('id', '=', p('id')),
);

export const updateNonces = statement<
  {
    device: number;
    clientNonce: string | null;
    clientNonceBefore: string | null;
    serverNonce: string | null;
  },
  never
>((q, p) =>
  q
    .updateTable('accounts')
    .set({
      client_nonce: p('clientNonce'),
      client_nonce_before: p('clientNonceBefore'),
      server_nonce: p('serverNonce'),
    })
    .where('device_id', '=', p('device')),
);

/** Keeps that a device has shown its proof over the resynchronisation nonce where others might have listened. */
export const noteResync = statement<{ device: number; now: number }, never>((q, p) =>
  q
    .updateTable('accounts')
    .set({ resynced_at: p('now') })
    .where('device_id', '=', p('device')),
);
