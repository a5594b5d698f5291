import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Client, openClient } from './client.testing.ts';

interface Applied {
  applied: boolean;
  changes: { kind: string; name: string; change: string; differences: unknown[] }[];
}

const reason = (text: string) => ({
  kind: 'reason',
  name: 'mms',
  document: { texts: [{ language: 'en', text }] },
});
const profile = (value: string, name = 'mms') => ({
  kind: 'profile',
  name,
  document: { root: 'MMS/Operator', nodes: [{ path: 'Addr', value }] },
});

/** Things that are kept as files, on whatever database. */
export function applySuite(url: () => Promise<string>): void {
  let client: Client;
  const apply = async (resources: unknown[], options = {}) =>
    client.call<Applied>('POST', '/apply', { resources, ...options });
  const changesOf = async (...given: Parameters<typeof apply>) =>
    (await apply(...given)).body.changes.map(({ kind, name, change }) => `${change} ${kind} ${name}`);
  beforeAll(async () => {
    client = await openClient(await url());
  });
  afterAll(() => client.close());
  beforeEach(async () => {
    await client.store.transaction(async (db) => {
      // What refers to others comes first.
      for (const table of [
        'declared',
        'campaigns',
        'rules',
        'trigger_definitions',
        'policies',
        'group_uses',
        'device_groups',
        'models',
        'profiles',
        'reasons',
        'devices',
      ] as const)
        await db.deleteFrom(table).execute();
    });
  });

  it('finds out what would change without changing it, and then changes it', async () => {
    const files = [profile('a'), reason('Why.')];
    const expected = ['create reason mms', 'create profile mms'];
    expect(await changesOf(files, { dryRun: true })).toEqual(expected);
    expect((await client.call('GET', '/profiles/mms')).status).toBe(404);
    expect(await changesOf(files)).toEqual(expected);
    expect(await changesOf(files)).toEqual(['none reason mms', 'none profile mms']);
    const { body } = await client.call<{ version: number }>('GET', '/profiles/mms');
    expect(body).toMatchObject({
      version: 1,
      document: { fragments: [{ nodes: [{ path: 'Addr', value: 'a' }] }] },
    });
  });

  it('shows where things are not as declared, whoever has changed them', async () => {
    await apply([profile('a')]);
    await client.call('PUT', '/profiles/mms', {
      document: { root: './MMS/Operator', nodes: [{ path: 'Addr', value: 'by hand' }] },
    });
    const { body } = await apply([profile('a')], { dryRun: true });
    expect(body.changes).toMatchObject([
      { change: 'update', differences: [{ before: 'by hand', after: 'a' }] },
    ]);
  });

  it('applies all or nothing', async () => {
    const { status, body } = await apply([profile('a'), { ...reason('Why.'), document: { texts: [] } }]);
    expect([status, body]).toMatchObject([400, { errors: [{ field: 'resources/1/texts' }] }]);
    const twice = await apply([profile('a'), profile('b')]);
    expect([twice.status, twice.body]).toMatchObject([400, { errors: [{ field: 'resources/1/name' }] }]);
    const broken = [
      reason('Why.'),
      { ...profile('a'), document: { root: './A', nodes: [{ path: '../B', value: '' }] } },
    ];
    expect(await apply(broken)).toMatchObject({
      status: 400,
      body: { errors: [{ field: expect.stringMatching(/^resources\/1\/.*nodes\/0\/path$/) }] },
    });
    for (const path of ['/profiles/mms', '/reasons/mms'])
      expect((await client.call('GET', path)).status).toBe(404);
  });

  it('deletes what has left the files of a set, and nothing else', async () => {
    await apply([profile('z', 'other')], { set: 'other' });
    await apply([profile('a'), reason('Why.')], { set: 'main' });
    await apply([profile('b', 'loose')]);
    expect(await changesOf([profile('a')], { set: 'main' })).toEqual(['none profile mms']);
    expect(await changesOf([], { set: 'main', prune: true, dryRun: true })).toEqual([
      'delete profile mms',
      'delete reason mms',
    ]);
    expect((await client.call('GET', '/reasons/mms')).status).toBe(200);
    await apply([], { set: 'main', prune: true });
    expect(await changesOf([], { set: 'main', prune: true })).toEqual([]);
    const { body } = await client.call<{ items: { name: string }[] }>('GET', '/profiles');
    expect(body.items.map(({ name }) => name)).toEqual(['loose', 'other']);
  });

  it('keeps groups and models, and leaves the devices of a group alone where the file lists none', async () => {
    for (const devId of ['IMEI:1', 'IMEI:2', 'IMEI:3']) {
      const account = { serverId: 'com.example.dm', client: { auth: 'none' } };
      expect((await client.call('POST', '/devices', { devId, account })).status).toBe(201);
    }
    const group = (document: object, name = 'vip') => ({ kind: 'group', name, document });
    const model = {
      kind: 'model',
      name: 'Arbor/Cedar',
      document: { mapping: { mms: { root: './Vendor/MMS', settings: { proxy: 'Gateway' } } } },
    };
    const files = [
      model,
      group({ devices: ['IMEI:2', 'IMEI:1'], variables: { apn: 'vip' } }),
      group({ query: 'manufacturer="Acme"' }, 'acme'),
    ];
    expect(await changesOf(files, { set: 'groups' })).toEqual([
      'create model Arbor/Cedar',
      'create group vip',
      'create group acme',
    ]);
    expect((await changesOf(files)).every((change) => change.startsWith('none'))).toBe(true);
    const changed = await apply([group({ devices: ['IMEI:3', 'IMEI:1'] })]);
    expect(changed.body.changes).toMatchObject([
      {
        change: 'update',
        differences: [
          { path: 'devices/1', before: 'IMEI:2', after: 'IMEI:3' },
          { path: 'variables', before: { apn: 'vip' } },
        ],
      },
    ]);
    expect(await changesOf([group({})])).toEqual(['none group vip']);
    expect(await changesOf([group({ devices: ['IMEI:3', 'IMEI:1'] })])).toEqual(['none group vip']);
    const unknown = await apply([group({ devices: ['IMEI:9'] })]);
    expect(unknown).toMatchObject({ status: 400, body: { errors: [{ field: 'resources/0/devices/0' }] } });
    const unreadable = await apply([group({ query: 'manufacturer <' }, 'acme')]);
    expect(unreadable).toMatchObject({ status: 400, body: { errors: [{ field: 'resources/0/query' }] } });
    expect(await changesOf([], { set: 'groups', prune: true })).toEqual([
      'delete group acme',
      'delete group vip',
      'delete model Arbor/Cedar',
    ]);
  });

  it('keeps policies, rules and triggers, in the order in which they need each other', async () => {
    const files = [
      {
        kind: 'rule',
        name: 'old-gateway',
        document: {
          when: './MMS/*/Addr = "http://old.example/"',
          do: { profile: 'mms' },
          enabled: false,
        },
      },
      {
        kind: 'policy',
        name: 'mms',
        document: { profile: 'mms', target: { group: 'acme' }, drift: 'report' },
      },
      { kind: 'trigger', name: 'mms', document: { profile: 'mms', description: 'After a purchase' } },
      { kind: 'group', name: 'acme', document: { query: 'manufacturer = "Acme"' } },
      profile('a'),
    ];
    expect(await changesOf(files, { set: 'work' })).toEqual([
      'create group acme',
      'create profile mms',
      'create policy mms',
      'create trigger mms',
      'create rule old-gateway',
    ]);
    expect((await changesOf(files)).every((change) => change.startsWith('none'))).toBe(true);
    expect(await changesOf([], { set: 'work', prune: true, dryRun: true })).toHaveLength(5);
    const missing = await apply([
      { kind: 'policy', name: 'x', document: { profile: 'none', target: { all: true } } },
    ]);
    expect(missing).toMatchObject({ status: 400, body: { errors: [{ field: 'resources/0/profile' }] } });
  });

  it('makes campaigns once, starts them when all is committed, and changes none that was made', async () => {
    const account = { serverId: 'com.example.dm', client: { auth: 'none' } };
    expect((await client.call('POST', '/devices', { devId: 'IMEI:8', account })).status).toBe(201);
    const campaign = (more: object = {}) => ({
      kind: 'campaign',
      name: 'autumn',
      document: { profile: 'mms', target: { devices: ['IMEI:8'] }, errors: { percent: 5 }, ...more },
    });
    const files = [campaign(), profile('a')];
    expect(await changesOf(files, { dryRun: true })).toEqual([
      'create profile mms',
      'create campaign autumn',
    ]);
    const all = async () =>
      (
        await client.call<{ items: { name: string; state: string }[] }>('GET', '/campaigns')
      ).body.items.filter(({ name }) => name === 'autumn');
    expect(await all()).toEqual([]);
    await apply(files, { set: 'autumn' });
    expect(await all()).toMatchObject([{ state: 'running' }]);
    expect(await changesOf(files)).toEqual(['none profile mms', 'none campaign autumn']);
    expect(await apply([campaign({ rate: 10 })])).toMatchObject({ status: 409 });
    expect(await changesOf([profile('a')], { set: 'autumn', prune: true })).toContain(
      'delete campaign autumn',
    );
    expect(await all()).toMatchObject([{ state: 'cancelled' }]);
  });
}
