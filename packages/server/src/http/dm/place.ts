import { isEqual } from '@grove/protocol';
import type { SessionState, Span } from '../../session/index.ts';
import type { Caller } from './queries.ts';

/** What is kept in a session's row between two messages. */
export interface StoredSession {
  readonly state: SessionState;
  /** SHA-256 of the last request with what proved who sent it, base64. */
  readonly hash: string;
  /**
   * Whether the last answer may be given again wherever the request comes: it proves who sends it, or the
   * answer holds nothing but a challenge. What others might guess is answered again at the RespURI only.
   */
  readonly anywhere: boolean;
  /** The last answer, sealed, where the trace holds it only with its secrets masked or without a piece of a value. */
  readonly answer?: string | undefined;
  /** Bytes of a content that the last answer held, and that neither `answer` nor the trace have. */
  readonly span?: Span | undefined;
  /** The header `x-syncml-hmac` of the last answer, sealed. */
  readonly mac?: string | undefined;
}

/** A session that a message may belong to, or whose work it may take over. */
export interface KnownSession {
  readonly id: number;
  /** Whether it may go on: it is open, or has ended because there was nothing more to do. */
  readonly goesOn: boolean;
  readonly open: boolean;
  /** When it is over. */
  readonly expiresAt: number;
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
    expiresAt: caller.session_expires_at,
    messages: caller.session_messages,
    engine: caller.session_engine,
  });
  if (named !== undefined && named.id === caller.last_session) return { named, last: named };
  const last = knownSession({
    id: caller.live_session,
    state: caller.live_state,
    outcome: caller.live_outcome,
    expiresAt: caller.live_expires_at,
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
  readonly expiresAt: number | null;
  readonly messages: number | null;
  readonly engine: string | null;
}

function knownSession(columns: Columns): KnownSession | undefined {
  const { id, state, outcome, expiresAt, messages, engine } = columns;
  if (id === null || engine === null) return undefined;
  const open = state === 'open';
  return {
    id,
    open,
    goesOn: open || outcome === 'completed',
    expiresAt: expiresAt ?? 0,
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
  /** SHA-256 of the message with what proves who sends it, base64. */
  readonly hash: string;
  readonly now: number;
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
  const { token, sessionID, hash } = arrival;
  const first = arrival.msgID === '1';
  const known = [sessions.last, sessions.named].filter(
    (session) =>
      session !== undefined &&
      session.stored.state.sessionID === sessionID &&
      arrival.now < session.expiresAt,
  );
  const atRespURI =
    token === undefined
      ? undefined
      : known.find((session) => isEqual(token, session?.stored.state.token ?? ''));
  const repeated = known.find(
    (session) => session?.stored.hash === hash && (session === atRespURI || session.stored.anywhere),
  );
  if (repeated !== undefined) {
    // A first message that was all there was to say is no different when the device calls again.
    const onlyAnswer = repeated.open && repeated.stored.state.msgID === 1;
    return first && token === undefined && !onlyAnswer ? NEW : { kind: 'again', session: repeated };
  }
  if (token !== undefined) {
    if (atRespURI === undefined) return { kind: first ? 'new' : 'unknown' };
    const begun = atRespURI.stored.state.client.authenticated;
    if (begun && first) return NEW;
    // Once another session has taken over its work, this one must not go on with it.
    const overtaken = begun && atRespURI !== sessions.last;
    return overtaken || !atRespURI.goesOn ? { kind: 'unknown' } : { kind: 'next', session: atRespURI };
  }
  const session = known.find((one) => one === sessions.named);
  if (session === undefined || !session.open) return NEW;
  if (!session.stored.state.client.authenticated) return { kind: 'next', session };
  return first || session !== sessions.last ? NEW : { kind: 'next', session };
}
