/** The DM endpoint on bare node:http: OMA DM over HTTP, one POST for each message. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  DM_MEDIA_TYPES,
  decodeMessage,
  type Encoding,
  encodingOf,
  MAC_HEADER,
  MalformedError,
  type Message,
} from '@grove/protocol';
import type { Alert } from '../../alerts/index.ts';
import { NotificationChanged } from '../../notifications/index.ts';
import { QuirkBook } from '../../quirks/index.ts';
import { type NewRefusal, recordRefusal } from '../../refusals/index.ts';
import { typedIn } from '../../session/index.ts';
import { isUniqueViolation, StoreUnavailable } from '../../store/index.ts';
import { BodyIncomplete, BodyRoom, BodyTooLarge, NoRoom, readBody } from './body.ts';
import { exchange, type Incoming, type Reply } from './exchange.ts';
import { DEFAULT_LIMITS, type DmLimits, type DmOptions } from './options.ts';
import { Overtaken } from './overtaken.ts';
import { hashOf, isProtected, proofOf } from './proof.ts';
import { hideCredentials, hideSecrets, secretsOfMessage, secretsTyped } from './secrets.ts';

/** A message that is refused on the level of HTTP. */
class Refused extends Error {
  readonly httpStatus: number;
  readonly headers: Record<string, string>;

  constructor(httpStatus: number, reason: string, headers: Record<string, string> = {}) {
    super(reason);
    this.httpStatus = httpStatus;
    this.headers = headers;
  }
}

/** What could be read of a message, for the note about it when it is refused. */
interface Seen {
  body: Uint8Array;
  devId: string | null;
  message: Message | null;
  /** Gives back the room that the body takes. */
  release: () => void;
}

/** How often a message is handled anew because of others that came at the same time. */
const ATTEMPTS = 5;

/** Characters of a SessionID or MsgID that are taken; the standard has much shorter ones. */
const MAX_ID = 256;

/** Handles requests to the DM endpoint. */
export type DmHandler = (request: IncomingMessage, response: ServerResponse) => void;

export function createDmHandler(options: DmOptions): DmHandler {
  const limits: DmLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const { keyring, work, rules, random } = options;
  const means = { keyring, work, rules, random, limits, quirks: new QuirkBook() };
  const room = new BodyRoom(Math.max(limits.maxBodies, limits.maxMsgSize));

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen: Seen = { body: new Uint8Array(), devId: null, message: null, release: () => {} };
    try {
      const { reply, incoming } = await answer(request, seen);
      if (reply.kind === 'stranger') {
        await refuse(request, seen, 200, reply.status, reply.reason);
      }
      if (reply.kind === 'unknown session') {
        throw new Refused(
          404,
          'the session of this RespURI is not known or is over; begin a new one with MsgID 1',
        );
      }
      const { encoding } = incoming.decoded;
      response.writeHead(200, {
        'Content-Type': DM_MEDIA_TYPES[encoding],
        'Content-Length': reply.bytes.length,
        'Cache-Control': 'no-store',
        ...('mac' in reply && reply.mac !== undefined ? { [MAC_HEADER]: reply.mac } : {}),
      });
      response.end(reply.bytes);
      if (reply.kind !== 'answer') return;
      if (reply.finished.length > 0) options.onFinished?.(reply.finished);
      if (reply.alerts.length > 0) tellOf(reply.alerts);
      if (reply.keptContent) options.onContent?.();
    } catch (error) {
      await fail(request, response, seen, error);
    } finally {
      seen.release();
    }
  }

  async function answer(request: IncomingMessage, seen: Seen): Promise<{ reply: Reply; incoming: Incoming }> {
    if (request.method !== 'POST') {
      throw new Refused(405, `devices POST to this address, not ${request.method}`, { Allow: 'POST' });
    }
    const encoding = bodyEncoding(request);
    const body = await readBody(request, limits.maxMsgSize, room);
    seen.body = body.bytes;
    seen.release = body.release;
    const decoded = decodeMessage(seen.body, encoding);
    const { header } = decoded.message;
    seen.devId = header.source.locURI.slice(0, MAX_ID);
    seen.message = decoded.message;
    for (const [name, value] of [
      ['SessionID', header.sessionID] as const,
      ['MsgID', header.msgID] as const,
    ]) {
      if (value.length > MAX_ID) throw new MalformedError(`${name} of more than ${MAX_ID} characters`);
    }
    const { path, query } = addressOf(request);
    const now = options.now();
    const proof = proofOf(request, seen.body, now);
    const { publicUrl } = options;
    const endpoint = publicUrl ?? namedEndpoint(request, path);
    const incoming: Incoming = {
      proof,
      hash: hashOf(proof, publicUrl === undefined ? endpoint : undefined),
      decoded,
      token: query.get('s') ?? undefined,
      remote: request.socket.remoteAddress ?? '',
      endpoint,
      now,
    };
    return { incoming, reply: await commit(incoming) };
  }

  /** What the program that opened Grove makes of alerts is its own affair: the device has its answer. */
  function tellOf(alerts: readonly Alert[]): void {
    try {
      options.onAlert?.(alerts);
    } catch (error) {
      options.onError?.(error);
    }
  }

  /** Two processes may take messages of a device at the same time: the later one finds what the other has done. */
  async function commit(incoming: Incoming): Promise<Reply> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await options.store.transaction((db) => exchange(db, incoming, means));
      } catch (error) {
        const isOvertaken = error instanceof Overtaken || error instanceof NotificationChanged;
        const mayGoWell = isOvertaken || isUniqueViolation(error);
        if (!mayGoWell || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async function fail(
    request: IncomingMessage,
    response: ServerResponse,
    seen: Seen,
    error: unknown,
  ): Promise<void> {
    if (error instanceof BodyIncomplete) {
      await refuse(request, seen, 400, null, error.message);
      return;
    }
    const refused = refusedFor(error);
    if (refused.httpStatus >= 500 && !(error instanceof NoRoom)) options.onError?.(error);
    if (!(error instanceof StoreUnavailable)) {
      await refuse(request, seen, refused.httpStatus, null, refused.message);
    }
    if (!response.headersSent) {
      response.writeHead(refused.httpStatus, {
        'Content-Type': 'text/plain; charset=utf-8',
        ...refused.headers,
      });
    }
    response.end(`${refused.message}\n`);
  }

  /** Notes a refusal; that the note fails does not change the answer. */
  async function refuse(
    request: IncomingMessage,
    seen: Seen,
    httpStatus: number,
    status: number | null,
    reason: string,
  ): Promise<void> {
    const refusal: NewRefusal = {
      at: options.now(),
      remote: request.socket.remoteAddress ?? '',
      devId: seen.devId,
      httpStatus,
      status,
      reason,
      body:
        seen.message === null
          ? hideCredentials(seen.body)
          : hideSecrets(seen.body, [
              // It is not known what was asked.
              ...secretsOfMessage(seen.message, () => true),
              ...secretsTyped(typedIn(seen.message.body.commands)),
            ]),
    };
    try {
      await options.store.transaction((db) => recordRefusal(db, refusal));
    } catch (error) {
      options.onError?.(error);
    }
  }

  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      options.onError?.(error);
      response.destroy();
    });
  };
}

