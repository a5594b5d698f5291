/** For tests: the API without a socket, each of whose answers is held against its description. */
import { randomBytes } from 'node:crypto';
import { type Api, answerChecker, type Description } from '@grove/api';
import { joining } from '@grove/store';
import { expect } from 'vitest';
import { Campaigns } from '../../campaigns/index.ts';
import { DEFAULT_LOCKOUT } from '../../devices/index.ts';
import { EventFeed, tellingOfEvents } from '../../events/index.ts';
import { PolicyBook } from '../../policies/index.ts';
import { RuleRounds, Rules } from '../../rules/index.ts';
import { createToken, keyringOf } from '../../secrets/index.ts';
import { openStore, type Store } from '../../store/index.ts';
import { TaskHub } from '../../tasks/index.ts';
import type { WorkSources } from '../../work/index.ts';
import { workSources } from '../sources.ts';
import { createApi } from './index.ts';
import type { ApiMeans } from './means.ts';

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
  feed: EventFeed;
  work: WorkSources;
  campaigns: Campaigns;
  rules: Rules;
  rounds: RuleRounds;
  token: string;
  description: Description;
  /** Milliseconds since the epoch, which stand still unless a test changes them. */
  clock: { now: number };
  /** Calls the API and checks that the answer is one that the description has. */
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
  close(): Promise<void>;
}

/** @param options what a server would have that has more than its database */
export async function openClient(
  url: string,
  options: Partial<Pick<ApiMeans, 'notifying' | 'seal' | 'open'>> & { approveAbove?: number } = {},
): Promise<Client> {
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
  const keyring = keyringOf([randomBytes(32)]);
  const hub = new TaskHub();
  const policies = new PolicyBook(store, (error) => {
    throw error;
  });
  const closing = new AbortController();
  const requests = joining(store);
  const campaigns = new Campaigns({
    store,
    requests,
    now: () => clock.now,
    approval: { above: options.approveAbove },
    onChange: () => {},
    onError: (error) => {
      throw error;
    },
  });
  const onError = (error: unknown) => {
    throw error;
  };
  const rules = new Rules({ random: randomBytes, onError });
  const rounds = new RuleRounds({ store, rules, now: () => clock.now, onError });
  const api = await createApi({
    requests,
    store: requests.store,
    hub,
    campaigns,
    policies,
    feed,
    rules,
    sweep: () => rounds.wake(),
    closing: closing.signal,
    seal: keyring.seal,
    open: keyring.open,
    random: randomBytes,
    now: () => clock.now,
    dmUrl: (host) => `http://${host}/dm`,
    lockout: DEFAULT_LOCKOUT,
    webhooks: { policy: { networks: ['127.0.0.0/8'] }, wake: () => {} },
    version: '1.2.3',
    ...options,
    bodyLimit: 1024 * 1024,
    contentLimit: 4 * 1024 * 1024,
  });
  const { token } = await store.transaction((db) => createToken(db, 'test', clock.now));
  const authorization = `Bearer ${token}`;
  const description = (
    await api.inject({ url: '/api/v1/openapi.json', headers: { authorization } })
  ).json<Description>();
  const problemsOf = answerChecker(description);

  return {
    api,
    store,
    hub,
    feed,
    work: workSources(campaigns, policies),
    campaigns,
    rules,
    rounds,
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
      const parsed = (answer.body === '' ? undefined : JSON.parse(answer.body)) as T;
      const answered = { method, path: `/api/v1${path}`, status: answer.statusCode, body: parsed };
      expect(problemsOf(answered)).toEqual([]);
      return { status: answer.statusCode, headers: answer.headers, body: parsed };
    },
    async close() {
      closing.abort();
      await api.close();
      await rounds.stop();
      await store.close();
    },
  };
}
