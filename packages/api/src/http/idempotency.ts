/**
 * Requests that have an effect once, however often they come.
 *
 * Source: draft-ietf-httpapi-idempotency-key-header-07.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { InvalidInput } from '../errors/index.ts';
import { type Api, problems } from './app.ts';
import { callerOf } from './caller.ts';
import { HttpProblem } from './problem.ts';

/** A request that is to have its effect once. */
export interface KeyedRequest {
  /** Id of the caller, whose keys are his own. */
  readonly caller: number;
  readonly key: string;
  /** SHA-256 over method, address and body, in hexadecimal: the same for the same request. */
  readonly fingerprint: string;
}

/** What was answered to a request. */
export interface KeptAnswer {
  readonly status: number;
  readonly location: string | null;
  /** Undefined where there is none. */
  readonly body: unknown;
}

/** Where answers are kept, together with what the requests did. */
export interface KeptAnswers {
  /**
   * Answers a request in one unit of work, which keeps the answer too; or gives the answer that is kept.
   *
   * @param answer answers it for the first time; may be called again if the unit is run again. What it throws undoes everything
   * @throws {HttpProblem} when the key was used for another request (422), or is in use (409)
   */
  once(request: KeyedRequest, answer: () => Promise<KeptAnswer>): Promise<KeptAnswer & { isKept: boolean }>;
}

const HEADER = 'idempotency-key';
/** A string as structured fields write it (RFC 9651), or its characters alone. */
const KEY = /^(?:"([!#-[\]-~]{1,255})"|([!#-[\]-~]{1,255}))$/;

/**
 * Has the POST routes that are added from now on take the header Idempotency-Key.
 *
 * @param except paths of those that do not: they refuse the header, rather than pass over it
 * @returns to be called where others begin that do not
 */
export function takeKeys(scope: Api, answers: KeptAnswers, except: readonly string[] = []): () => void {
  let areTaken = true;
  const busy = new Set<string>();
  scope.addHook('onRoute', (route) => {
    if (route.method !== 'POST') return;
    if (areTaken && !except.includes(route.url.slice(scope.prefix.length))) keyed(route, answers, busy);
    else refusing(route);
  });
  return () => {
    areTaken = false;
  };
}

const Headers = Type.Object({
  [HEADER]: Type.Optional(
    Type.String({
      description:
        'A string that is new for each request, such as a UUID: the same request with the same key has its effect once, and the same answer, for 24 hours',
    }),
  ),
});

function refusing(route: RouteOptions): void {
  const { handler } = route;
  route.handler = async function refuse(request, reply) {
    if (request.headers[HEADER] !== undefined)
      throw new InvalidInput([{ field: HEADER, expected: 'no such header: this request is not kept' }]);
    return handler.call(this, request, reply);
  };
}

function keyed(route: RouteOptions, answers: KeptAnswers, busy: Set<string>): void {
  const { handler, schema = {} } = route;
  const response = schema.response as Readonly<Record<string, unknown>> | undefined;
  route.schema = { ...schema, headers: Headers, response: { ...problems(409, 422), ...response } };
  route.handler = async function answerOnce(request, reply) {
    const key = keyOf(request);
    if (key === undefined) return handler.call(this, request, reply);
    const caller = callerOf(request).id;
    const name = `${caller} ${key}`;
    if (busy.has(name))
      throw new HttpProblem('conflict', 'the request with this Idempotency-Key is being answered');
    busy.add(name);
    try {
      const keyedRequest = { caller, key, fingerprint: fingerprintOf(request) };
      const { status, location, body, isKept } = await answers.once(keyedRequest, async () => {
        reply.code(200).removeHeader('location');
        const answered: unknown = await handler.call(this, request, reply);
        return answerOf(reply, answered);
      });
      reply.code(status);
      if (location !== null) reply.header('location', location);
      if (isKept) reply.header('idempotency-replayed', 'true');
      return body;
    } finally {
      busy.delete(name);
    }
  };
}

function answerOf(reply: FastifyReply, body: unknown): KeptAnswer {
  if (reply.sent || body === reply)
    throw new Error('a keyed request was answered before its unit of work was over');
  const location = reply.getHeader('location');
  return { status: reply.statusCode, location: typeof location === 'string' ? location : null, body };
}

function keyOf(request: FastifyRequest): string | undefined {
  const given = request.headers[HEADER];
  if (given === undefined) return undefined;
  const [, quoted, bare] = (typeof given === 'string' ? KEY.exec(given) : null) ?? [];
  const key = quoted ?? bare;
  if (key === undefined) {
    const expected =
      'one string of 1 to 255 printable characters without blanks, such as "8e03978e-40d5-43dd-bc93-6894a57f9324"';
    throw new InvalidInput([{ field: HEADER, value: given, expected }]);
  }
  return key;
}

function fingerprintOf({ method, url, body }: FastifyRequest): string {
  return createHash('sha256')
    .update(`${method} ${url}\n${JSON.stringify(body) ?? ''}`)
    .digest('hex');
}
