import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createToken } from '../../secrets/index.ts';
import { type Client, openClient } from './client.testing.ts';

const HOUR = 60 * 60_000;

/** Requests that have their effect once, on whatever database. */
export function idempotencySuite(url: () => Promise<string>): void {
  let client: Client;
  beforeAll(async () => {
    client = await openClient(await url());
  });
  afterAll(() => client.close());
  beforeEach(() => client.store.transaction((db) => db.deleteFrom('subscribers').execute()));

  const post = async (key: string, payload: object, token = client.token, path = '/subscribers') => {
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': key };
    const answer = await client.api.inject({ method: 'POST', url: `/api/v1${path}`, headers, payload });
    return {
      status: answer.statusCode,
      location: answer.headers.location,
      isReplayed: answer.headers['idempotency-replayed'] === 'true',
      body: answer.json<{ id: number; detail?: string; token?: string }>(),
    };
  };
  const count = async () =>
    (await client.store.reader.selectFrom('subscribers').select('id').execute()).length;

  it('does what is asked twice once, and answers the same', async () => {
    const first = await post('"a-1"', { msisdns: ['+441632960001'] });
    expect(first).toMatchObject({ status: 201, isReplayed: false });
    expect(first.location).toBe(`/api/v1/subscribers/${first.body.id}`);
    client.clock.now += 23 * HOUR;
    expect(await post('a-1', { msisdns: ['+441632960001'] })).toEqual({ ...first, isReplayed: true });
    expect(await count()).toBe(1);
    client.clock.now += 2 * HOUR;
    const later = await post('"a-1"', { msisdns: ['+441632960001'] });
    expect(later).toMatchObject({ status: 201, isReplayed: false });
    expect(later.body.id).not.toBe(first.body.id);
  });

  it('does not take a key for another request, but does from another caller', async () => {
    expect((await post('b', { name: 'x' })).status).toBe(201);
    expect((await post('b', { name: 'y' })).status).toBe(422);
    expect((await post('b', { name: 'x' }, client.token, '/tokens')).status).toBe(422);
    const { token } = await client.store.transaction((db) => createToken(db, 'other', client.clock.now));
    expect((await post('b', { name: 'y' }, token)).status).toBe(201);
  });

  it('keeps nothing of what was refused', async () => {
    expect((await post('c', { name: 'x' })).status).toBe(201);
    expect((await post('d', { name: 'x' })).status).toBe(409);
    await client.call('DELETE', '/subscribers/x');
    expect((await post('d', { name: 'x' })).status).toBe(201);
  });

  it('has of many at the same time one that has the effect', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('e', { name: 'x' })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    expect(await count()).toBe(1);
    expect(await post('e', { name: 'x' })).toEqual({ ...made[0], isReplayed: true });
  });

  it('gives what is shown once again, and does not keep it readable', async () => {
    const made = await post('f', { name: 'other' }, client.token, '/tokens');
    const again = await post('f', { name: 'other' }, client.token, '/tokens');
    expect(again.body.token).toBe(made.body.token);
    const rows = await client.store.reader.selectFrom('kept_answers').select('body').execute();
    expect(JSON.stringify(rows)).not.toContain(made.body.token);
  });

  it('makes a campaign once, which begins once it is there', async () => {
    const device = { devId: 'IMEI:1', account: { client: { auth: 'none' } } };
    expect((await post('campaign-device', device, client.token, '/devices')).status).toBe(201);
    const campaign = {
      name: 'once',
      steps: [{ kind: 'get', uri: './DevDetail/SwV' }],
      target: { all: true },
    };
    const first = await post('campaign', campaign, client.token, '/campaigns');
    expect(first.status, JSON.stringify(first.body)).toBe(201);
    const again = await post('campaign', campaign, client.token, '/campaigns');
    expect(again).toEqual({ ...first, isReplayed: true });
    const { body } = await client.call<{ items: { state: string }[] }>('GET', '/campaigns');
    expect(body.items.map(({ state }) => state)).toEqual(['running']);
  });

  it.each([
    ['', '/subscribers'],
    ['two words', '/subscribers'],
    ['x'.repeat(256), '/subscribers'],
    ['g', '/apply'],
    ['g', '/profiles/x/dry-run'],
    ['g', '/contents'],
    ['g', '/gateway/pushes/1/cancel'],
  ])('refuses the key %j for %s', async (key, path) => {
    expect([400, 404]).toContain((await post(key, { name: 'z' }, client.token, path)).status);
    expect(await count()).toBe(0);
  });
}