/** How a failure is told to the device. */
function refusedFor(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof MalformedError) return new Refused(400, error.message);
  if (error instanceof NoRoom) {
    return new Refused(503, error.message, { 'Retry-After': '5', Connection: 'close' });
  }
  if (error instanceof BodyTooLarge) return new Refused(413, error.message, { Connection: 'close' });
  const reason =
    error instanceof StoreUnavailable ? 'the database does not answer' : 'the message could not be handled';
  return new Refused(503, reason, { 'Retry-After': '5' });
}

/** Path and query of the address that a request came to; a proxy may send the whole URL. */
function addressOf({ url = '/' }: IncomingMessage): { path: string; query: URLSearchParams } {
  const [path = '/', ...query] = url.split('?');
  return {
    path: path.replace(/^https?:\/\/[^/]*/i, ''),
    query: new URLSearchParams(query.join('?')),
  };
}

/** A name or an address with a port or without; nothing that makes another URL of what is around it. */
const HOST = /^(?:[\w.-]{1,255}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * The endpoint where the device says that it has reached Grove, or at the socket's address, since HTTP/1.0 may
 * leave that out.
 */
function namedEndpoint(request: IncomingMessage, path: string): string {
  const { localAddress = 'localhost', localPort } = request.socket;
  const own = `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
  const host = request.headers.host || own;
  if (!HOST.test(host)) {
    throw new Refused(400, `Host is ${JSON.stringify(host.slice(0, 60))}; expected a name and a port`);
  }
  return `${isProtected(request) ? 'https' : 'http'}://${host}${path}`;
}

function bodyEncoding(request: IncomingMessage): Encoding {
  const coding = request.headers['content-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    throw new Refused(415, `Content-Encoding ${coding} is not taken`);
  }
  const type = request.headers['content-type'];
  const encoding = type === undefined ? undefined : encodingOf(type);
  if (encoding === undefined) {
    throw new Refused(
      415,
      `Content-Type ${type ?? '(none)'} is not taken; expected application/vnd.syncml.dm+xml or application/vnd.syncml.dm+wbxml`,
    );
  }
  return encoding;
}
