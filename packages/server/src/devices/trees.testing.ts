import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore, type Queries, type Store } from '../store/index.ts';
import { MAX_NODES, trimGrowth, trimUris, trimValues } from './dictionary.ts';
import { type DeviceNode, listNodes, type ReportedNode, recordNodes } from './index.ts';

const DAY = 24 * 60 * 60_000;

/**
 * What holds for the known trees of devices, whatever they are kept in.
 *
 * @param freshUrl makes an empty database
 */
export function treesSuite(freshUrl: () => Promise<string>): void {
  let store: Store;
  let devices: [number, number];

  beforeEach(async () => {
    store = await openStore({ url: await freshUrl() });
    devices = await store.transaction(async (db) => [await add(db, 'IMEI:1'), await add(db, 'IMEI:2')]);
  });
  afterEach(() => store.close());

  async function add(db: Queries, dev_id: string): Promise<number> {
    const values = { dev_id, created_at: 1 };
    return (await db.insertInto('devices').values(values).returning('id').executeTakeFirstOrThrow()).id;
  }

  const leaf = (uri: string, value?: string | null, format = 'chr'): ReportedNode => ({
    uri,
    format,
    type: null,
    value,
  });

  const record = (device: number, nodes: ReportedNode[], gone: string[] = [], now = 1) =>
    store.transaction((db) => recordNodes(db, device, nodes, gone, now));

  const nodesOf = async (device: number, under = '.'): Promise<DeviceNode[]> =>
    (await listNodes(store.reader, device, under, { limit: 1000, after: undefined })).items;

  const shortly = async (device: number) => (await nodesOf(device)).map(({ uri, value }) => [uri, value]);

  async function count(table: 'node_uris' | 'node_values'): Promise<number> {
    return (await store.reader.selectFrom(table).select('id').execute()).length;
  }

  async function clean(): Promise<void> {
    for (const trim of [trimValues, trimUris]) {
      for (let after: number | undefined = 0; after !== undefined; ) {
        const from: number = after;
        after = await store.transaction((db) => trim(db, from));
      }
    }
  }

  it('have each value once for all devices', async () => {
    for (const device of devices) {
      await record(device, [leaf('./A/B', 'same'), leaf('./A/C', 'same'), leaf('./A/D', `${device}`)]);
    }
    expect(await count('node_values')).toBe(4);
    for (const device of devices)
      expect(await shortly(device)).toEqual([
        ['./A/B', 'same'],
        ['./A/C', 'same'],
        ['./A/D', `${device}`],
      ]);
  });

  it('tell values apart that are ordered alike, empty or unknown', async () => {
    const long = 'x'.repeat(200_000);
    const values = ['1', '01', '', null, `${long}a`, `${long}b`, '"', 'a\u{1f600}'];
    for (const value of values) {
      await record(devices[0], [leaf('./A', value)]);
      expect(await shortly(devices[0])).toEqual([['./A', value]]);
    }
    await record(devices[0], [leaf('./A', '1', 'int')], [], 7);
    expect(await nodesOf(devices[0])).toEqual([
      { uri: './A', format: 'int', type: null, value: '1', reportedAt: 7 },
    ]);
  });

  it('keep the value of a node of which only its place is told', async () => {
    const [device] = devices;
    await record(device, [leaf('./A', 'B/C', 'node'), leaf('./A', undefined, 'node')]);
    await record(device, [{ uri: './A', format: 'node', type: 'x', value: undefined }, leaf('./B')]);
    expect(await nodesOf(device)).toMatchObject([
      { uri: './A', type: 'x', value: 'B/C' },
      { uri: './B', value: null },
    ]);
  });

  it('lose what is gone with all below it, and nothing beside it', async () => {
    const [device, other] = devices;
    const nodes = ['./A', './A/B', './A/B/C', './A/B-', './A/B0', './A/B/C/D'].map((uri) => leaf(uri, uri));
    for (const each of devices) await record(each, nodes);
    await record(device, [leaf('./A/B/E', 'new')], ['./A/B', './Not/There']);
    expect((await nodesOf(device)).map(({ uri }) => uri)).toEqual(['./A', './A/B-', './A/B/E', './A/B0']);
    expect(await nodesOf(other, './A/B')).toHaveLength(3);
    const many = Array.from({ length: 20 }, (_, n) => `./Not/There/${n}`);
    await record(other, [], [...many, './A/B']);
    expect((await nodesOf(other)).map(({ uri }) => uri)).toEqual(['./A', './A/B-', './A/B0']);
    await record(other, [], [...many, '.']);
    expect(await nodesOf(other)).toEqual([]);
  });

  it('leave nothing in the dictionary that no device has', async () => {
    const [device, other] = devices;
    const many = Array.from({ length: 700 }, (_, n) => leaf(`./A/${n}`, `${n}`));
    await record(device, many);
    await record(other, many.slice(0, 2));
    await record(device, [leaf('./B', 'stays')], ['./A']);
    await clean();
    expect(await count('node_values')).toBe(3);
    expect(await count('node_uris')).toBe(3);
    expect(await shortly(other)).toEqual([
      ['./A/0', '0'],
      ['./A/1', '1'],
    ]);
    await store.transaction((db) => db.deleteFrom('devices').where('id', 'in', devices).execute());
    await clean();
    expect(await count('node_uris')).toBe(0);
  });

  it('take no more new values from a device in a day than it may bring', async () => {
    const [device, other] = devices;
    const filling = leaf('./Large', 'x'.repeat(1024 * 1024));
    for (let n = 0; n < 40; n++) await record(device, [{ ...filling, value: `${n} ${filling.value}` }]);
    expect(await nodesOf(device)).toEqual([]);
    await record(device, [leaf('./Small', 'a')]);
    await record(other, [leaf('./Small', 'known')]);
    await record(device, [leaf('./Small', 'known')], [], 2);
    expect(await shortly(device)).toEqual([['./Small', 'known']]);
    await clean();
    await record(device, [leaf('./Small', 'b')], [], 1 + DAY);
    expect(await shortly(device)).toEqual([['./Small', 'b']]);
    while (await store.transaction((db) => trimGrowth(db, 1 + 3 * DAY))) {}
    expect(await store.reader.selectFrom('node_growth').selectAll().execute()).toEqual([]);
  });

  it('take no further nodes that no other device had from one which has as many as a device may', async () => {
    const [device, other] = devices;
    await store.transaction(async (db) => {
      await sql`with recursive n (i) as (select 1 union all select i + 1 from n where i < ${MAX_NODES})
        insert into node_uris (uri) select './N/' || i from n`.execute(db);
      await sql`insert into node_values (uri_id, format, order_key, digest)
        select id, 'chr', '', ${new Uint8Array(16)} from node_uris`.execute(db);
      await sql`insert into device_nodes (device_id, uri_id, value_id, reported_at)
        select devices.id, uri_id, node_values.id, 1 from node_values, devices
        where devices.id = ${device}`.execute(db);
    });
    expect(await record(device, [leaf('./A', 'new')])).toBe(1);
    expect(await nodesOf(device, './A')).toEqual([]);
    await record(other, [leaf('./A', 'new')]);
    expect(await record(device, [leaf('./A', 'new')], ['./N'])).toBe(0);
    expect(await shortly(device)).toEqual([['./A', 'new']]);
  });

  it('leave out a URI that is too long for an index', async () => {
    await record(devices[0], [leaf(`./${'ü'.repeat(1022)}`, 'a'), leaf('./A', 'a')]);
    const longest = `./${'\u{20ac}'.repeat(682)}`;
    await record(devices[0], [leaf(longest, 'a'), leaf(`${longest}x`, 'a')]);
    expect((await nodesOf(devices[0])).map(({ uri }) => uri)).toHaveLength(3);
  });

  it('come about the same however many tell of them at the same time, while the dictionary is cleaned', async () => {
    const told = Array.from({ length: 60 }, (_, n) => leaf(`./A/${n % 10}`, `${Math.floor(n / 20)}`));
    const cleaning = { done: false };
    const cleaned = (async () => {
      while (!cleaning.done) await clean();
    })();
    await Promise.all(
      devices.map(async (device, first) => {
        const order = first === 0 ? told : told.toReversed();
        for (const node of order) {
          await record(device, [node]);
          if (node.value === '1') await record(device, [], [node.uri]);
        }
      }),
    );
    cleaning.done = true;
    await cleaned;
    const last = (value: string) => Array.from({ length: 10 }, (_, n) => [`./A/${n}`, value]);
    expect(await shortly(devices[0])).toEqual(last('2'));
    expect(await shortly(devices[1])).toEqual(last('0'));
  });
}
