import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressSuite } from './addresses.testing.ts';
import { applySuite } from './apply.testing.ts';
import { careSuite } from './care.testing.ts';
import { type Client, openClient } from './client.testing.ts';
import { instanceSuite } from './devices/instances.testing.ts';
import { eventSuite } from './events.testing.ts';
import { groupSuite } from './groups.testing.ts';
import { idempotencySuite } from './idempotency.testing.ts';
import { importApiSuite } from './imports.testing.ts';
import { notificationSuite } from './notifications.testing.ts';
import { profilesSuite } from './profiles.testing.ts';
import { reasonSuite } from './reasons.testing.ts';
import { ruleSuite } from './rules.testing.ts';
import { subscriberSuite } from './subscribers.testing.ts';
import { apiSuite } from './suite.testing.ts';
import { triggerSuite } from './triggers.testing.ts';
import { webhookApiSuite } from './webhooks/webhooks.testing.ts';

describe('applying files, on SQLite', () => {
  applySuite(async () => 'sqlite::memory:');
});
describe('profiles, on SQLite', () => {
  profilesSuite(async () => 'sqlite::memory:');
});

describe('the API on SQLite', () => {
  apiSuite(async () => 'sqlite::memory:');
});

describe('addresses of devices on SQLite', () => {
  addressSuite(async () => 'sqlite::memory:');
});

describe('expressions and groups on SQLite', () => {
  groupSuite(async () => 'sqlite::memory:');
});

describe('events on SQLite', () => {
  eventSuite(async () => 'sqlite::memory:');
});

describe('instances of devices on SQLite', () => {
  instanceSuite(async () => 'sqlite::memory:');
});

describe('subscribers on SQLite', () => {
  subscriberSuite(async () => 'sqlite::memory:');
});

describe('requests with a key on SQLite', () => {
  idempotencySuite(async () => 'sqlite::memory:');
});

describe('customer care on SQLite', () => {
  careSuite(async () => 'sqlite::memory:');
});

describe('webhooks on SQLite', () => {
  webhookApiSuite(async () => 'sqlite::memory:');
});

describe('triggers on SQLite', () => {
  triggerSuite(async () => 'sqlite::memory:');
});

describe('rules on SQLite', () => {
  ruleSuite(async () => 'sqlite::memory:');
});

describe('reasons on SQLite', () => {
  reasonSuite(async () => 'sqlite::memory:');
});

describe('notifications on SQLite', () => {
  notificationSuite(async () => 'sqlite::memory:');
});

