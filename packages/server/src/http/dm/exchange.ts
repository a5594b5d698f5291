/** One message of a device, from what is stored to what is stored: read, run the session engine, write. */
import { type DecodedMessage, decodeBase64, encodeBase64 } from '@grove/protocol';
import type { Alert } from '../../alerts/index.ts';
import { dropContent, readSlice } from '../../contents/index.ts';
import { sourceOf } from '../../devices/index.ts';
import { type Heard, hearRefusals, mayResync, outstandingOf, recordCall } from '../../notifications/index.ts';
import type { QuirkBook } from '../../quirks/index.ts';
import type { Rules } from '../../rules/index.ts';
import type { Keyring } from '../../secrets/index.ts';
import {
  type Account,
  beginSession,
  type ClientCredentials,
  isSame,
  type Proof,
  provesItself,
  readyWork,
  receive,
  respond,
  type SessionState,
  serverMac,
  type Turn,
  takeAlerts,
  takeOver,
  timeToAnswer,
  wantsWork,
  withBytes,
} from '../../session/index.ts';
import type { Work, WorkRef } from '../../steps/index.ts';
import type { Queries } from '../../store/index.ts';
import { type Wait, type WorkSources, waitingWork } from '../../work/index.ts';
import { openAccount, strangersAccount } from './account.ts';
import { type Owner, provide, withoutContents, withoutPieces } from './contents.ts';
import { lockoutOf, presented, recordProof } from './lockout.ts';
import type { DmLimits } from './options.ts';
import { expectUnchanged } from './overtaken.ts';
import { type KnownSession, type Place, placeOf, type StoredSession, sessionsOf } from './place.ts';
import {
  type Caller,
  findCaller,
  forgetStrangers,
  insertExchange,
  insertSession,
  lastExchange,
  noteResync,
  supersedeSession,
  updateSession,
} from './queries.ts';
import { modelIn, recordEffects, recordSaid } from './record.ts';
import { keepSteps } from './rendering.ts';
import { hideSecrets, hidesFor, secretsOfAnswer, secretsOfMessage, secretsTyped } from './secrets.ts';

/** A message as it came. */
export interface Incoming {
  readonly proof: Proof;
  /** SHA-256 of the message with what proves who sends it, base64. */
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
  readonly quirks: QuirkBook;
  readonly work: WorkSources;
  readonly rules: Rules;
  readonly random: (bytes: number) => Uint8Array;
  readonly limits: DmLimits;
}

/** What is answered. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly bytes: Uint8Array;
      /** Value of the header `x-syncml-hmac` that goes with it. */
      readonly mac?: string | undefined;
      readonly finished: readonly WorkRef[];
      /** Alerts that the message brought, as they are stored. */
      readonly alerts: readonly Alert[];
      /** Whether the device has sent a value that is kept as a content. */
      readonly keptContent: boolean;
    }
  /** Whoever it is, it is answered as if its credentials were wrong, and nothing is kept of it. */
  | {
      readonly kind: 'stranger';
      readonly bytes: Uint8Array;
      readonly status: number;
      readonly reason: string;
    }
  /** The message speaks in a session that is not known or over. */
  | { readonly kind: 'unknown session' };

const TOKEN_BYTES = 16;
/** Bytes of a message that are kept where the device has not proved itself: more than packages have. */
const MAX_UNPROVEN = 64 * 1024;
const TOO_MUCH = new TextEncoder().encode('not kept: too long for a message that proves nothing');
/** Deviations that the session engine notes of one message, as many as are kept. */
const MAX_DEVIATIONS = 100;

/**
 * Takes a message and gives the answer, within one unit of work: when the unit is committed, everything
 * that the answer acknowledges is on disk. Without effect but on `db`, so that it may be run again.
 *
 * @throws {Overtaken} when it has to be run again
 */
