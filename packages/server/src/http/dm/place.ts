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

/**
 * Where a message belongs: a new session, the next message of one, one that was answered already, or a
 * session that is not known.
 */
export type Place = 'new' | 'next' | 'again' | 'unknown';

export interface Arrival {
  readonly msgID: string;
  /** The token of the RespURI that the message came to, if it came to one. */
  readonly token: string | undefined;
  /** SHA-256 of the message, base64. */
  readonly hash: string;
  readonly now: number;
  /** After so many milliseconds without a message a session is over. */
  readonly sessionTimeout: number;
}

/**
 * Finds the place of a message. Clients restart their SessionIDs, or always use the same, so that a
 * MsgID 1 begins a new session unless it is the first message sent again.
 */
export function placeOf(caller: Caller, stored: StoredSession | undefined, arrival: Arrival): Place {
  const { token, hash } = arrival;
  const first = arrival.msgID.trim() === '1';
  const known = stored !== undefined && (token === undefined || isEqual(token, stored.state.token));
  if (!known) return token === undefined || first ? 'new' : 'unknown';
  const recent = arrival.now - (caller.session_last_at ?? 0) < arrival.sessionTimeout;
  if (!recent) return token === undefined || first ? 'new' : 'unknown';
  const begun = stored.state.client.authenticated;
  if (hash === stored.hash) {
    const onlyAnswer = caller.session_state === 'open' && stored.state.msgID === 1;
    return first && token === undefined && !onlyAnswer ? 'new' : 'again';
  }
  if (first && begun) return 'new';
  return caller.session_state === 'open' || token !== undefined ? 'next' : 'new';
}
