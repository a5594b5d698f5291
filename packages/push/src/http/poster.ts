import {
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

export interface PosterOptions {
  /** Requests to one host at the same time; further ones wait. */
  readonly connections: number;
  /** Whether connections stay for the next requests; not where hosts are many. */
  readonly keepAlive: boolean;
  /** Milliseconds that a request may take from when it has a connection until its answer is there. */
  readonly timeout: number;
  /** Bytes of an answer. */
  readonly largest: number;
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
  const { connections, keepAlive, timeout, largest, authorities } = options;
  const pool = { keepAlive, maxSockets: connections, maxFreeSockets: connections };
  const plain = new HttpAgent(pool);
  const secure = new HttpsAgent({ ...pool, ...(authorities === undefined ? {} : { ca: authorities }) });

  const once: (...asked: Parameters<Poster['post']>) => Promise<Omit<Posted, 'repeated'>> = (
    url,
    headers,
    body,
    signal,
  ) =>
    new Promise((resolve, reject) => {
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
        readAnswer(response, largest).then(resolve, (error) => {
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

function readAnswer(response: IncomingMessage, largest: number): Promise<Omit<Posted, 'repeated'>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    response.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      if (length > largest) reject(new Error(`the answer is larger than ${largest} bytes`));
      else chunks.push(chunk);
    });
    response.on('error', reject);
    response.on('end', () => {
      const { statusCode: status = 0, headers } = response;
      resolve({ status, headers, body: Buffer.concat(chunks) });
    });
  });
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
