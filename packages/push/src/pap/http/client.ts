import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { PapError, resultOf } from '../message/index.ts';
import { boundaryOf } from './boundary.ts';
import { type Credentials, writeCredentials } from './credentials.ts';
import { type Entity, type Envelope, isPapType, readEnvelope, writeEnvelope } from './envelope.ts';

export interface ClientOptions {
  /** Requests at the same time; further ones wait. 8 unless told otherwise. */
  readonly connections?: number | undefined;
  /** Milliseconds that a request may take from when it has a connection until its answer is there; 30 000 unless told otherwise. */
  readonly timeout?: number | undefined;
  /** Authorities for https besides the usual ones, in PEM. */
  readonly authorities?: string | undefined;
}

/** What came of a request. `text` is one sentence for an operator. */
export type Exchange =
  /** `repeated`: the connection broke, and the request was sent once more without being known to be lost. */
  | { readonly kind: 'answered'; readonly envelope: Envelope; readonly repeated: boolean }
  /** HTTP says that these credentials may not. */
  | { readonly kind: 'forbidden'; readonly text: string }
  /** No answer, or none of PAP: what became of the request is not known. `status` is HTTP's, if there was an answer. */
  | { readonly kind: 'unreachable'; readonly text: string; readonly status?: number };

/** PAP over HTTP, the asking side. Connections are kept for the next requests. */
export interface PapClient {
  /**
   * Sends one message and reads its answer. Rejects only by the signal, and with a RangeError for a message that cannot be
   * written.
   */
  ask(
    url: URL,
    credentials: Credentials | undefined,
    envelope: Envelope,
    signal?: AbortSignal,
  ): Promise<Exchange>;
  /** Ends its connections. */
  close(): void;
}

/** Bytes of an answer. */
const LARGEST = 1024 * 1024;

export function papClient(random: (bytes: number) => Uint8Array, options: ClientOptions = {}): PapClient {
  const { connections = 8, timeout = 30_000, authorities } = options;
  const pool = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections };
  const plain = new HttpAgent(pool);
  const secure = new HttpsAgent({ ...pool, ...(authorities === undefined ? {} : { ca: authorities }) });

  /** One POST. Resolves with the answer; rejects with what went wrong, as Node has it. */
  const post = (
    url: URL,
    headers: Record<string, string>,
    body: Uint8Array,
    signal: AbortSignal | undefined,
  ) =>
    new Promise<Answered>((resolve, reject) => {
      const secured = url.protocol === 'https:';
      const settings = { method: 'POST', headers, signal, agent: secured ? secure : plain };
      const request = (secured ? requestHttps : requestHttp)(url, settings);
      let timer: NodeJS.Timeout | undefined;
      request.on('socket', () => {
        timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeout} ms`)), timeout);
      });
      request.on('close', () => clearTimeout(timer));
      request.on('error', (error) => reject(Object.assign(error, { reused: request.reusedSocket })));
      request.on('response', (response) => {
        readAnswer(response).then(resolve, (error) => {
          request.destroy();
          reject(error);
        });
      });
      request.end(body);
    });

  return {
    async ask(url, credentials, envelope, signal) {
      const { contentType, body } = writeEnvelope(envelope, () => boundaryOf(random));
      // No more than these: Kannel sends what else a request has to the terminal.
      const headers = {
        'Content-Type': contentType,
        'Content-Length': String(body.length),
        ...(credentials ? { Authorization: writeCredentials(credentials) } : {}),
      };
      for (let repeated = false; ; repeated = true) {
        try {
          return understand(await post(url, headers, body, signal), repeated);
        } catch (error) {
          signal?.throwIfAborted();
          // A kept connection may end just when it is used again. PAP's ids make it harmless to send once more.
          if (!repeated && wasStale(error)) continue;
          const status = statusOf(error);
          if (status !== undefined && isForbidden(status)) return forbidden(status);
          return { kind: 'unreachable', text: `${url.origin}: ${reasonOf(error)}` };
        }
      }
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

interface Answered extends Entity {
  readonly status: number;
}

async function readAnswer(response: IncomingMessage): Promise<Answered> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > LARGEST) throw new Error(`the answer is larger than ${LARGEST} bytes`);
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    body: Buffer.concat(chunks),
  };
}

function understand({ status, contentType, body }: Answered, repeated: boolean): Exchange {
  if (isForbidden(status)) return forbidden(status);
  if (body.length === 0)
    return { kind: 'unreachable', status, text: `the gateway answers with HTTP ${status} and nothing else` };
  try {
    // Some answers have no type, or a wrong one.
    const type = isPapType(contentType) ? contentType : 'application/xml';
    return { kind: 'answered', envelope: readEnvelope({ contentType: type, body }, 'ignore'), repeated };
  } catch (error) {
    if (!(error instanceof PapError)) throw error;
    return {
      kind: 'unreachable',
      status,
      text: `the gateway answers with HTTP ${status}, which is not PAP: ${error.message}`,
    };
  }
}

function isForbidden(status: number): boolean {
  return status === 401 || status === 403;
}

function forbidden(status: number): Exchange {
  return { kind: 'forbidden', text: `the gateway answers with HTTP ${status}` };
}

/** The status of an answer that Node does not read: Kannel's 401 says its length twice. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('rawPacket' in error) || !Buffer.isBuffer(error.rawPacket))
    return undefined;
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(error.rawPacket.toString('latin1', 0, 12)) ?? [];
  return status === undefined ? undefined : Number(status);
}

function wasStale(error: unknown): boolean {
  if (!(error instanceof Error) || !('reused' in error) || error.reused !== true) return false;
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** Node's error for a name with several addresses has no text of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** A code with its description as one sentence for operators. */
export function sentence(code: number, desc: string | undefined): string {
  const title = resultOf(code)?.title ?? 'unknown code';
  return desc === undefined || desc === '' || desc === title
    ? `${code} ${title}`
    : `${code} ${title}: ${desc}`;
}
