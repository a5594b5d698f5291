/** One message of a device, from what is stored to what is stored: read, run the session engine, write. */
import { type DecodedMessage, encodeBase64 } from '@grove/protocol';
import { type Keyring, maskSecrets } from '../../secrets/index.ts';
import {
  type Account,
  beginSession,
  receive,
  respond,
  type SessionState,
  type Turn,
  takeOver,
  wantsWork,
} from '../../session/index.ts';
import type { WorkRef } from '../../steps/index.ts';
import type { Queries } from '../../store/index.ts';
import { pendingWork } from '../../tasks/index.ts';
import { openAccount, strangersAccount } from './account.ts';
import type { DmLimits } from './options.ts';
import { type Place, placeOf, type StoredSession } from './place.ts';
import {
  type Caller,
  findCaller,
  findWork,
  insertExchange,
  insertSession,
  lastExchange,
  supersedeSession,
  updateSession,
} from './queries.ts';
import { recordEffects } from './record.ts';
import { secretsOf } from './secrets.ts';

/** A message as it came. */
export interface Incoming {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, base64. */
  readonly hash: string;
  readonly decoded: DecodedMessage;
  /** The token of the RespURI that it came to, if it came to one. */
  readonly token: string | undefined;
  readonly remote: string;
  /** Absolute URL of the endpoint as the device sees it. */
  readonly endpoint: string;
  readonly now: number;
}

/** What the exchange needs besides the database. */
export interface Means {
  readonly keyring: Keyring;
  readonly random: (bytes: number) => Uint8Array;
  readonly limits: DmLimits;
}

/** What is answered. */
export type Reply =
  | { readonly kind: 'answer'; readonly bytes: Uint8Array; readonly finished: readonly WorkRef[] }
  /** The DevId is not registered; answered as if its credentials were wrong. */
  | { readonly kind: 'stranger'; readonly bytes: Uint8Array; readonly status: number }
  /** The message speaks in a session that is not known or over. */
  | { readonly kind: 'unknown session' };

const TOKEN_BYTES = 16;

/**
 * Takes a message and gives the answer, within one unit of work: when the unit is committed, everything
 * that the answer acknowledges is on disk. Without effect but on `db`, so that it may be run again.
 */
export async function exchange(db: Queries, incoming: Incoming, means: Means): Promise<Reply> {
  const { decoded, now } = incoming;
  const { header } = decoded.message;
  const devId = header.source.locURI.trim();
  const caller = await findCaller.first(db, { devId, sessionId: header.sessionID });
  if (caller === undefined) return answerStranger(incoming, means);

  const stored =
    caller.session_engine === null ? undefined : (JSON.parse(caller.session_engine) as StoredSession);
  const { hash } = incoming;
  const place = placeOf(caller, stored, {
    msgID: header.msgID,
    token: incoming.token,
    hash,
    now,
    sessionTimeout: means.limits.sessionTimeout,
  });
  if (place === 'unknown') return { kind: 'unknown session' };
  if (place === 'again' && caller.session !== null && stored !== undefined) {
    return {
      kind: 'answer',
      bytes: await answerAgain(db, caller.session, stored, means.keyring),
      finished: [],
    };
  }
  const state =
    place === 'next' && stored !== undefined
      ? stored.state
      : beginSession(decoded.message, Buffer.from(means.random(TOKEN_BYTES)).toString('base64url'));
  return converse(db, incoming, means, { caller, state, place, hash });
}

interface Conversation {
  readonly caller: Caller;
  readonly state: SessionState;
  readonly place: Place;
  readonly hash: string;
}

