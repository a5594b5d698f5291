import { isEqual } from '@grove/protocol';
import type { SessionState } from '../../session/index.ts';
import type { Caller } from './queries.ts';

/** What is kept in a session's row between two messages. */
export interface StoredSession {
  readonly state: SessionState;
  /** SHA-256 of the last request, base64. */
  readonly hash: string;
  /** The last answer, sealed, where the trace holds it only with its secrets masked. */
  readonly answer?: string | undefined;
}

/** A session that a message may belong to, or whose work it may take over. */
export interface KnownSession {
  readonly id: number;
  /** Whether it may go on: it is open, or has ended because there was nothing more to do. */
  readonly goesOn: boolean;
  readonly open: boolean;
  readonly lastAt: number;
  /** Messages in both directions. */
  readonly messages: number;
  readonly stored: StoredSession;
}

/** The sessions of a device that matter when a message comes. */
export interface KnownSessions {
  /** The newest with the SessionID of the message. */
  readonly named: KnownSession | undefined;
  /** The last in which the device has proved itself, where it is `named` or did not end well. */
  readonly last: KnownSession | undefined;
}

export function sessionsOf(caller: Caller): KnownSessions {
  const named = knownSession({
    id: caller.session,
    state: caller.session_state,
    outcome: caller.session_outcome,
    lastAt: caller.session_last_at,
    messages: caller.session_messages,
    engine: caller.session_engine,
  });
  if (named !== undefined && named.id === caller.last_session) return { named, last: named };
  const last = knownSession({
    id: caller.live_session,
    state: caller.live_state,
    outcome: caller.live_outcome,
    lastAt: caller.live_last_at,
    messages: caller.live_messages,
    engine: caller.live_engine,
  });
  return { named, last };
}

/** Columns of a session, all null when there is none. */
interface Columns {
  readonly id: number | null;
  readonly state: string | null;
  readonly outcome: string | null;
  readonly lastAt: number | null;
  readonly messages: number | null;
  readonly engine: string | null;
}

function knownSession(columns: Columns): KnownSession | undefined {
  const { id, state, outcome, lastAt, messages, engine } = columns;
  if (id === null || engine === null) return undefined;
  const open = state === 'open';
  return {
    id,
    open,
    goesOn: open || outcome === 'completed',
    lastAt: lastAt ?? 0,
    messages: messages ?? 0,
    stored: JSON.parse(engine) as StoredSession,
  };
}

/**
 * Where a message belongs: a new session, the next message of one, one that was answered already, or a
 * session that is not known or is over.
 */
export type Place =
  | { readonly kind: 'new' | 'unknown' }
  | { readonly kind: 'next' | 'again'; readonly session: KnownSession };

export interface Arrival {
  readonly sessionID: string;
  readonly msgID: string;
  /** The token of the RespURI that the message came to, if it came to one. */
  readonly token: string | undefined;
  /** SHA-256 of the message, base64. */
  readonly hash: string;
  readonly now: number;
  /** After so many milliseconds without a message a session is over. */
  readonly sessionTimeout: number;
}

const NEW: Place = { kind: 'new' };

/**
 * Finds the place of a message. Clients restart their SessionIDs, or always use the same, so that a
 * MsgID 1 begins a new session unless it is the first message sent again.
 *
 * A message at a RespURI belongs to the session of that RespURI alone, so that nobody who knows the
 * DevId and the SessionID only can come between a device and its session.
 */
export function placeOf(sessions: KnownSessions, arrival: Arrival): Place {
  const first = arrival.msgID === '1';
  const recent = (session: KnownSession | undefined) =>
    session !== undefined && arrival.now - session.lastAt < arrival.sessionTimeout ? session : undefined;
  if (arrival.token !== undefined) {
    const session = recent(atRespURI(sessions, arrival.token, arrival.sessionID));
    if (session === undefined) return { kind: first ? 'new' : 'unknown' };
    if (arrival.hash === session.stored.hash) return { kind: 'again', session };
    const begun = session.stored.state.client.authenticated;
    if (begun && first) return NEW;
    // Once another session has taken over its work, this one must not go on with it.
    const overtaken = begun && session !== sessions.last;
    return overtaken || !session.goesOn ? { kind: 'unknown' } : { kind: 'next', session };
  }
  const session = recent(sessions.named);
  if (session === undefined) return NEW;
  if (arrival.hash === session.stored.hash) {
    const onlyAnswer = session.open && session.stored.state.msgID === 1;
    return first && !onlyAnswer ? NEW : { kind: 'again', session };
  }
  if (!session.open) return NEW;
  if (!session.stored.state.client.authenticated) return { kind: 'next', session };
  return first || session !== sessions.last ? NEW : { kind: 'next', session };
}

function atRespURI(
  { named, last }: KnownSessions,
  token: string,
  sessionID: string,
): KnownSession | undefined {
  return [last, named].find((session) => {
    const state = session?.stored.state;
    return state !== undefined && state.sessionID === sessionID && isEqual(token, state.token);
  });
}