export async function exchange(db: Queries, incoming: Incoming, means: Means): Promise<Reply> {
  const { decoded } = incoming;
  const { header } = decoded.message;
  const devId = header.source.locURI.trim();
  const caller = await findCaller.first(db, { devId, sessionId: header.sessionID });
  if (caller === undefined) return answerStranger(incoming, means, 'the DevId is not registered');

  const account = openAccount(caller, means.keyring);
  const sessions = sessionsOf(caller);
  const place = placeOf(sessions, {
    sessionID: header.sessionID,
    msgID: header.msgID,
    token: incoming.token,
    hash: incoming.hash,
    now: incoming.now,
  });
  if (place.kind === 'unknown') return { kind: 'unknown session' };
  if (place.kind === 'again') {
    return answerAgain(db, place.session, means.keyring);
  }
  if (!isKnown(place, incoming)) {
    const reason = await lockoutOf(db, caller, account, incoming, means.limits);
    if (reason !== undefined) return answerStranger(incoming, means, reason, account.client.auth);
  }
  // What comes to another address and proves nothing must not disturb the session.
  const isNext =
    place.kind === 'next' && (incoming.token !== undefined || mayGoOn(place.session, account, incoming));
  return converse(db, incoming, means, {
    caller,
    account,
    last: sessions.last,
    session: isNext ? place.session : undefined,
  });
}

/** Whether a message comes to the RespURI of a session whose other side has shown that it is no stranger. */
function isKnown(place: Place, { token }: Incoming): boolean {
  if (place.kind !== 'next' || token === undefined) return false;
  const { authenticated, stale } = place.session.stored.state.client;
  return authenticated || stale === true;
}

function mayGoOn({ stored }: KnownSession, account: Account, incoming: Incoming): boolean {
  return !stored.state.client.authenticated || provesItself(account, presented(incoming));
}

interface Conversation {
  readonly caller: Caller;
  readonly account: Account;
  /** The last session in which the device has proved itself. */
  readonly last: KnownSession | undefined;
  /** The session that goes on; a new one when absent. */
  readonly session: KnownSession | undefined;
}

