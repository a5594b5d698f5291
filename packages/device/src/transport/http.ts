import { MAC_HEADER } from '@grove/protocol';
import { Agent, type Dispatcher } from 'undici';
import { type Clock, systemClock } from '../clock/index.ts';
import { type Backoff, PATIENT, pauseAfter } from './backoff.ts';
import { contentTypeOf, encodingOfAnswer } from './media.ts';
import { type Request, type Response, type Transport, TransportError } from './transport.ts';

export interface HttpOptions {
  /** Milliseconds that one try may take, from connecting to the last byte; 30 000 unless told. */
  readonly timeout?: number;
  readonly backoff?: Backoff;
  /** Connections to one server at the same time; 8 unless told. */
  readonly connections?: number;
  /** An answer with more bytes is refused; 1 MiB unless told. */
  readonly maxResponse?: number;
  /** Sent as User-Agent. */
  readonly userAgent?: string;
  /** How HTTPS is spoken. */
  readonly tls?: TlsClientOptions;
  /** Replaces the connection pool: a proxy, other certificates, a mock. Is not closed by `close`. */
  readonly dispatcher?: Dispatcher;
  /** By which tries run out, and pauses end. */
  readonly clock?: Pick<Clock, 'sleep'>;
  /** Between 0 and 1. */
  readonly random?: () => number;
}

/** Certificates and keys, PEM. */
export interface TlsClientOptions {
  /** Authorities that are trusted for servers, in place of those of the system. */
  readonly ca?: string | undefined;
  /** The device's certificate and its key, for servers that ask for one. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Sessions over HTTP or HTTPS. */
export interface HttpTransport extends Transport {
  /** Closes the connections; whatever is under way fails. */
  close(): Promise<void>;
}

/** Failures of a connection that may be gone a moment later; a wrong certificate or name is not. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** HTTP statuses of a server that is starting, stopping, overloaded, or behind a gateway that lost it. */
const isTransientStatus = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** A failed try that is worth another one. */
class Transient extends Error {
  readonly status: number | undefined;
  /** Milliseconds that the server wants to be left alone. */
  readonly retryAfter: number;

  constructor(message: string, options: { status?: number; retryAfter?: number; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.status = options.status;
    this.retryAfter = options.retryAfter ?? 0;
  }
}

/**
 * POSTs each message and reads the answer (SyncML HTTP binding).
 *
 * The same bytes are sent again when the connection breaks, nothing comes in time, or the answer is
 * 408, 429 or 5xx, so that a session survives the server's restart.
 */
export function createHttpTransport(options: HttpOptions = {}): HttpTransport {
  const backoff = options.backoff ?? PATIENT;
  const clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  const dispatcher = options.dispatcher ?? agentFor(options);
  const once = createTry(dispatcher, clock, options);

  return {
    async exchange(request) {
      for (let failures = 1; ; failures += 1) {
        try {
          return await once(request);
        } catch (error) {
          if (!(error instanceof Transient)) throw error;
          if (failures >= backoff.attempts) {
            const tries = backoff.attempts === 1 ? '' : `; gave up after ${backoff.attempts} tries`;
            throw new TransportError(`${error.message}${tries}`, {
              status: error.status,
              cause: error,
            });
          }
          const wait = Math.max(
            pauseAfter(failures, backoff, random()),
            Math.min(error.retryAfter, backoff.longest),
          );
          await clock.sleep(wait, request.signal);
        }
      }
    },
    close: async () => {
      if (dispatcher !== options.dispatcher) await dispatcher.destroy();
    },
  };
}

function agentFor({ connections = 8, tls }: HttpOptions): Agent {
  return new Agent({ connections, ...(tls === undefined ? {} : { connect: { ...tls } }) });
}

/** Makes the function that tries once. */
function createTry(
  dispatcher: Dispatcher,
  clock: Pick<Clock, 'sleep'>,
  options: HttpOptions,
): (request: Request) => Promise<Response> {
  const timeout = options.timeout ?? 30_000;
  const maxResponse = options.maxResponse ?? 1 << 20;
  const userAgent = options.userAgent ?? 'Grove';

  return async (request) => {
    const url = httpUrl(request.uri);
    request.signal?.throwIfAborted();
    const abort = new AbortController();
    const over = new AbortController();
    let late = false;
    clock.sleep(timeout, over.signal).then(
      () => {
        late = true;
        abort.abort();
      },
      () => {},
    );
    const onAbort = () => abort.abort(request.signal?.reason);
    request.signal?.addEventListener('abort', onAbort);
    try {
      const answer = await dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'POST',
        headers: {
          'content-type': contentTypeOf(request.encoding),
          accept: contentTypeOf(request.encoding).split(';')[0],
          'accept-charset': 'utf-8',
          'cache-control': 'private, no-store',
          'user-agent': userAgent,
          ...(request.mac === undefined ? {} : { [MAC_HEADER]: request.mac }),
        },
        body: request.body,
        headersTimeout: 0,
        bodyTimeout: 0,
        signal: abort.signal,
      });
      return await read(answer, url, maxResponse);
    } catch (error) {
      if (late) {
        throw new Transient(`no answer from ${url.origin} within ${timeout} ms`, { cause: error });
      }
      request.signal?.throwIfAborted();
      throw ofConnection(error, url);
    } finally {
      over.abort();
      request.signal?.removeEventListener('abort', onAbort);
    }
  };
}

async function read(answer: Dispatcher.ResponseData, url: URL, maxResponse: number): Promise<Response> {
  if (answer.statusCode !== 200) {
    // Read to its end, so that the connection can be used again; bounded by undici itself.
    await answer.body.dump({ limit: 65_536 });
    const message = `${url.origin} answered HTTP ${answer.statusCode}; expected 200 with a SyncML message`;
    if (!isTransientStatus(answer.statusCode))
      throw new TransportError(message, { status: answer.statusCode });
    throw new Transient(message, {
      status: answer.statusCode,
      retryAfter: retryAfter(answer.headers['retry-after']),
    });
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxResponse) {
      answer.body.destroy();
      throw new TransportError(`${url.origin} answered with more than ${maxResponse} bytes`, { status: 200 });
    }
    chunks.push(chunk);
  }
  const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  const contentType = answer.headers['content-type'];
  const encoding = encodingOfAnswer(typeof contentType === 'string' ? contentType : undefined, body);
  if (encoding === undefined) {
    throw new TransportError(
      `${url.origin} answered with ${String(contentType)}; expected a SyncML message`,
      {
        status: 200,
      },
    );
  }
  const mac = answer.headers[MAC_HEADER];
  return { encoding, body, ...(typeof mac === 'string' ? { mac } : {}) };
}

function httpUrl(uri: string): URL {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TransportError(`server address is ${JSON.stringify(uri)}; expected an http or https URL`);
  }
  return url;
}

/** Names what went wrong with a connection, and whether it is worth another try. */
function ofConnection(error: unknown, url: URL): Error {
  if (error instanceof TransportError || error instanceof Transient) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = error instanceof Error && error.message !== '' ? error.message : code || String(error);
  const message = `no connection to ${url.origin}: ${reason}`;
  return TRANSIENT.has(code)
    ? new Transient(message, { cause: error })
    : new TransportError(message, { cause: error });
}

/** Retry-After in milliseconds; only the form in seconds, a date is left to the back-off. */
function retryAfter(value: string | string[] | undefined): number {
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : 0;
}
