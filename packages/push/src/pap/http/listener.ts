import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readBody } from '../../http/index.ts';
import { PapError, RESULT } from '../message/index.ts';
import { boundaryOf } from './boundary.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { type Entity, type Envelope, isPapType, readEnvelope, writeEnvelope } from './envelope.ts';
import { refusePap } from './refusal.ts';

/** What a request has that its envelope has not. */
export interface Asked<Who> {
  readonly who: Who;
  readonly headers: IncomingHttpHeaders;
}

export interface ListenerOptions<Who> {
  /**
   * Who asks; undefined for nobody who may, which is answered with 401. Called before anything of the body is read.
   *
   * @param place the address at the other end of the connection
   */
  readonly authenticate: (
    credentials: Credentials | undefined,
    place: string,
  ) => Promise<Who | undefined> | Who | undefined;
  /** What is told to those who have to authenticate. */
  readonly realm: string;
  /** Largest body in bytes. */
  readonly largest: number;
  /** Milliseconds in which a body has to come. */
  readonly patience: number;
  readonly random: (bytes: number) => Uint8Array;
  readonly answer: (envelope: Envelope, asked: Asked<Who>) => Promise<Envelope>;
  /** Told of what should not have happened; whoever asked gets 3000. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * PAP over HTTP, the answering side: one POST, one document back. Whatever PAP itself can say is said with 202; HTTP's own
 * codes are for what is not PAP's (401, 405, 408, 413, 415, 500).
 *
 * Source: WAP-247-PAP, "PAP over HTTP"; the codes other than 202 are HTTP's usual ones.
 */
export function papListener<Who>(options: ListenerOptions<Who>): RequestListener {
  return (request, response) => {
    handle(request, response, options).catch((error: unknown) => {
      options.onFailure(error);
      const failed = new PapError(RESULT.internalError.title, { code: RESULT.internalError.code });
      if (response.headersSent) response.destroy();
      else send(response, 500, entityOf(failed, options));
    });
  };
}

async function handle<Who>(
  request: IncomingMessage,
  response: ServerResponse,
  options: ListenerOptions<Who>,
): Promise<void> {
  const refuse = (status: number, problem: string, headers: Record<string, string> = {}): void => {
    // What is left of the body is not worth reading.
    response.setHeader('Connection', 'close');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    send(response, status, entityOf(new PapError(problem, { code: RESULT.badRequest.code }), options));
  };
  if (request.method !== 'POST') {
    return refuse(405, `${request.method} is not PAP's; expected POST`, { Allow: 'POST' });
  }
  const credentials = readCredentials(request.headers.authorization);
  const who = await options.authenticate(credentials, request.socket.remoteAddress ?? '');
  if (who === undefined) {
    const challenge = { 'WWW-Authenticate': `Basic realm="${options.realm}", charset="UTF-8"` };
    return refuse(
      401,
      credentials ? 'the name or the password is wrong' : 'a name and a password are wanted',
      challenge,
    );
  }
  const contentType = request.headers['content-type'] ?? '';
  if (!isPapType(contentType)) {
    const found =
      contentType === ''
        ? 'there is no Content-Type'
        : `the Content-Type is ${JSON.stringify(contentType.slice(0, 80))}`;
    return refuse(415, `${found}; expected multipart/related or application/xml`);
  }
  const coding = request.headers['content-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    return refuse(415, `the Content-Encoding is ${JSON.stringify(coding.slice(0, 40))}; expected none`);
  }
  const body = await readBody(request, options);
  if (body === 'aborted') return undefined;
  if (body === 'large') return refuse(413, `the body is larger than ${options.largest} bytes`);
  if (body === 'slow') return refuse(408, `the body did not come within ${options.patience} ms`);
  send(response, 202, await answered({ contentType, body }, { who, headers: request.headers }, options));
}

async function answered<Who>(
  entity: Entity,
  asked: Asked<Who>,
  options: ListenerOptions<Who>,
): Promise<Entity> {
  try {
    const answer = await options.answer(readEnvelope(entity, 'refuse'), asked);
    return writeEnvelope(answer, () => boundaryOf(options.random));
  } catch (error) {
    if (error instanceof PapError) return entityOf(error, options);
    throw error;
  }
}

function entityOf<Who>(error: PapError, { random }: ListenerOptions<Who>): Entity {
  return writeEnvelope({ document: refusePap(error), parts: [] }, () => boundaryOf(random));
}

function send(response: ServerResponse, status: number, { contentType, body }: Entity): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': body.length }).end(body);
}