describe('the API', () => {
  let client: Client;
  beforeAll(async () => {
    client = await openClient('sqlite::memory:');
    await client.call('POST', '/devices', { devId: 'IMEI:1', account: { client: { auth: 'none' } } });
  });
  afterAll(() => client.close());

  it('wants a token for everything below /api, also for what is not there', async () => {
    for (const url of [
      '/api/v1/devices',
      '/api/v1/openapi.json',
      '/api/v1/nothing',
      '/api/v1/devices?limit=x',
    ]) {
      for (const authorization of [undefined, 'Bearer wrong', `Basic ${client.token}`, 'Bearer']) {
        const answer = await client.api.inject({
          url,
          headers: authorization === undefined ? {} : { authorization },
        });
        expect(answer.statusCode).toBe(401);
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
        expect(answer.headers['content-type']).toBe('application/problem+json');
      }
    }
    expect((await client.api.inject('/healthz')).json()).toEqual({ status: 'ok', version: '1.2.3' });
    expect((await client.api.inject('/')).body).toContain('/api/v1/openapi.json');
  });

  interface ProblemBody {
    type: string;
    title: string;
    status: number;
    detail: string;
    errors?: { field: string; value?: unknown; expected: string }[];
  }
  const account = { client: { auth: 'none' } };
  const steps = [{ kind: 'get', uri: './A' }];
  const nodes = [{ path: 'A', value: '1' }];

  it.each<[string, string, unknown, string, RegExp]>([
    ['POST', '/devices', [], 'body', /an object/],
    ['POST', '/devices', {}, 'devId', /text of 1 to 256 characters/],
    ['POST', '/devices', { devId: ' x', account }, 'devId', /DevId/],
    ['POST', '/devices', { devId: 'x', account, more: 1 }, 'more', /only devId, account, addresses/],
    [
      'POST',
      '/devices',
      { devId: 'x', account: {} },
      'account/client',
      /auth is one of "none", "basic", "md5"/,
    ],
    [
      'POST',
      '/devices',
      { devId: 'x', account: { client: { auth: 'md4' } } },
      'account/client/auth',
      /"md5"/,
    ],
    [
      'POST',
      '/devices',
      { devId: 'x', account: { client: { auth: 'basic', user: 'a:b', password: 'p' } } },
      'account/client/user',
      /without a colon/i,
    ],
    [
      'POST',
      '/devices',
      { devId: 'x', account: { client: { auth: 'md5', user: 'a', password: 'p', nonce: '!' } } },
      'account/client/nonce',
      /base64/i,
    ],
    ['POST', '/devices/bulk', { devices: [] }, 'devices', /1 to 10000 items/],
    ['GET', '/devices?limit=0', undefined, 'limit', /1 to 500/],
    ['GET', '/devices?limit=', undefined, 'limit', /a whole number/],
    ['GET', '/devices?limit=1.5', undefined, 'limit', /a whole number/],
    ['GET', '/devices?limt=5', undefined, 'limt', /only limit, after, where, text, address/],
    ['GET', '/devices?after=x', undefined, 'after', /"next"/],
    ['GET', '/devices?text=x&after=bm9uZQ', undefined, 'after', /"next"/],
    ['GET', '/tasks/x', undefined, 'id', /a whole number/],
    ['GET', '/tasks/0', undefined, 'id', /a whole number/],
    ['GET', '/tasks/1?wait=61', undefined, 'wait', /0 to 60/],
    ['GET', '/tasks?state=done', undefined, 'state', /"pending"/],
    ['GET', '/devices/IMEI:1/nodes?under=/A', undefined, 'under', /URI of a node/],
    ['POST', '/devices/IMEI:1/tasks', { steps: [] }, 'steps', /1 to 1000 items/],
    ['POST', '/devices/IMEI:1/tasks', { steps: [{ kind: 'set' }] }, 'steps/0/kind', /"get", "add"/],
    ['POST', '/devices/IMEI:1/tasks', { steps: [{ kind: 'get' }] }, 'steps/0/uri', /DM URI/],
    ['POST', '/devices/IMEI:1/tasks', { steps: [{ kind: 'get', uri: './A//B' }] }, 'steps/0/uri', /empty/],
    [
      'POST',
      '/devices/IMEI:1/tasks',
      { steps: [...steps, { kind: 'delete', uri: './A?prop=ACL' }] },
      'steps/1/uri',
      /without "\?"/,
    ],
    [
      'POST',
      '/devices/IMEI:1/tasks',
      { steps: [{ kind: 'replace', uri: './A', value: 'x', format: 'int' }] },
      'steps/0/value',
      /whole number/,
    ],
    [
      'POST',
      '/devices/IMEI:1/tasks',
      { steps: [{ kind: 'replace', uri: './A', value: 'ä', format: 'bin' }] },
      'steps/0/value',
      /base64/,
    ],
    [
      'POST',
      '/devices/IMEI:1/tasks',
      { steps: [{ kind: 'converge', root: '.', nodes: [...nodes, { path: './A', value: '' }] }] },
      'steps/0/nodes/1/path',
      /node/,
    ],
    [
      'POST',
      '/profiles',
      { name: 'p', document: { root: './X', nodes: [...nodes, { path: 'A/B', value: '1' }] } },
      'document/nodes/1/path',
      /no node below A/,
    ],
    [
      'POST',
      '/profiles',
      { name: 'p', document: { root: './X', nodes: [...nodes, ...nodes] } },
      'document/nodes/1/path',
      /once/,
    ],
    [
      'POST',
      '/profiles',
      { name: 'p', document: { root: './MMS/X', object: 'urn:oma:mo:oma-mms:1.3', nodes } },
      'document/nodes/0/path',
      /below the instance there are AppID, .*Addr/,
    ],
    [
      'POST',
      '/profiles',
      {
        name: 'p',
        document: {
          root: './DMAcc/X',
          object: 'urn:oma:mo:oma-dm-dmacc:1.0',
          nodes: [{ path: 'AppAuth/1/AAuthData', value: 'no base64!', format: 'bin' }],
        },
      },
      'document/nodes/0/value',
      /base64/,
    ],
    [
      'POST',
      '/profiles',
      {
        name: 'p',
        document: {
          root: './DMAcc/X',
          object: 'urn:oma:mo:oma-dm-dmacc:1.1',
          nodes: [{ path: 'AppAuth/1', value: '' }],
        },
      },
      'document/nodes/0/path',
      /interior node/,
    ],
    [
      'POST',
      '/profiles',
      {
        name: 'p',
        document: {
          root: './DevInfo',
          object: 'urn:oma:mo:oma-dm-devinfo:1.0',
          nodes: [{ path: 'Man', value: 'x' }],
        },
      },
      'document/nodes/0/path',
      /may be replaced/,
    ],
    ['POST', '/profiles', { name: 'a/b', document: { root: './X', nodes } }, 'name', /slashes/],
    ['POST', '/campaigns', { name: 'c' }, 'profile', /text/],
    ['POST', '/campaigns', { name: 'c', steps: [{ kind: 'get', uri: '' }] }, 'steps/0/uri', /DM URI/],
    ['POST', '/campaigns', { name: 'c', steps, target: 'some' }, 'target', /object/],
    ['POST', '/campaigns', { name: 'c', steps, waves: [{}] }, 'waves/0', /one of percent, count/],
    ['POST', '/campaigns', { name: 'c', steps, timeZone: 'Mars' }, 'timeZone', /IANA/],
    ['GET', '/sessions?outcome=lost', undefined, 'outcome', /"completed"/],
  ])('answers %s %s %j with an error on %s', async (method, path, body, field, expected) => {
    const answer = await client.call<ProblemBody>(method, path, body);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body.type).toBe('/problems#invalid-input');
    const problem = answer.body.errors?.find((one) => one.field === field);
    expect(problem, JSON.stringify(answer.body)).toBeDefined();
    expect(problem?.expected).toMatch(expected);
    expect(answer.body.detail).toContain('expected');
  });

  it('repeats no password in an error', async () => {
    const password = 'p'.repeat(300);
    for (const client_ of [
      { auth: 'basic', user: 'u', password },
      { auth: 'basic', user: 'u', password: [password] },
      { auth: 'none', password },
      password,
    ]) {
      const { status, body } = await client.call('POST', '/devices', {
        devId: 'x',
        account: { client: client_ },
      });
      expect(status).toBe(400);
      expect(JSON.stringify(body)).not.toContain('ppp');
    }
  });

  it('takes no harm from a body that is nested deeply', async () => {
    const deep = `{"devId":${'['.repeat(400_000)}${']'.repeat(400_000)}}`;
    const answer = await client.api.inject({
      method: 'POST',
      url: '/api/v1/devices',
      headers: { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' },
      payload: deep,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json<ProblemBody>().errors).toMatchObject([{ field: 'account' }, { field: 'devId' }]);
  });

  it.each<[string, string, number]>([
    ['GET', '/devices/IMEI:none', 404],
    ['GET', '/devices/999', 404],
    ['GET', '/tasks/999', 404],
    ['GET', '/tasks?device=none', 404],
    ['POST', '/tasks/999/cancel', 404],
    ['GET', '/campaigns/999/outcomes', 404],
    ['GET', '/profiles/none', 404],
    ['DELETE', '/profiles/none', 404],
    ['GET', '/sessions/999/messages', 404],
    ['GET', '/nothing', 404],
    ['PATCH', '/devices', 405],
    ['DELETE', '/tasks/1', 405],
    ['POST', '/openapi.json', 405],
  ])('answers %s %s with %i', async (method, path, status) => {
    const answer = await client.call<ProblemBody>(method, path);
    expect(answer.status).toBe(status);
    expect(answer.body.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    if (status === 405) expect(answer.headers.allow).toMatch(/GET|POST/);
  });

  it('refuses bodies that are too large, of another type, or no JSON', async () => {
    const post = (payload: string, type: string, url = '/api/v1/devices') =>
      client.api.inject({
        method: 'POST',
        url,
        headers: { authorization: `Bearer ${client.token}`, 'content-type': type },
        payload,
      });
    const statuses = async (...answers: ReturnType<typeof post>[]) =>
      (await Promise.all(answers)).map((answer) => [answer.statusCode, answer.headers['content-type']]);
    const problem = (status: number) => [status, 'application/problem+json'];
    expect(
      await statuses(
        post(`"${'x'.repeat(1024 * 1024)}"`, 'application/json'),
        post('a=b', 'application/x-www-form-urlencoded'),
        post('x', 'text/plain'),
        post('{', 'application/json'),
        post('', 'application/json'),
        post('{"__proto__":1}', 'application/json'),
        post('{}', 'application/json', '/api/v1/devices/%zz/tasks'),
        post('{}', 'application/json', `/api/v1/devices/${'x'.repeat(5000)}/tasks`),
      ),
    ).toEqual([413, 415, 415, 400, 400, 400, 400, 414].map(problem));
  });

  it('says nothing about what went wrong inside', async () => {
    const broken = await openClient('sqlite::memory:');
    await broken.store.close();
    const answer = await broken.api.inject({
      url: '/api/v1/devices',
      headers: { authorization: `Bearer ${broken.token}` },
    });
    expect(answer.statusCode).toBeGreaterThanOrEqual(500);
    expect(answer.json<ProblemBody>().detail).not.toMatch(/sqlite|select|open/i);
    expect((await broken.api.inject('/healthz')).statusCode).toBeGreaterThanOrEqual(500);
    await broken.api.close();
  });
});

describe('imports through the API', () => {
  importApiSuite(async () => 'sqlite::memory:');
});
