import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addressesOfDevices } from '../addresses/index.ts';
import { listNodes, orderKey, recordNodes } from '../devices/index.ts';
import { keyringOf } from '../secrets/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { type Existing, ImportBroken, importDevices } from './index.ts';

/**
 * What holds for imports, whatever the database is on.
 *
 * @param freshUrl makes an empty database
 */
export function importsSuite(freshUrl: () => Promise<string>): void {
  const keyring = keyringOf([randomBytes(32)]);
  const means = { seal: keyring.seal, open: keyring.open, random: randomBytes };
  let store: Store;
  beforeEach(async () => {
    store = await openStore({ url: await freshUrl() });
  });
  afterEach(() => store.close());

  async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  const textOf = (lines: readonly unknown[]) =>
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');

  const importAll = (lines: readonly unknown[], existing: Existing = 'keep', pieces = 1000) =>
    importDevices(store, means, inPieces(Buffer.from(textOf(lines)), pieces), existing, () => 5);

  const account = (password = 'secret') => ({
    client: { auth: 'basic', user: 'phone', password },
    server: { auth: 'md5', user: 'grove', password: 'other', nonce: 'AAAA' },
  });

  async function device(devId: string) {
    const row = await store.reader
      .selectFrom('devices')
      .innerJoin('accounts', 'accounts.device_id', 'devices.id')
      .selectAll()
      .where('dev_id', '=', devId)
      .executeTakeFirstOrThrow();
    const nodes = await listNodes(store.reader, row.id, '.', { limit: 1000, after: undefined });
    return {
      ...row,
      password: row.client_secret === null ? null : keyring.open(row.client_secret),
      addresses: (await addressesOfDevices(store.reader, [row.id])).get(row.id) ?? {},
      nodes: nodes.items,
    };
  }

  it('keep all that a line says of a device', async () => {
    const line = {
      devId: 'IMEI:1',
      account: account('käse'),
      addresses: { msisdn: '+44 1632 960001', ip: '192.0.2.1' },
      mod: 'X1',
      nodes: {
        'DevInfo/Man': 'Acme',
        './A/Text': 'ü',
        './A/Number': 7,
        './A/Truth': true,
        './A/There': null,
        './A/Bytes': { format: 'b64', value: 'AQID', type: 'image/png' },
        './DMAcc/1/AppAuth/1/AAuthSecret': 'hidden',
      },
      nodesAt: '1970-01-01T00:00:00.003Z',
    };
    for (const pieces of [1, 7, 100_000]) {
      const devId = `IMEI:${pieces}`;
      const lines = ['', { ...line, devId, addresses: { ip: '192.0.2.1' } }, '  '];
      expect(await importAll(lines, 'keep', pieces)).toMatchObject({ lines: 1, registered: 1, failed: 0 });
      const stored = await device(devId);
      expect(stored).toMatchObject({ man: 'Acme', mod: 'X1', swv: null, created_at: 5, password: 'käse' });
      expect(stored).toMatchObject({ server_nonce: 'AAAA', addresses: { ip: '192.0.2.1' } });
      expect(
        stored.nodes.map(({ uri, format, value, reportedAt }) => [uri, format, value, reportedAt]),
      ).toEqual([
        ['./A/Bytes', 'bin', 'AQID', 3],
        ['./A/Number', 'int', '7', 3],
        ['./A/Text', 'chr', 'ü', 3],
        ['./A/There', 'chr', null, 3],
        ['./A/Truth', 'bool', 'true', 3],
        ['./DMAcc/1/AppAuth/1/AAuthSecret', 'chr', null, 3],
        ['./DevInfo/DevId', 'chr', devId, 3],
        ['./DevInfo/Man', 'chr', 'Acme', 3],
        ['./DevInfo/Mod', 'chr', 'X1', 3],
      ]);
    }
  });

  it('store what is right and tell what is not, by line and field', async () => {
    const lines = [
      { devId: 'IMEI:1', account: account() },
      '{"devId": "IMEI:2", ',
      { devId: 'IMEI:3', account: account(), nodes: { './A?list=Struct': '1' } },
      { devId: 'IMEI:4', account: account(), addresses: { msisdn: '0' } },
      { devId: 'IMEI:5' },
      { devId: 'IMEI:6', account: { client: { auth: 'md5', user: 'a' } } },
      { devId: 'IMEI:7', account: { client: { auth: 'none' } }, colour: 'red' },
      `{"devId": "IMEI:8", "nodes": {"./A": "${'x'.repeat(1024 * 1024)}"}}`,
      '[]',
      { devId: 'IMEI:9', account: account(), nodesAt: 'yesterday' },
      { devId: 'IMEI:11', account: account(), timeZone: 'Moon' },
      { devId: 'IMEI:10', account: account(), timeZone: 'Europe/Paris' },
    ];
    const { errors, ...counts } = await importAll(lines);
    expect(counts).toEqual({ lines: 12, registered: 2, updated: 0, kept: 0, failed: 10 });
    expect((await device('IMEI:10')).time_zone).toBe('Europe/Paris');
    expect(errors.map(({ line, problems }) => [line, problems[0]?.field])).toEqual([
      [2, 'line'],
      [3, 'nodes/./A?list=Struct'],
      [4, 'addresses/msisdn'],
      [5, 'account'],
      [6, 'account/client/password'],
      [7, 'colour'],
      [8, 'line'],
      [9, 'line'],
      [10, 'nodesAt'],
      [11, 'timeZone'],
    ]);
  });

  it('leave devices that are there as they are, or update them without touching an account that is the same', async () => {
    const first = { devId: 'IMEI:1', account: account(), nodes: { './A': '1', './B': '1' }, man: 'Acme' };
    await importAll([first, { devId: 'IMEI:2', account: account(), swv: '2.10' }]);
    expect(await device('IMEI:2')).toMatchObject({ swv_key: orderKey('2.10') });
    const before = await device('IMEI:1');
    await store.transaction(async (db) => {
      await db.updateTable('accounts').set({ server_nonce: 'moved' }).execute();
      await recordNodes(db, before.id, [{ uri: './C', format: 'chr', type: null, value: 'own' }], [], 6);
    });
    const again = {
      ...first,
      timeZone: 'Europe/London',
      nodes: { './A': '2' },
      swv: '2.0',
      addresses: { msisdn: '+441632960001' },
    };
    expect(await importAll([again])).toMatchObject({ registered: 0, kept: 1, updated: 0 });
    expect(await device('IMEI:1')).toMatchObject({ swv: null, server_nonce: 'moved', addresses: {} });
    expect(await importAll([again], 'update')).toMatchObject({ registered: 0, kept: 0, updated: 1 });
    const updated = await device('IMEI:1');
    expect(updated).toMatchObject({
      man: 'Acme',
      swv: '2.0',
      swv_key: orderKey('2.0'),
      time_zone: 'Europe/London',
      server_nonce: 'moved',
      addresses: { msisdn: '+441632960001' },
    });
    const values = Object.fromEntries(updated.nodes.map(({ uri, value }) => [uri, value]));
    expect(values).toMatchObject({ './A': '2', './B': '1', './C': 'own', './DevDetail/SwV': '2.0' });
    await importAll(
      [
        { ...again, account: account('changed') },
        { devId: 'IMEI:1', mod: 'X' },
      ],
      'update',
    );
    expect(await device('IMEI:1')).toMatchObject({ password: 'changed', server_nonce: 'AAAA', mod: 'X' });
  });

  it('keep the order of lines, where they speak of the same device or number', async () => {
    const msisdn = '+441632960001';
    const lines = ['IMEI:1', 'IMEI:2', 'IMEI:1'].map((devId, n) => ({
      devId,
      account: account(),
      addresses: { msisdn },
      nodes: { './A': n },
    }));
    expect(await importAll(lines, 'update')).toMatchObject({ lines: 3, registered: 2, updated: 1 });
    expect((await device('IMEI:1')).addresses).toEqual({ msisdn });
    expect((await device('IMEI:2')).addresses).toEqual({});
    expect((await device('IMEI:1')).nodes).toMatchObject([{ uri: './A', value: '2' }]);
  });

  it('keep what came before the lines broke off, and say so', async () => {
    async function* broken() {
      yield Buffer.from(`${textOf([{ devId: 'IMEI:1', account: account() }])}\n{"devId"`);
      throw new Error('reset');
    }
    const failed = importDevices(store, means, broken(), 'keep', () => 5);
    await expect(failed).rejects.toSatisfy(
      (error) => error instanceof ImportBroken && / 1 devices were registered/.test(error.message),
    );
    expect((await device('IMEI:1')).password).toBe('secret');
    const events = await store.reader.selectFrom('events').select('type').execute();
    expect(events.filter(({ type }) => type === 'device.imported')).toHaveLength(1);
  });

  it('take thousands of lines at once, from several at the same time', async () => {
    const lines = Array.from({ length: 1200 }, (_, n) => ({
      devId: `IMEI:${n}`,
      account: account(),
      nodes: { './A/Own': `${n}`, './A/Shared': `${n % 3}` },
    }));
    const results = await Promise.all([importAll(lines), importAll(lines), importAll(lines)]);
    expect(results.reduce((sum, { registered }) => sum + registered, 0)).toBe(1200);
    expect(results.reduce((sum, { kept }) => sum + kept, 0)).toBe(2400);
    const values = await store.reader.selectFrom('node_values').select('id').execute();
    expect(values).toHaveLength(1203);
  });
}
