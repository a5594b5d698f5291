import { lookup } from 'node:dns';
import {
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

export interface PosterOptions {
  /** Requests to one host at the same time; further ones wait. */
  readonly connections: number;
  /** Whether connections stay for the next requests; not where hosts are many. */
  readonly keepAlive: boolean;
  /** Milliseconds that a request may take from when it has a connection until its answer is there. */
  readonly timeout: number;
  /** Bytes of an answer. */
  readonly largest: number;
  /** Whether the beginning of a larger answer is taken for all of it; otherwise it is an error. */
  readonly cut?: boolean | undefined;
  /** Whether an IP address may be connected to; asked for each connection, whatever name it was found by. All may when absent. */
  readonly mayReach?: ((host: string) => boolean) | undefined;
  /** Authorities for https in place of the usual ones, in PEM. */
  readonly authorities?: string | undefined;
}

/** An answer, whatever its status. */
export interface Posted {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** The connection broke, and the request was sent once more without being known to be lost. */
  readonly repeated: boolean;
}

/** Posts over HTTP and HTTPS. Redirects are not followed. */
export interface Poster {
  /** Rejects with what went wrong, as Node has it, or by the signal. */
  post(
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    signal?: AbortSignal,
  ): Promise<Posted>;
  /** Ends its connections. */
  close(): void;
}

export function openPoster(options: PosterOptions): Poster {
  const { connections, keepAlive, timeout, largest, cut = false, mayReach, authorities } = options;
  const judged = mayReach && guarded(mayReach);
  const pool = {
    keepAlive,
    maxSockets: connections,
    maxFreeSockets: connections,
    ...(judged && { lookup: judged }),
  };
  const plain = new HttpAgent(pool);
  const secure = new HttpsAgent({ ...pool, ...(authorities === undefined ? {} : { ca: authorities }) });

  const once: (...asked: Parameters<Poster['post']>) => Promise<Omit<Posted, 'repeated'>> = (
    url,
    headers,
    body,
    signal,
  ) =>
    new Promise((resolve, reject) => {
      // Names are looked up; an address in the URL itself is not.
      const host = url.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && mayReach?.(host) === false) throw new Unreachable(host);
      const secured = url.protocol === 'https:';
      const settings = { method: 'POST', headers, signal, agent: secured ? secure : plain };
      const request = (secured ? requestHttps : requestHttp)(url, settings);
      let timer: NodeJS.Timeout | undefined;
      request.on('socket', () => {
        timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeout} ms`)), timeout);
      });
      request.on('close', () => clearTimeout(timer));
      request.on('error', (error) => reject(Object.assign(error, { reused: request.reusedSocket })));
      // Nobody has asked for another protocol; unheard, this would be neither an answer nor an error.
      request.on('upgrade', ({ statusCode: status = 0, headers: answered }, socket) => {
        socket.destroy();
        resolve({ status, headers: answered, body: new Uint8Array() });
      });
      request.on('response', (response) => {
        readAnswer(response, largest, cut).then(resolve, (error) => {
          request.destroy();
          reject(error);
        });
      });
      request.end(body);
    });

  return {
    async post(...asked) {
      for (let repeated = false; ; repeated = true) {
        try {
          return { ...(await once(...asked)), repeated };
        } catch (error) {
          const [, , , signal] = asked;
          // A kept connection may end just when it is used again.
          if (repeated || signal?.aborted || !wasStale(error)) throw error;
        }
      }
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

function readAnswer(
  response: IncomingMessage,
  largest: number,
  cut: boolean,
): Promise<Omit<Posted, 'repeated'>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const finish = () => {
      const { statusCode: status = 0, headers } = response;
      resolve({ status, headers, body: Buffer.concat(chunks).subarray(0, largest) });
    };
    response.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      if (length <= largest || cut) chunks.push(chunk);
      if (length <= largest) return;
      if (cut) {
        finish();
        response.destroy();
      } else reject(new Error(`the answer is larger than ${largest} bytes`));
    });
    response.on('error', reject);
    response.on('end', finish);
  });
}

/** An address that may not be connected to. */
class Unreachable extends Error {
  constructor(host: string) {
    super(`${host} is not an address that may be connected to`);
  }
}

/** Looks names up, and leaves out what may not be connected to: what is connected to is what was judged. */
function guarded(mayReach: (host: string) => boolean): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        done(error, '', 0);
        return;
      }
      const reachable = found.filter(({ address }) => mayReach(address));
      const [first] = reachable;
      if (first === undefined)
        done(new Unreachable(`${name} (${found.map(({ address }) => address).join(', ')})`), '', 0);
      else if (options.all) done(null, reachable);
      else done(null, first.address, first.family);
    });
  };
}

function wasStale(error: unknown): boolean {
  if (!(error instanceof Error) || !('reused' in error) || error.reused !== true) return false;
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** What went wrong, as one phrase. Node's error for a name with several addresses has no text of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
