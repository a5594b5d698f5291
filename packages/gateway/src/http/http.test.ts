import { answerChecker, type Description } from '@grove/api';
import { pushInitiator } from '@grove/push';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Gateway, openGateway } from '../index.ts';
import { kindOf, Network } from '../network.testing.ts';

const TOKEN = 'a-token-of-sixteen-characters-or-more';

let network: Network;
let gateway: Gateway;
let url: string;
beforeEach(async () => {
  network = new Network();
  gateway = await openGateway({
    db: 'sqlite::memory:',
    kinds: [kindOf({ sms: network })],
    times: { poll: 20, close: 50 },
    config: {
      listen: { port: 0 },
      papPaths: ['/pap', '/wappush'],
      api: { token: TOKEN },
      clients: [{ name: 'pi', password: 'secret' }],
      bearers: [{ kind: 'test', name: 'sms' }],
      directory: { alice: { addresses: ['+15550100'] } },
    },
  });
  ({ url } = await gateway.listen());
});
afterEach(() => gateway.close());

const push = (path: string, password: string, pushId = 'a') => {
  const pi = pushInitiator({ url: `${url}${path}`, credentials: { user: 'pi', password } });
  const content = { contentType: 'text/plain', headers: [], body: new Uint8Array([1, 2, 3]) };
  return pi
    .submit({ pushId, addresses: [{ kind: 'plmn', number: '+15550100' }], content })
    .finally(() => pi.close());
};

describe('PAP over HTTP', () => {
  it('is spoken at the paths that are configured, with the clients that are', async () => {
    expect(await push('/pap', 'secret', 'a')).toMatchObject({ kind: 'accepted' });
    expect(await push('/wappush', 'secret', 'b')).toMatchObject({ kind: 'accepted' });
    expect(await push('/pap', 'wrong', 'c')).toMatchObject({ kind: 'refused', code: 2001 });
    expect(await push('/', 'secret', 'd')).not.toMatchObject({ kind: 'accepted' });
    await vi.waitFor(() => expect(network.sent).toHaveLength(2), { timeout: 5_000, interval: 5 });
    expect([...(network.sent[0]?.content.body ?? [])]).toEqual([1, 2, 3]);
  });
});

describe('the API', () => {
  let problemsOf: ReturnType<typeof answerChecker>;
  beforeEach(async () => {
    const answer = await fetch(`${url}/api/v1/openapi.json`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    problemsOf = answerChecker((await answer.json()) as Description);
  });

  async function call(method: string, path: string, body?: unknown, token = TOKEN) {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const parsed: unknown = text === '' ? undefined : JSON.parse(text);
    expect(problemsOf({ method, path: `/api/v1${path}`, status: answer.status, body: parsed })).toEqual([]);
    return { status: answer.status, body: parsed };
  }

  it('shows pushes with their life, by page and filter', async () => {
    for (const id of ['a', 'b', 'c']) await push('/pap', 'secret', id);
    await vi.waitFor(
      async () => {
        const { body } = await call('GET', '/gateway/pushes?state=delivered');
        expect(body).toMatchObject({ items: [{ pushId: 'c' }, { pushId: 'b' }, { pushId: 'a' }] });
      },
      { timeout: 5_000, interval: 20 },
    );
    const { body } = await call('GET', '/gateway/pushes?limit=2&bearer=sms&client=pi&address=%2B15550100');
    expect(body).toMatchObject({ items: [{ pushId: 'c' }, { pushId: 'b' }], next: expect.any(String) });
    const { next, items } = body as { next: string; items: { id: number }[] };
    const rest = await call('GET', `/gateway/pushes?limit=2&after=${next}`);
    expect(rest.body).toMatchObject({ items: [{ pushId: 'a' }], next: null });
    expect((await call('GET', '/gateway/pushes?pushId=b')).body).toMatchObject({ items: [{ pushId: 'b' }] });
    expect((await call('GET', '/gateway/pushes?address=nobody')).body).toMatchObject({ items: [] });
    expect((await call('GET', '/gateway/pushes?address=%2B1x')).status).toBe(400);
    const shown = await call('GET', `/gateway/pushes/${items[0]?.id}`);
    expect(shown.body).toMatchObject({
      client: 'pi',
      pushId: 'c',
      address: '+15550100',
      size: 3,
      state: 'delivered',
      events: [{ kind: 'queued' }, { kind: 'delivered' }],
    });
    expect((await call('GET', '/gateway/pushes/99')).status).toBe(404);
  });

  it('cancels', async () => {
    network.state = 'down';
    await push('/pap', 'secret', 'a');
    const { body } = await call('GET', '/gateway/pushes');
    const [first] = (body as { items: { id: number }[] }).items;
    const cancelled = await call('POST', `/gateway/pushes/${first?.id}/cancel`);
    expect(cancelled).toMatchObject({
      status: 200,
      body: { state: 'cancelled', text: 'cancelled by an operator' },
    });
    expect((await call('POST', '/gateway/pushes/99/cancel')).status).toBe(404);
    network.state = 'up';
    await push('/pap', 'secret', 'b');
    await vi.waitFor(() => expect(network.sent).toHaveLength(1), { timeout: 5_000, interval: 5 });
    await vi.waitFor(async () => {
      expect((await call('GET', '/gateway/pushes?state=delivered')).body).toMatchObject({ items: [{}] });
    });
    expect((await call('POST', `/gateway/pushes/${(first?.id ?? 0) + 1}/cancel`)).status).toBe(409);
  });

  it('shows bearers, and how they are', async () => {
    network.state = 'down';
    await push('/pap', 'secret', 'a');
    expect((await call('GET', '/gateway/bearers')).body).toEqual({
      items: [
        {
          name: 'sms',
          kind: 'test',
          state: 'down',
          text: 'it is down',
          window: 50,
          inFlight: 0,
          queued: 1,
          accepted: 0,
          counters: { attempts: 0, accepted: 0, delivered: 0, retried: 0, failed: 0 },
        },
      ],
    });
  });

  it('keeps a directory', async () => {
    expect((await call('GET', '/gateway/users')).body).toMatchObject({
      items: [{ name: 'alice' }],
      next: null,
    });
    const bob = {
      addresses: ['sip:bob@example.com', '+15550101'],
      bearers: ['sms'],
      accepts: ['text/plain'],
    };
    expect(await call('PUT', '/gateway/users/bob', bob)).toMatchObject({
      status: 200,
      body: { name: 'bob', ...bob },
    });
    expect((await call('GET', '/gateway/users/bob')).body).toMatchObject(bob);
    const wrong = await call('PUT', '/gateway/users/bob', { addresses: ['+15550101', 'nowhere'] });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'addresses/1' }] } });
    const unknown = await call('PUT', '/gateway/users/bob', { ...bob, bearers: ['sms', 'pigeon'] });
    expect(unknown).toMatchObject({ status: 400, body: { errors: [{ field: 'bearers/1' }] } });
    expect((await call('DELETE', '/gateway/users/bob')).status).toBe(204);
    expect((await call('DELETE', '/gateway/users/bob')).status).toBe(404);
    expect((await call('GET', '/gateway/users/bob')).status).toBe(404);
  });

  it('wants its token', async () => {
    for (const path of ['/gateway/pushes', '/gateway/bearers', '/gateway/users']) {
      expect((await call('GET', path, undefined, 'another-token')).status).toBe(401);
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});