async function converse(
  db: Queries,
  incoming: Incoming,
  means: Means,
  { caller, account, last, session: current }: Conversation,
): Promise<Reply> {
  const { decoded, now, proof } = incoming;
  const request = proof.bytes;
  const state = current?.stored.state ?? beginSession(decoded.message, newToken(means));
  const wasProven = state.client.authenticated;
  const work = state.work === undefined ? undefined : await means.work.find(db, state.work.ref);
  const asked = caller.notified === null ? [] : await outstandingOf(db, caller.device_id);
  const isPrivate = incoming.endpoint.startsWith('https:');
  const owner: Owner = { deviceId: caller.device_id, quota: means.limits.deviceQuota, now };
  const receiving = receive(state, decoded.message, {
    account,
    steps: work?.steps,
    now,
    random: means.random,
    proof,
    atRespURI: current !== undefined && incoming.token !== undefined,
    maxObjSize: means.limits.maxObjSize,
    resync: mayResync(asked, state.sessionID, caller.resynced_at),
  });
  const turn = await provide(db, receiving, owner);
  const model = modelIn(caller, turn.effects);
  if (state.client.authenticated) {
    turn.traits = await means.quirks.traitsOf(db, model, caller.device_id, now);
  }
  if (turn.effects.authenticated) {
    // Others may have got the RespURI of a session that was still anybody's.
    if (current !== undefined) state.token = newToken(means);
    if (last !== undefined && last.id !== current?.id) await supersede(db, turn, last, means.work, now);
  }
  const waits = await waitsFor(db, caller, turn);
  takeAlerts(turn, waits);
  const heard = await hearRefusals(db, caller.device_id, turn.effects);
  const begun = [...waits, ...(state.work === undefined ? [] : [state.work.ref])];
  const known = await recordSaid(db, caller, turn.effects, { rules: means.rules, now });
  const queue = wantsWork(turn) ? await queueOf(db, turn, { caller: known, waits, heard }, means) : [];
  const answering = respond(turn, queue, answerOptions(incoming, account, means, state));
  const { bytes: response, shown } = await provide(db, answering, owner);

  await keepSteps(db, turn, queue);
  const { effects } = turn;
  await recordProof(db, caller, effects, incoming, means.limits);
  const mac = serverMac(state, account, response);
  const shownResponse = hideSecrets(shown?.bytes ?? response, secretsOfAnswer(account, state));
  const kept = shown?.span === undefined ? response : shown.bytes;
  const engine: StoredSession = {
    state,
    hash: incoming.hash,
    anywhere: effects.authenticated || !state.client.authenticated,
    answer: shownResponse === kept ? undefined : means.keyring.seal(encodeBase64(kept)),
    span: shown?.span,
    mac: mac === undefined ? undefined : means.keyring.seal(mac),
  };
  const { ended } = effects;
  const stranger = wasProven || state.client.authenticated ? null : sourceOf(incoming.remote);
  const row = {
    now,
    expiresAt: now + means.limits.sessionTimeout + timeToAnswer(state),
    stranger,
    state: ended === undefined ? ('open' as const) : ('ended' as const),
    outcome: ended?.outcome ?? null,
    reason: ended?.reason ?? null,
    endedAt: ended === undefined ? null : now,
    bytesIn: request.length,
    bytesOut: response.length,
    engine: JSON.stringify(engine),
  };
  let session: number;
  if (current === undefined) {
    session = await insertSession.insert(db, {
      ...row,
      deviceId: caller.device_id,
      sessionId: state.sessionID,
      encoding: decoded.encoding,
      remote: incoming.remote,
    });
    if (stranger !== null) await forgetStrangers.run(db, { device: caller.device_id, stranger });
  } else {
    session = current.id;
    const stateBefore = current.open ? 'open' : 'ended';
    expectUnchanged(
      await updateSession.run(db, { ...row, id: session, stateBefore, messagesBefore: current.messages }),
    );
  }
  // What a reader notes is found again in the bytes when somebody looks at them.
  const notes = effects.deviations.slice(0, MAX_DEVIATIONS);
  await insertExchange.run(db, {
    session_id: session,
    n: state.msgID,
    at: now,
    request:
      state.client.authenticated || request.length <= MAX_UNPROVEN
        ? hideSecrets(withoutPieces(request, decoded, turn.pieces), [
            ...secretsOfMessage(decoded.message, hidesFor([...(work?.steps ?? []), ...turn.steps])),
            ...secretsTyped(effects.secrets),
          ])
        : TOO_MUCH,
    response: shownResponse,
    encoding: decoded.encoding,
    deviations: notes.length === 0 ? null : JSON.stringify(notes),
  });
  if (effects.lacks.length > 0 && model !== undefined) means.quirks.renew(model);
  const alerts = await recordEffects(db, { ...means, caller, session, waits, now }, effects);
  const refused = await recordCall(db, {
    deviceId: caller.device_id,
    session,
    sessionID: state.sessionID,
    asked,
    heard,
    effects,
    begun,
    sources: means.work,
    now,
  });
  if (effects.showedResync && !isPrivate && caller.resynced_at === null)
    await noteResync.run(db, { device: caller.device_id, now });
  return {
    kind: 'answer',
    bytes: response,
    mac,
    finished: [...effects.finished.map(({ work }) => work), ...refused],
    alerts,
    keptContent: turn.large.size > 0,
  };
}

/** The work of the device that waits, where the message may have to do with it. */
async function waitsFor(db: Queries, caller: Caller, turn: Turn): Promise<Wait[]> {
  const matters = caller.waits !== null && (turn.effects.alerts.length > 0 || wantsWork(turn));
  return matters ? waitingWork(db, caller.device_id) : [];
}

