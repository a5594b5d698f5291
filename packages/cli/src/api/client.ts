import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pointAt } from '../output/index.ts';
import { CommandError, Exit, explainSystemError, UsageError } from '../program/index.ts';
import type { Connection } from './connection.ts';
import { readEventStream } from './event-stream.ts';

/** Part of a list as the API gives it. */
interface Page<T> {
  readonly items: T[];
  /** What to give as `after` for the next part; null in the last. */
  readonly next: string | null;
}

/** Parameters of a query; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The REST API of a Grove server; paths are relative to `/api/v1`. */
export interface Api {
  /** Where the server is. */
  readonly server: string;
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  delete(path: string): Promise<void>;
  /** Sends bytes as they come, with a media type where one is known. */
  upload<T>(path: string, query: Query, bytes: Readable, type: string | undefined): Promise<T>;
  /** Bytes as they come. */
  download(path: string, query?: Query): Promise<Readable>;
  /**
   * What a path says by server-sent events, for ever; after an interruption it goes on where it was.
   *
   * It ends only by the signal.
   */
  follow<T>(path: string, query: Query, options: FollowOptions): AsyncGenerator<T>;
  /**
   * The beginning of a list, read page by page.
   *
   * @param limit how many items at most; 0 for all
   */
  list<T>(path: string, query: Query, limit: number): Promise<{ items: T[]; more: boolean }>;
}

/** How a stream is followed. */
export interface FollowOptions {
  /** Id of what was seen last; undefined = from now on. */
  readonly after: string | undefined;
  /** Told why the stream was interrupted, after which it is tried again. */
  readonly onLost: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
}

/** Items that one request asks for at most. */
const PAGE = 500;

/** Milliseconds before a stream is asked for again, unless the server says otherwise. */
const RETRY = 2000;

/** What is wrong with one field of a request, as a problem document says it. */
export interface ApiProblem {
  /** Path of the field, `steps/0/uri`. */
  readonly field: string;
  readonly expected: string;
  readonly value?: unknown;
  /** Where in the value it is wrong, in UTF-16 code units. */
  readonly start?: number;
  readonly end?: number;
}

/** A request that the server refused; says what it said. */
export class ApiError extends CommandError {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The fields that it is about. */
  readonly problems: readonly ApiProblem[];

  constructor(status: number, message: string, problems: readonly ApiProblem[] = []) {
    const below = problems.flatMap(({ value, start, end }) =>
      typeof value === 'string' && start !== undefined ? pointAt(value, start, end ?? start) : [],
    );
    super(message, { exit: status === 400 ? Exit.usage : Exit.failed, below });
    this.status = status;
    this.problems = problems;
  }
}

/**
 * Reaches a server's REST API.
 *
 * All functions throw a CommandError when the server cannot be reached, and an ApiError when it refuses.
 */
