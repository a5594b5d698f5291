/** For tests: the API without a socket, each of whose answers is held against its description. */
import { randomBytes } from 'node:crypto';
import type { Api } from '@grove/api';
import Schema from 'typebox/schema';
import { expect } from 'vitest';
import { DEFAULT_LOCKOUT } from '../../devices/index.ts';
import { EventFeed, tellingOfEvents } from '../../events/index.ts';
import { createToken, keyringOf } from '../../secrets/index.ts';
import { openStore, type Store } from '../../store/index.ts';
import { TaskHub } from '../../tasks/index.ts';
import { createApi } from './index.ts';

/** A part of the API description. */
export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}
export interface Description {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

export interface Answer<T> {
  status: number;
  headers: Record<string, unknown>;
  body: T;
}

/** What a test talks to. */
export interface Client {
  api: Api;
  store: Store;
  hub: TaskHub;
  token: string;
  description: Description;
  /** Milliseconds since the epoch, which stand still unless a test changes them. */
  clock: { now: number };
  /** Calls the API and checks that the answer is one that the description has. */
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
  close(): Promise<void>;
}

export async function openClient(url: string): Promise<Client> {
  let onEvents = () => {};
  const store = tellingOfEvents(await openStore({ url }), () => onEvents());
  const feed = new EventFeed({
    store,
    limit: 2,
    heartbeat: 50,
    onError: (error) => {
      throw error;
    },
  });
  onEvents = () => feed.wake();
  const clock = { now: Date.UTC(2026, 0, 1) };
  const hub = new TaskHub();
  const closing = new AbortController();
  const api = await createApi({
    store,
    hub,
    feed,
    closing: closing.signal,
    seal: keyringOf([randomBytes(32)]).seal,
    random: randomBytes,
    now: () => clock.now,
    dmUrl: (host) => `http://${host}/dm`,
    lockout: DEFAULT_LOCKOUT,
    version: '1.2.3',
    bodyLimit: 1024 * 1024,
    contentLimit: 4 * 1024 * 1024,
  });
  const { token } = await store.transaction((db) => createToken(db, 'test', clock.now));
  const authorization = `Bearer ${token}`;
  const description = (
    await api.inject({ url: '/api/v1/openapi.json', headers: { authorization } })
  ).json<Description>();
  const paths = Object.entries(description.paths).map(([path, operations]) => ({
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
    operations,
  }));

  return {
    api,
    store,
    hub,
    token,
    clock,
    description,
    async call<T>(method: string, path: string, body?: unknown) {
      const answer = await api.inject({
        method: method as 'GET',
        url: `/api/v1${path}`,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      });
      const [pathname = ''] = `/api/v1${path}`.split('?');
      // A path in words goes before one with a parameter.
      const operation = paths
        .filter(({ pattern }) => pattern.test(pathname))
        .map(({ operations }) => operations[method.toLowerCase()])
        .findLast((found) => found !== undefined);
      const parsed = (answer.body === '' ? undefined : JSON.parse(answer.body)) as T;
      if (operation !== undefined) checkAnswer(description, operation, answer.statusCode, parsed);
      return { status: answer.statusCode, headers: answer.headers, body: parsed };
    },
    async close() {
      closing.abort();
      await api.close();
      await store.close();
    },
  };
}

const validators = new WeakMap<object, { Errors(value: unknown): [boolean, object[]] }>();

function checkAnswer(description: Description, operation: Operation, status: number, body: unknown): void {
  const { operationId, responses } = operation;
  const response = responses[status];
  if (response === undefined) throw new Error(`${operationId} answers ${status}, which it does not describe`);
  const [content] = Object.values(response.content ?? {});
  if (content === undefined) {
    expect(body, `body of ${operationId} ${status}`).toBeUndefined();
    return;
  }
  let validator = validators.get(content.schema);
  if (validator === undefined) {
    validator = Schema.Compile({ components: description.components, ...content.schema });
    validators.set(content.schema, validator);
  }
  expect(validator.Errors(body)[1], `answer of ${operationId} with ${status}`).toEqual([]);
}
