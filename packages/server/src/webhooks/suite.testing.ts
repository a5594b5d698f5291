import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EVENT_NAMES, EventFeed, Follower, recordEvent } from '../events/index.ts';
import { keyringOf } from '../secrets/index.ts';
import { openStore, type Store } from '../store/index.ts';
import {
  changeWebhook,
  createWebhook,
  Deliverer,
  enableWebhook,
  listDeliveries,
  queueEvents,
  resend,
  rotateSecret,
  showDelivery,
  showWebhook,
} from './index.ts';

interface Taken {
  path: string;
  headers: Record<string, string>;
  body: string;
}

const HOUR = 60 * 60_000;
const LOCAL = { networks: ['127.0.0.0/8'] };

/** Webhooks with a receiver that is really there, on whatever database. */
export function webhookSuite(url: () => Promise<string>): void {
  let stores: Store[];
  let receiver: Server;
  let taken: Taken[];
  let answer: (request: Taken, response: ServerResponse) => void;
  let base: string;
  let now: number;
  const keyring = keyringOf([randomBytes(32)]);
  const means = { seal: keyring.seal, random: randomBytes, policy: LOCAL };
  const onError = (error: unknown) => expect.fail(String(error));

  const store = () => stores[0] as Store;
  const deliverer = (over = store(), policy = LOCAL, timeout?: number) =>
    new Deliverer({ store: over, open: keyring.open, policy, now: () => now, onError, timeout });
  const follower = (over = store()) =>
    new Follower({
      store: over,
      feed: new EventFeed({ store: over, limit: 1, onError }),
      name: 'webhooks',
      types: EVENT_NAMES,
      handle: (db, events) => queueEvents(db, events, now),
      onError,
    });
  const happen = (type: (typeof EVENT_NAMES)[number], text = 'It happened.') =>
    store().transaction((db) => recordEvent(db, { type, at: now, text, data: { a: 'ä' } }));
  const make = (types: string[] | null = null, path = '/hook') =>
    store().transaction((db) => createWebhook(db, { url: base + path, types }, means, now));
  const statesOf = async (id: number) =>
    (await listDeliveries(store().reader, id, undefined, { limit: 100 })).items.map(({ state }) => state);
  const lastOf = async (id: number) => {
    const { items } = await listDeliveries(store().reader, id, undefined, { limit: 1 });
    return showDelivery(store().reader, id, items[0]?.id ?? 0);
  };

  beforeEach(async () => {
    const address = await url();
    now = Date.now();
    stores = [await openStore({ url: address })];
    if (!address.startsWith('sqlite:')) stores.push(await openStore({ url: address }));
    taken = [];
    answer = (_request, response) => response.end('thanks');
    receiver = createServer((request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = request.headers as Record<string, string>;
        const one = { path: request.url ?? '', headers, body: Buffer.concat(chunks).toString() };
        taken.push(one);
        answer(one, response);
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const at = receiver.address();
    base = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`;
    await follower().catchUp();
  });
  afterEach(async () => {
    receiver.closeAllConnections();
    receiver.close();
    for (const each of stores) await each.close();
  });

  it('posts what it was asked for, so that a verifier of Standard Webhooks takes it', async () => {
    await happen('device.removed', 'before');
    const hook = await make(['care', 'task.failed']);
    await happen('task.failed');
    await happen('task.succeeded');
    await happen('care.case.opened');
    await follower().catchUp();
    await deliverer().round();
    const verifier = new Verifier(hook.secret);
    const told = taken.map(
      ({ body, headers }) => verifier.verify(body, headers) as { type: string; data: object },
    );
    expect(told.map(({ type }) => type).sort()).toEqual(['care.case.opened', 'task.failed']);
    expect(told[0]?.data).toMatchObject({ text: 'It happened.', data: { a: 'ä' } });
    expect(() => verifier.verify(`${taken[0]?.body} `, taken[0]?.headers ?? {})).toThrow();
    const last = await lastOf(hook.id);
    expect(last).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(last.log).toMatchObject([{ n: 1, status: 200, text: 'thanks' }]);
  });

  it('tries again, later and later, under the same id, and gives up after days', async () => {
    const hook = await make();
    answer = (_request, response) => response.writeHead(500).end('no');
    await happen('task.failed');
    await follower().catchUp();
    const began = now;
    for (let round = 0; round < 20; round++) {
      await deliverer().round();
      const { state, nextAt } = await lastOf(hook.id);
      if (state !== 'pending') break;
      now = nextAt ?? now;
    }
    const last = await lastOf(hook.id);
    expect(last).toMatchObject({ state: 'failed', attempts: 10 });
    expect(last.log.map(({ status }) => status)).toEqual(Array(10).fill(500));
    expect(new Set(taken.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([last.messageId]));
    expect(now - began).toBeGreaterThan(55 * HOUR);
    expect(now - began).toBeLessThan(95 * HOUR);
    answer = (_request, response) => response.writeHead(204).end();
    await store().transaction((db) => resend(db, hook.id, last.id, now));
    await deliverer().round();
    expect(await lastOf(hook.id)).toMatchObject({ state: 'delivered', attempts: 11 });
    expect(taken.at(-1)?.headers['webhook-id']).toBe(last.messageId);
  });

  it('waits for no time that a clock has named before it was put back', async () => {
    const hook = await make();
    const right = now;
    now += 10 * 365 * 24 * HOUR;
    answer = (_request, response) => response.writeHead(500).end();
    await happen('task.failed');
    await follower().catchUp();
    await deliverer().round();
    now = right;
    answer = (_request, response) => response.end();
    await deliverer().round();
    expect(await lastOf(hook.id)).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  it('follows no redirect, waits for nobody, reads no endless answer, and takes a 2xx for all of it', async () => {
    const hook = await make();
    const ways: Record<string, typeof answer> = {
      redirecting: (_request, response) => response.writeHead(302, { location: `${base}/elsewhere` }).end(),
      hanging: () => {},
      busy: (_request, response) => response.writeHead(429, { 'retry-after': '3600' }).end(),
      endless: (_request, response) => {
        response.on('error', () => {});
        const write = () => {
          while (!response.destroyed && response.write('x'.repeat(10_000)));
        };
        response.on('drain', write);
        write();
      },
      binary: (_request, response) => response.end(Buffer.from([0, 0xff, 0x41])),
    };
    const results: Record<string, unknown> = {};
    for (const [name, way] of Object.entries(ways)) {
      answer = way;
      await happen('task.failed');
      await follower().catchUp();
      await deliverer(store(), LOCAL, 300).round();
      const { state, log, nextAt } = await lastOf(hook.id);
      results[name] = [
        state,
        log[0]?.status,
        (nextAt ?? now) - now >= HOUR,
        (log[0]?.text ?? '').length <= 500,
      ];
    }
    expect(results).toEqual({
      redirecting: ['pending', 302, false, true],
      hanging: ['pending', null, false, true],
      busy: ['pending', 429, true, true],
      endless: ['delivered', 200, false, true],
      binary: ['delivered', 200, false, true],
    });
    expect(taken.some(({ path }) => path === '/elsewhere')).toBe(false);
  });

  it('posts to nobody within the own networks unless that is allowed', async () => {
    const hook = await make();
    await happen('task.failed');
    await follower().catchUp();
    await deliverer(store(), { networks: [] }).round();
    expect((await lastOf(hook.id)).log[0]?.text).toContain('not an address that may be connected to');
    expect(taken).toEqual([]);
    const strict = { ...means, policy: { networks: [] } };
    for (const place of [
      'http://127.0.0.1/',
      'http://[::1]/',
      'http://0x7f000001/',
      'http://169.254.169.254/latest',
    ])
      await expect(
        store().transaction((db) => createWebhook(db, { url: place }, strict, now)),
      ).rejects.toThrow('--webhook-networks');
    for (const place of [
      'ftp://example.com/',
      'https://u:p@example.com/',
      'example.com',
      'https://example.com/#a',
    ])
      await expect(
        store().transaction((db) => createWebhook(db, { url: place }, strict, now)),
      ).rejects.toThrow('#');
  });

  it('signs with the secret before, too, while one is exchanged for the other', async () => {
    const hook = await make();
    const { secret } = await store().transaction((db) => rotateSecret(db, hook.id, HOUR, means, now));
    const tell = async () => {
      await happen('task.failed');
      await follower().catchUp();
      await deliverer().round();
      return taken.at(-1) as Taken;
    };
    const during = await tell();
    for (const each of [hook.secret, secret]) new Verifier(each).verify(during.body, during.headers);
    await store().transaction((db) => rotateSecret(db, hook.id, 0, means, now));
    const after = await tell();
    for (const each of [hook.secret, secret])
      expect(() => new Verifier(each).verify(after.body, after.headers)).toThrow();
    const rows = await store().reader.selectFrom('webhooks').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('tells one no more that is gone or fails for days, and says so', async () => {
    const gone = await make(['task'], '/gone');
    const slow = await make(['task'], '/slow');
    answer = ({ path }, response) => response.writeHead(path === '/gone' ? 410 : 503).end();
    await happen('task.failed');
    await follower().catchUp();
    await deliverer().round();
    expect(await showWebhook(store().reader, gone.id)).toMatchObject({ state: 'disabled' });
    expect(await showWebhook(store().reader, slow.id)).toMatchObject({ state: 'enabled', failingSince: now });
    now += 121 * HOUR;
    await deliverer().round();
    expect(await showWebhook(store().reader, slow.id)).toMatchObject({ state: 'disabled' });
    const told = await store().reader.selectFrom('events').select('type').orderBy('id').execute();
    expect(told.filter(({ type }) => type === 'webhook.disabled')).toHaveLength(2);
    const cases = await store().reader.selectFrom('care_cases').select('outcome').execute();
    expect(cases.map(({ outcome }) => outcome)).toEqual(['webhook-disabled', 'webhook-disabled']);
    await happen('task.failed');
    await follower().catchUp();
    expect(await statesOf(slow.id)).toEqual(['pending']);
    await store().transaction((db) => enableWebhook(db, slow.id, true, now));
    answer = (_request, response) => response.end();
    now += 48 * HOUR;
    await deliverer().round();
    expect(await statesOf(slow.id)).toEqual(['delivered']);
  });

  it('shares the work with other processes, and loses nothing of one that died', async () => {
    const hook = await make();
    const others = stores.length > 1 ? stores : [store(), store()];
    for (let n = 0; n < 60; n++) await happen('task.failed', `number ${n}`);
    await Promise.all(others.map((each) => follower(each).catchUp()));
    await Promise.all(others.map((each) => follower(each).catchUp()));
    const died = deliverer();
    answer = () => {};
    died.start(1_000);
    while (taken.length === 0) await once(receiver, 'request');
    await died.stop();
    answer = (_request, response) => response.end();
    await Promise.all(others.map((each) => deliverer(each).round()));
    now += 2 * 60_000;
    await Promise.all(others.map((each) => deliverer(each).round()));
    expect(await statesOf(hook.id)).toEqual(Array(60).fill('delivered'));
    const texts = new Set(
      taken.map(({ body }) => (JSON.parse(body) as { data: { text: string } }).data.text),
    );
    expect(texts.size).toBe(60);
  });

  it('is told of other things once that is said', async () => {
    const hook = await make(['task']);
    const changed = await store().transaction((db) =>
      changeWebhook(db, hook.id, { types: ['campaign'] }, means, now),
    );
    expect(changed.types).toEqual(['campaign']);
    await expect(
      store().transaction((db) => changeWebhook(db, hook.id, { types: ['nothing'] }, means, now)),
    ).rejects.toThrow('types/0');
    await happen('task.failed');
    await happen('campaign.created');
    await follower().catchUp();
    expect((await lastOf(hook.id)).type).toBe('campaign.created');
    expect(await statesOf(hook.id)).toHaveLength(1);
  });
}