export function createApi({ server, token, tokenOrigin }: Connection): Api {
  async function send(method: string, path: string, query: Query, init: RequestInit): Promise<Response> {
    const url = new URL(`${server}/api/v1/${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    return fetch(url, { ...init, method, headers });
  }

  /** @throws {CommandError} for what went wrong between here and the server */
  async function reached<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted) throw error;
      const reason = explainSystemError(error) ?? messageOf(error);
      throw new CommandError(
        `no Grove server at ${server} (${reason}); "grove serve" starts one, --server names another`,
        {
          cause: error,
        },
      );
    }
  }

  /** What a JSON answer says. @throws {ApiError} when it says that something is wrong */
  function valueIn(path: string, { status, ok }: Response, text: string): unknown {
    if (status === 401) throw new ApiError(401, unauthorized());
    const value = parse(text);
    if (!ok) throw new ApiError(status, problemText(status, value, server), problemsIn(value));
    if (text !== '' && value === undefined) {
      throw new CommandError(
        `what answers at ${server} is no Grove server: expected JSON at /api/v1/${path}`,
      );
    }
    return value;
  }

  async function call(method: string, path: string, query: Query, body?: unknown, signal?: AbortSignal) {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const { response, text } = await reached(async () => {
      const response = await send(method, path, query, {
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal ?? null,
      });
      return { response, text: await response.text() };
    }, signal);
    return valueIn(path, response, text);
  }

  function unauthorized(): string {
    return token === undefined
      ? `${server} wants a token: give it as GROVE_TOKEN, or name the server's data folder with --data (${tokenOrigin})`
      : `${server} does not accept the token from ${tokenOrigin}`;
  }

  const api: Api = {
    server,
    get: async <T>(path: string, query: Query = {}, signal?: AbortSignal) =>
      (await call('GET', path, query, undefined, signal)) as T,
    post: async <T>(path: string, body?: unknown) => (await call('POST', path, {}, body)) as T,
    patch: async <T>(path: string, body: unknown) => (await call('PATCH', path, {}, body)) as T,
    put: async <T>(path: string, body: unknown) => (await call('PUT', path, {}, body)) as T,
    delete: async (path) => {
      await call('DELETE', path, {});
    },
    async upload<T>(path: string, query: Query, bytes: Readable, type: string | undefined) {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      const { response, text } = await reached(async () => {
        const response = await send('POST', path, query, { headers, body: bytes, duplex: 'half' });
        return { response, text: await response.text() };
      });
      return valueIn(path, response, text) as T;
    },
    async download(path, query = {}) {
      const response = await reached(() => send('GET', path, query, {}));
      if (response.ok && response.body !== null) return Readable.fromWeb(response.body);
      valueIn(path, response, await reached(() => response.text()));
      return Readable.from([]);
    },
    async *follow<T>(path: string, query: Query, { after, onLost, signal }: FollowOptions) {
      let seen = after;
      let pause = RETRY;
      for (let isFirst = true; !signal?.aborted; isFirst = false) {
        try {
          const headers = {
            accept: 'text/event-stream',
            ...(seen === undefined ? {} : { 'last-event-id': seen }),
          };
          const init = { headers, signal: signal ?? null };
          const response = await reached(() => send('GET', path, query, init), signal);
          if (!response.ok || response.body === null) {
            valueIn(path, response, await reached(() => response.text()));
            throw new CommandError(`${server} answers without a stream`);
          }
          for await (const { id, data, retry } of readEventStream(response.body)) {
            pause = retry ?? pause;
            if (data !== undefined) yield JSON.parse(data) as T;
            seen = id ?? seen;
          }
        } catch (error) {
          if (signal?.aborted) return;
          // What is refused is refused again, but where the server only has too much to do.
          const isRefused = error instanceof ApiError && error.status < 500;
          if (isFirst || isRefused) throw error;
          onLost(error);
        }
        await sleep(pause, undefined, signal === undefined ? {} : { signal }).catch(() => {});
      }
    },
    async list<T>(path: string, query: Query, limit: number) {
      const items: T[] = [];
      let after: string | undefined;
      for (;;) {
        const wanted = limit === 0 ? PAGE : Math.min(PAGE, limit - items.length);
        const page = await api.get<Page<T>>(path, { ...query, limit: wanted, after });
        items.push(...page.items);
        if (page.next === null) return { items, more: false };
        if (limit !== 0 && items.length >= limit) return { items, more: true };
        after = page.next;
      }
    },
  };
  return api;
}

/** One part of a path, whatever it holds. */
export function segment(text: string | number): string {
  if (text === '.' || text === '..')
    throw new UsageError(`${JSON.stringify(text)} names nothing on a server`);
  return encodeURIComponent(text);
}

/** What fetch says; where it says only that it failed, what is behind it. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a problem document (RFC 9457) says. */
function problemText(status: number, value: unknown, server: string): string {
  if (typeof value !== 'object' || value === null) return `${server} answered HTTP ${status}`;
  const { title, detail } = value as { title?: unknown; detail?: unknown };
  const text = typeof detail === 'string' ? detail : typeof title === 'string' ? title : undefined;
  return text ?? `${server} answered HTTP ${status}`;
}

function problemsIn(value: unknown): ApiProblem[] {
  const { errors } = (value ?? {}) as { errors?: unknown };
  if (!Array.isArray(errors)) return [];
  return errors.filter(
    (each): each is ApiProblem => typeof each?.field === 'string' && typeof each?.expected === 'string',
  );
}
