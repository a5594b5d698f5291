import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Client, openClient } from './client.testing.ts';

interface Bound {
  id: number;
  devId: string;
  origin: string;
  fromAt: string;
  toAt: string | null;
}
interface SubscriberBody {
  id: number;
  name: string | null;
  msisdns: string[];
  attributes: object;
  devices: Bound[];
}

const account = { client: { auth: 'none' } };
const ALICE = '+441632960001';
const BOB = '+441632960002';

/** Who uses devices, on whatever database. */
export function subscriberSuite(url: () => Promise<string>): void {
  let client: Client;
  beforeAll(async () => {
    client = await openClient(await url());
  });
  afterAll(() => client.close());
  beforeEach(async () => {
    client.clock.now += 1_000;
    await client.store.transaction(async (db) => {
      for (const table of ['devices', 'subscribers', 'events'] as const) await db.deleteFrom(table).execute();
    });
    const devices = [
      { devId: 'IMEI:1', account, addresses: { msisdn: ALICE } },
      { devId: 'IMEI:2', account },
    ];
    expect((await client.call('POST', '/devices/bulk', { devices })).status).toBe(201);
  });

  const make = async (body: object) => {
    const made = await client.call<SubscriberBody>('POST', '/subscribers', body);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body;
  };
  const show = async (key: string | number) =>
    (await client.call<SubscriberBody>('GET', `/subscribers/${encodeURIComponent(key)}`)).body;
  const ownerOf = async (device: string) =>
    (await client.call<{ subscriber: SubscriberBody | null }>('GET', `/devices/${device}/subscriber`)).body
      .subscriber?.name ?? null;
  const setNumber = (device: string, value: string) => {
    client.clock.now += 1_000;
    return client.call('PUT', `/devices/${device}/addresses/msisdn`, { value });
  };
  const told = async () =>
    (
      await client.call<{ items: { type: string; devId: string }[] }>('GET', '/events?type=subscriber')
    ).body.items
      .map(({ type, devId }) => `${devId} ${type}`)
      .reverse();

  it('knows a subscriber by id, name, number, IMSI and SIP URI', async () => {
    const {
      id,
      devices: _,
      ...alice
    } = await make({
      name: 'C-1',
      msisdns: ['+44 1632 960001', BOB],
      imsi: '234150999999999',
      sip: 'SIP:Alice@IMS.example.com',
      lang: 'en-GB',
      timeZone: 'Europe/London',
      attributes: { qos: { maxBandwidth: 512, video: true }, plan: 'gold' },
    });
    expect(alice).toMatchObject({ msisdns: [ALICE, BOB], sip: 'sip:Alice@ims.example.com' });
    for (const key of [id, 'C-1', BOB, '234150999999999', 'sip:Alice@ims.example.com'])
      expect(await show(key)).toMatchObject({ id, ...alice });
    expect((await client.call('GET', '/subscribers/C-2')).status).toBe(404);
    for (const text of ['C', '%2B44163', '23415']) {
      const { body } = await client.call<{ items: { id: number }[] }>('GET', `/subscribers?text=${text}`);
      expect(new Set(body.items.map((one) => one.id))).toEqual(new Set([id]));
    }
    const rows = await client.store.reader
      .selectFrom('subscriber_attributes')
      .select(['path', 'value'])
      .where('subscriber_id', '=', id)
      .orderBy('path')
      .execute();
    expect(rows).toEqual([
      { path: 'plan', value: 'gold' },
      { path: 'qos.maxBandwidth', value: '512' },
      { path: 'qos.video', value: 'true' },
    ]);
  });

  it('binds devices by their numbers, and keeps whose they were', async () => {
    await make({ name: 'alice', msisdns: [ALICE] });
    await make({ name: 'bob', msisdns: [BOB] });
    expect([await ownerOf('IMEI:1'), await ownerOf('IMEI:2')]).toEqual(['alice', null]);
    await setNumber('IMEI:2', ALICE);
    expect([await ownerOf('IMEI:1'), await ownerOf('IMEI:2')]).toEqual([null, 'alice']);
    await setNumber('IMEI:2', BOB);
    expect(await ownerOf('IMEI:2')).toBe('bob');
    await setNumber('IMEI:2', '+441632960003');
    expect(await ownerOf('IMEI:2')).toBeNull();
    const history = await client.call<{ items: Bound[]; next: string | null }>(
      'GET',
      '/devices/IMEI:2/subscribers?limit=1',
    );
    expect(history.body.items).toHaveLength(1);
    const rest = await client.call<{ items: Bound[] }>(
      'GET',
      `/devices/IMEI:2/subscribers?after=${history.body.next}`,
    );
    const [bob] = history.body.items;
    const [alice] = rest.body.items;
    expect(alice?.toAt).toBe(bob?.fromAt);
    expect(bob?.toAt).not.toBeNull();
    expect(await told()).toEqual([
      'IMEI:1 subscriber.bound',
      'IMEI:1 subscriber.unbound',
      'IMEI:2 subscriber.bound',
      'IMEI:2 subscriber.unbound',
      'IMEI:2 subscriber.bound',
      'IMEI:2 subscriber.unbound',
    ]);
  });

  it('binds devices as somebody says, until a number says otherwise', async () => {
    await make({ name: 'alice' });
    await make({ name: 'bob', msisdns: [BOB] });
    const bound = await client.call<SubscriberBody>('PUT', '/devices/IMEI:1/subscriber', {
      subscriber: 'alice',
    });
    expect(bound.body.devices).toMatchObject([{ devId: 'IMEI:1', origin: 'set', toAt: null }]);
    await client.call('PUT', '/devices/IMEI:2/subscriber', { subscriber: 'alice' });
    expect((await show('alice')).devices).toHaveLength(2);
    await setNumber('IMEI:1', '+441632960009');
    expect(await ownerOf('IMEI:1')).toBe('alice');
    await setNumber('IMEI:1', BOB);
    expect(await ownerOf('IMEI:1')).toBe('bob');
    expect((await client.call('DELETE', '/devices/IMEI:2/subscriber')).status).toBe(204);
    expect(await ownerOf('IMEI:2')).toBeNull();
    const were = await client.call<{ items: Bound[]; next: string | null }>(
      'GET',
      '/subscribers/alice/devices?limit=1',
    );
    const more = await client.call<{ items: Bound[] }>(
      'GET',
      `/subscribers/alice/devices?after=${were.body.next}`,
    );
    expect([...were.body.items, ...more.body.items].map(({ devId }) => devId).sort()).toEqual([
      'IMEI:1',
      'IMEI:2',
    ]);
  });

  it('changes a subscriber by a merge patch, and devices follow the numbers', async () => {
    await make({ name: 'alice', msisdns: [ALICE], attributes: { qos: { maxBandwidth: 512, video: true } } });
    const patch = { msisdns: [BOB], lang: 'cy', attributes: { qos: { video: null, maxBandwidth: 1024 } } };
    const answer = await client.call<SubscriberBody>('PATCH', '/subscribers/alice', patch);
    expect(answer.body).toMatchObject({ msisdns: [BOB], lang: 'cy', devices: [] });
    expect(answer.body.attributes).toEqual({ qos: { maxBandwidth: 1024 } });
    expect(await ownerOf('IMEI:1')).toBeNull();
    const { body } = await client.call<SubscriberBody>('PATCH', '/subscribers/alice', {
      lang: null,
      attributes: null,
    });
    expect(body).toMatchObject({ lang: null, attributes: {} });
  });

  it('takes a number away from the subscriber who had it', async () => {
    await make({ name: 'alice', msisdns: [ALICE] });
    await make({ name: 'bob', msisdns: [ALICE] });
    expect((await show('alice')).msisdns).toEqual([]);
    expect(await ownerOf('IMEI:1')).toBe('bob');
    expect((await client.call('POST', '/subscribers', { name: 'bob' })).status).toBe(409);
    expect((await client.call('DELETE', '/subscribers/bob')).status).toBe(204);
    expect(await ownerOf('IMEI:1')).toBeNull();
  });

  it('imports many, and again only what is new', async () => {
    const subscribers = Array.from({ length: 700 }, (_, n) => ({
      ...(n % 3 === 0 ? { name: `C-${n}` } : n % 3 === 1 ? { imsi: `23415${1_000_000_000 + n}` } : {}),
      msisdns: [`+44163296${1_000 + n}`],
      attributes: { level: n },
    }));
    await setNumber('IMEI:2', '+441632961002');
    const first = await client.call('POST', '/subscribers/bulk', { subscribers });
    expect(first.body).toEqual({ created: 700, updated: 0, unchanged: 0 });
    expect(await show('+441632961002')).toMatchObject({ devices: [{ devId: 'IMEI:2' }] });
    const changed = subscribers.map((one, n) => (n < 3 ? { ...one, attributes: { more: 'x' } } : one));
    const second = await client.call('POST', '/subscribers/bulk', { subscribers: changed });
    expect(second.body).toEqual({ created: 0, updated: 3, unchanged: 697 });
    expect((await show('C-0')).attributes).toEqual({ level: 0, more: 'x' });
    const twice = await client.call('POST', '/subscribers/bulk', {
      subscribers: [{ name: 'x' }, { name: 'x' }],
    });
    expect(twice.status).toBe(409);
  }, 30_000);

  it.each<[object, string]>([
    [{}, 'body'],
    [{ name: '1234' }, 'name'],
    [{ name: 'x', timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ name: 'x', timeZone: '+01:00' }, 'timeZone'],
    [{ msisdns: ['0163'] }, 'msisdns/0'],
    [{ name: 'x', imsi: '12' }, 'imsi'],
    [{ name: 'x', attributes: { a: [1] } }, 'attributes/a'],
    [{ name: 'x', attributes: { 'a.b': 1 } }, 'attributes/a.b'],
    [{ name: 'x', attributes: { a: { b: { c: { d: { e: 1 } } } } } }, 'attributes/a/b/c/d'],
    [
      { name: 'x', attributes: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`a${n}`, n])) },
      'attributes',
    ],
    [{ name: 'x', attributes: { a: '\ud800' } }, 'attributes/a'],
  ])('refuses %j, and says that it is for %s', async (body, field) => {
    const answer = await client.call<{ errors: { field: string }[] }>('POST', '/subscribers', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]?.field).toBe(field);
  });
}