async function converse(
  db: Queries,
  incoming: Incoming,
  means: Means,
  conversation: Conversation,
): Promise<Reply> {
  const { caller, state, place, hash } = conversation;
  const { decoded, now, bytes: request } = incoming;
  const account = openAccount(caller, means.keyring);
  const work = state.work === undefined ? undefined : await findWork(db, state.work.ref);
  const turn = receive(state, decoded.message, {
    account,
    steps: work?.steps,
    random: means.random,
    atRespURI: place === 'next' && incoming.token !== undefined,
  });
  const isOther = caller.live_session !== null && (place === 'new' || caller.live_session !== caller.session);
  if (turn.effects.authenticated && isOther) await supersede(db, turn, caller, now);
  const queue = wantsWork(turn) ? await pendingWork(db, caller.device_id, means.limits.maxQueue) : [];
  const response = respond(turn, queue, answerOptions(incoming, account, means, turn.state));

  const { effects } = turn;
  const secrets = secretsOf(decoded.message, account, turn.state);
  const shownResponse = maskSecrets(response, secrets);
  const engine: StoredSession = {
    state: turn.state,
    hash,
    answer: shownResponse === response ? undefined : means.keyring.seal(encodeBase64(response)),
  };
  const { ended } = effects;
  const row = {
    now,
    state: ended === undefined ? ('open' as const) : ('ended' as const),
    outcome: ended?.outcome ?? null,
    reason: ended?.reason ?? null,
    endedAt: ended === undefined ? null : now,
    bytesIn: request.length,
    bytesOut: response.length,
    engine: JSON.stringify(engine),
  };
  let session = place === 'next' ? caller.session : null;
  if (session === null) {
    const inserted = await insertSession.first(db, {
      ...row,
      deviceId: caller.device_id,
      sessionId: state.sessionID,
      encoding: decoded.encoding,
      remote: incoming.remote,
    });
    if (inserted === undefined) throw new Error('the database did not give the new session an id');
    session = inserted.id;
  } else {
    await updateSession.run(db, { ...row, id: session });
  }
  const deviations = [
    ...decoded.deviations.map(({ path, found, expected }) => `${path}: ${found}; expected ${expected}`),
    ...effects.deviations,
  ];
  await insertExchange.run(db, {
    session_id: session,
    n: turn.state.msgID,
    at: now,
    request: maskSecrets(request, secrets),
    response: shownResponse,
    encoding: decoded.encoding,
    deviations: deviations.length === 0 ? null : JSON.stringify(deviations),
  });
  await recordEffects(db, caller, session, effects, now);
  return { kind: 'answer', bytes: response, finished: effects.finished.map(({ work }) => work) };
}

/** A device has one live session; a new one takes over what the last one left undone. */
async function supersede(db: Queries, turn: Turn, caller: Caller, now: number): Promise<void> {
  if (caller.live_session === null || caller.live_engine === null) return;
  const { state: previous } = JSON.parse(caller.live_engine) as StoredSession;
  const work = previous.work === undefined ? undefined : await findWork(db, previous.work.ref);
  takeOver(turn, previous, work);
  await supersedeSession.run(db, { id: caller.live_session, now });
}

function answerOptions(incoming: Incoming, account: Account, { limits }: Means, state: SessionState) {
  return {
    account,
    encoding: incoming.decoded.encoding,
    respURI: `${incoming.endpoint}?s=${state.token}`,
    maxMsgSize: limits.maxMsgSize,
    maxAnswerSize: limits.maxAnswerSize,
  };
}

async function answerAgain(
  db: Queries,
  session: number,
  stored: StoredSession,
  keyring: Keyring,
): Promise<Uint8Array> {
  if (stored.answer !== undefined) return Buffer.from(keyring.open(stored.answer), 'base64');
  const last = await lastExchange.first(db, { session });
  if (last === undefined) throw new Error(`session ${session} has no exchange, although it has answered`);
  return last.response;
}

function answerStranger(incoming: Incoming, means: Means): Reply {
  const { message } = incoming.decoded;
  const account = strangersAccount(means.random);
  const turn = receive(beginSession(message, 'stranger'), message, {
    account,
    random: means.random,
    atRespURI: false,
  });
  const bytes = respond(turn, [], answerOptions(incoming, account, means, turn.state));
  return { kind: 'stranger', bytes, status: turn.verdict.code };
}