/** What the device may go on with, then what the sources have for it, but for what its user has just refused. */
async function queueOf(
  db: Queries,
  turn: Turn,
  { caller, waits, heard }: { caller: Caller; waits: readonly Wait[]; heard: Heard },
  { work, limits }: Means,
): Promise<Work[]> {
  const device = {
    deviceId: caller.device_id,
    devId: caller.dev_id,
    task: caller.task,
    policy: caller.policy,
    waiting: turn.state.work === undefined ? waits : [...waits, turn.state.work.ref],
    alerted: turn.effects.alerts.flatMap(({ source }) => source ?? []),
    now: turn.now,
  };
  const pending = await work.pending(db, device, limits.maxQueue);
  const isWanted = (each: WorkRef) => !heard.refused.some((refused) => isSame(refused, each));
  return [...readyWork(turn, waits), ...pending.filter(isWanted)];
}

/** A device has one live session; a new one takes over what the last one left undone. */
async function supersede(
  db: Queries,
  turn: Turn,
  last: KnownSession,
  sources: WorkSources,
  now: number,
): Promise<void> {
  const previous = last.stored.state;
  const work = previous.work === undefined ? undefined : await sources.find(db, previous.work.ref);
  takeOver(turn, previous, work);
  const { content } = previous.receiving ?? {};
  if (content !== undefined) await dropContent(db, content, now);
  expectUnchanged(await supersedeSession.run(db, { id: last.id, messagesBefore: last.messages, now }));
}

function newToken({ random }: Means): string {
  return Buffer.from(random(TOKEN_BYTES)).toString('base64url');
}

function answerOptions(incoming: Incoming, account: Account, { limits }: Means, state: SessionState) {
  return {
    account,
    encoding: incoming.decoded.encoding,
    respURI: `${incoming.endpoint}?s=${state.token}`,
    maxMsgSize: limits.maxMsgSize,
    maxObjSize: limits.maxObjSize,
    maxAnswerSize: limits.maxAnswerSize,
    maxMessages: limits.maxMessages,
  };
}

async function answerAgain(db: Queries, { id, stored }: KnownSession, keyring: Keyring): Promise<Reply> {
  const mac = stored.mac === undefined ? undefined : keyring.open(stored.mac);
  const bytes = await lastAnswer(db, id, stored, keyring);
  return { kind: 'answer', bytes, mac, finished: [], alerts: [], keptContent: false };
}

async function lastAnswer(
  db: Queries,
  id: number,
  { answer, span }: StoredSession,
  keyring: Keyring,
): Promise<Uint8Array> {
  const sealed = answer === undefined ? undefined : decodeBase64(keyring.open(answer));
  const last = await lastExchange.first(db, { session: id });
  if (last === undefined) throw new Error(`session ${id} has no exchange, although it has answered`);
  const kept = sealed ?? last.response;
  if (span === undefined) return kept;
  const slice = await readSlice(db, span.content, span.offset, span.length);
  if (slice === undefined) throw new Error(`content ${span.content} is no longer there to be sent again`);
  return withBytes(kept, last.encoding, slice.bytes);
}

function answerStranger(
  incoming: Incoming,
  means: Means,
  reason: string,
  auth?: ClientCredentials['auth'],
): Reply {
  const { message } = incoming.decoded;
  const account = strangersAccount(means.random, auth);
  const state = beginSession(message, newToken(means));
  // As if the messages before had been answered in the same way.
  const before = Math.min(Math.max((Number.parseInt(message.header.msgID, 10) || 1) - 1, 0), 100);
  state.msgID = before;
  state.client.failures = before;
  const turn = withoutContents(
    receive(state, message, {
      account,
      now: incoming.now,
      random: means.random,
      proof: incoming.proof,
      atRespURI: false,
      maxObjSize: means.limits.maxObjSize,
    }),
  );
  const { bytes } = withoutContents(respond(turn, [], answerOptions(incoming, account, means, state)));
  return { kind: 'stranger', bytes, status: turn.verdict.code, reason };
}
