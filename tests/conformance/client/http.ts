/** Any client that calls over HTTP as the client under test: the scripted server listens, the client is told where. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DM_MEDIA_TYPES, type Encoding, encodingOf, MAC_HEADER } from '@grove/protocol';
import { Failure, NotApplicable } from '../framework/index.ts';
import type { Answer, Client, ClientSource, DmAccount, Fixture, Line, Opening, Sent } from './subject.ts';

export interface HttpClientOptions {
  /** What the client is called in reports. */
  readonly name: string;
  /** Where to listen: a host and a port, 0 = any free one. */
  readonly host: string;
  readonly port: number;
  readonly encoding: Encoding;
  /** The account that the client has, with the nonces that it begins with. `address` is what its messages name. */
  readonly account: DmAccount;
  readonly fixture: Fixture;
  /** Milliseconds without a message after which the client has nothing more to send. */
  readonly silence: number;
  /** Milliseconds to wait for a session to begin. */
  readonly wait: number;
  /** Has the client begin a session, and ends when that is over; absent = it calls by itself. */
  readonly call?: (signal: AbortSignal) => Promise<unknown>;
}

/** Bytes of a message that are read. */
const MAX_MESSAGE = 16 * 1024 * 1024;

/** @returns the source, once it listens; `url` is where the client is to call. */
export async function httpClient(
  options: HttpClientOptions,
): Promise<ClientSource & { readonly url: string }> {
  const inbox = new Inbox();
  const server = createServer((request, response) => {
    receive(request, response, inbox).catch(() => response.destroy());
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    name: options.name,
    url: urlOf(server, options.host),
    encodings: [options.encoding],
    patience: options.wait + 60 * options.silence,
    take: async () => new HttpClient(options, inbox),
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/dm`;
}

/** A message that has come, and the way to answer it. */
interface Arrived {
  readonly sent: Sent;
  answer(answer: Answer): void;
  /** Tells the client that nobody answers. */
  refuse(): void;
}

/** Where messages wait for a case to take them. */
class Inbox {
  #waiting: ((arrived: Arrived) => void) | undefined;

  put(arrived: Arrived): void {
    if (this.#waiting === undefined) arrived.refuse();
    else this.#waiting(arrived);
  }

  /** The next message; undefined when none comes before the signal. */
  take(signal: AbortSignal): Promise<Arrived | undefined> {
    return new Promise((resolve) => {
      const settle = (arrived: Arrived | undefined): void => {
        this.#waiting = undefined;
        resolve(arrived);
      };
      if (signal.aborted) settle(undefined);
      else {
        this.#waiting = settle;
        signal.addEventListener('abort', () => settle(undefined), { once: true });
      }
    });
  }
}

async function receive(request: IncomingMessage, response: ServerResponse, inbox: Inbox): Promise<void> {
  const encoding = encodingOf(request.headers['content-type'] ?? '');
  if (request.method !== 'POST' || encoding === undefined) {
    response.writeHead(request.method === 'POST' ? 415 : 405).end();
    return;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_MESSAGE) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    chunks.push(chunk);
  }
  const mac = request.headers[MAC_HEADER];
  inbox.put({
    sent: {
      uri: `http://${request.headers.host ?? ''}${request.url ?? ''}`,
      encoding,
      body: new Uint8Array(Buffer.concat(chunks)),
      mac: typeof mac === 'string' ? mac : undefined,
      http: { method: request.method, headers: fieldsOf(request) },
    },
    answer({ body, encoding: ofAnswer, mac: ofServer }) {
      response.writeHead(200, {
        'content-type': DM_MEDIA_TYPES[ofAnswer],
        'content-length': body.length,
        'cache-control': 'no-store',
        ...(ofServer === undefined ? {} : { [MAC_HEADER]: ofServer }),
      });
      response.end(body);
    },
    refuse: () => response.writeHead(410).end(),
  });
}

function fieldsOf({ headersDistinct }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(', ')]),
  );
}

class HttpClient implements Client {
  readonly fixture: Fixture;
  readonly #options: HttpClientOptions;
  readonly #inbox: Inbox;
  readonly #over = new AbortController();
  /** The message that the client has no answer to yet. */
  #pending: Arrived | undefined;
  /** Settles when the client's session is over; undefined where nobody can tell. */
  #session: Promise<unknown> | undefined;

  constructor(options: HttpClientOptions, inbox: Inbox) {
    this.fixture = options.fixture;
    this.#options = options;
    this.#inbox = inbox;
  }

  account(): DmAccount {
    return this.#options.account;
  }

  async notify(): Promise<never> {
    throw new NotApplicable('over HTTP the client is handed no notifications');
  }

  async begin(opening: Opening): Promise<Line> {
    this.#check(opening);
    const { wait, call } = this.#options;
    const late = AbortSignal.timeout(wait);
    const called = new AbortController();
    this.#session = call?.(this.#over.signal).then(
      () => called.abort(),
      () => called.abort(),
    );
    const first = await this.#inbox.take(AbortSignal.any([late, called.signal]));
    if (first === undefined) throw new Failure(`the client has begun no session within ${wait} ms`);
    this.#pending = first;
    return {
      first: first.sent,
      exchange: async (answer) => {
        this.#pending?.answer(answer);
        this.#pending = await this.#next(called.signal);
        return this.#pending?.sent;
      },
    };
  }

  /** The client's next message: none when its session is over or it has been silent for long enough. */
  #next(called: AbortSignal): Promise<Arrived | undefined> {
    const silent = AbortSignal.timeout(this.#options.silence);
    return this.#inbox.take(AbortSignal.any([silent, called]));
  }

  async close(): Promise<void> {
    this.#pending?.refuse();
    this.#over.abort();
    if (this.#session === undefined && this.#pending === undefined) return;
    // A client that is still at it is to notice before the next case begins.
    const noticed = new AbortController();
    const { signal } = noticed;
    await Promise.race([
      this.#session ?? new Promise(() => {}),
      sleep(this.#options.silence, undefined, { signal }),
    ]);
    noticed.abort();
  }

  #check({ client, server, withoutNonce, reason, sessionID, user, other, report }: Opening): void {
    const { account } = this.#options;
    const lacks = (what: string): NotApplicable => new NotApplicable(`over HTTP the client ${what}`);
    if (client !== undefined && client !== account.client.scheme) {
      throw lacks(`proves itself by ${account.client.scheme}, not by ${client}`);
    }
    if (server !== undefined && server !== account.server.scheme) {
      throw lacks(`wants the server to prove itself by ${account.server.scheme}, not by ${server}`);
    }
    if (withoutNonce) throw lacks('has a nonce');
    if (reason === 1200 || sessionID !== undefined) throw lacks('is not asked for sessions');
    if (user !== undefined) throw lacks('has no user who does as a case says');
    if (other !== undefined) throw lacks('calls by one account');
    if (report !== undefined) throw lacks('cannot be made to report anything');
  }
}
