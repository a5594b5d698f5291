import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordNodes } from '../../devices/index.ts';
import { orderKey } from '../../known-values/index.ts';
import { type Client, openClient } from './client.testing.ts';

interface Listed {
  items: { id: number; devId: string }[];
  next: string | null;
}
interface Refused {
  detail: string;
  errors: { field: string; expected: string; start?: number; end?: number }[];
}
interface Completions {
  start: number;
  items: { kind: string; text: string; devices: number | null }[];
}

/** Searches by expressions, and groups, on whatever database. */
export function groupSuite(url: () => Promise<string>): void {
  let client: Client;
  const where = (text: string) => `where=${encodeURIComponent(text)}`;
  const found = async (path: string) =>
    (await client.call<Listed>('GET', path)).body.items.map(({ devId }) => devId);
  const complete = async (text: string) =>
    (await client.call<Completions>('POST', '/expressions/complete', { text })).body;
  const texts = async (text: string) => (await complete(text)).items.map((item) => item.text);

  beforeAll(async () => {
    client = await openClient(await url());
    await client.store.transaction(async (db) => {
      for (const [n, swv] of ['1.9', '2.9', '2.10', '2.10'].entries()) {
        const { id } = await db
          .insertInto('devices')
          .values({
            dev_id: `IMEI:${n}`,
            man: n < 3 ? 'Acme' : '=Birch "x"',
            swv,
            swv_key: orderKey(swv),
            created_at: client.clock.now,
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        const node = (uri: string, value: string) => ({ uri, value, format: 'chr', type: null });
        const nodes = [
          node(`./MMS/x${n}/Addr`, n < 2 ? 'old.example' : 'new.example'),
          node('./MMS/x-1/Name', 'a'),
        ];
        await recordNodes(db, id, nodes, [], client.clock.now);
      }
    });
  });
  afterAll(() => client.close());

  it('finds, counts and exports devices by an expression', async () => {
    const query = where('manufacturer = "Acme" and fw < "2.10" and ./MMS/*/Addr = "old.example"');
    expect(await found(`/devices?${query}`)).toEqual(['IMEI:0', 'IMEI:1']);
    const first = await client.call<Listed>('GET', `/devices?${query}&limit=1`);
    expect(await found(`/devices?${query}&after=${first.body.next}`)).toEqual(['IMEI:1']);
    expect((await client.call('GET', `/devices/count?${query}`)).body).toEqual({ devices: 2 });
    expect((await client.call('GET', '/devices/count')).body).toEqual({ devices: 4 });
    const { body, headers } = await client.api.inject({
      url: `/api/v1/devices/export?${where('fw = "2.10"')}`,
      headers: { authorization: `Bearer ${client.token}` },
    });
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    const [titles, ...lines] = body.trim().split('\r\n');
    expect(titles).toMatch(/^id,devId,manufacturer,model,fw,/);
    expect(lines.map((line) => line.split(',').slice(1, 5))).toEqual([
      ['IMEI:2', 'Acme', '', '2.10'],
      ['IMEI:3', `"'=Birch ""x"""`, '', '2.10'],
    ]);
  });

  it('says where an expression is wrong', async () => {
    const { status, body } = await client.call<Refused>('GET', `/devices?${where('fw <')}`);
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { field: 'where', value: 'fw <', expected: 'a value after <', start: 4, end: 4 },
    ]);
    const check = async (text: string, count = false) =>
      (await client.call('POST', '/expressions/check', { text, count })).body;
    expect(await check('(FW < 2.10) AND not (model exists)', true)).toEqual({
      canonical: 'FW < 2.10 and not model exists',
      error: null,
      devices: 2,
    });
    expect(await check('manufactorer = "A"')).toMatchObject({
      error: { expected: 'manufacturer', start: 0, end: 12 },
    });
    expect(await check('group = "none"')).toMatchObject({ error: { start: 8, end: 14 } });
    expect((await client.call('GET', `/devices?${where('fw = "1"')}&text=I`)).status).toBe(400);
  });

  it('says what may come next', async () => {
    expect(await texts('manu')).toEqual(['manufacturer']);
    expect(await texts('fw = "1.9" ')).toEqual(['and', 'or']);
    expect(await texts('(fw = "1.9" ')).toEqual(['and', 'or', ')']);
    expect(await texts('lastSeen ')).toEqual(['<', '<=', '>', '>=', 'exists']);
    expect(await texts('task = f')).toEqual(['failed']);
    expect(await texts('./MMS/x')).toEqual(['./MMS/x-1', './MMS/x0', './MMS/x1', './MMS/x2', './MMS/x3']);
    expect(await texts('count(./MMS/*/A')).toEqual(['./MMS/*/Addr']);
    const start = 'fw exists and ./MMS/*/Addr = '.length;
    expect(await complete('fw exists and ./MMS/*/Addr = "old')).toEqual({
      start,
      items: [{ kind: 'value', text: '"old.example"', says: null, devices: 2 }],
    });
    expect((await complete('fw in ("1.9", ')).items).toMatchObject([
      { text: '"1.9"', devices: 1 },
      { text: '"2.9"', devices: 1 },
      { text: '"2.10"', devices: 2 },
    ]);
    expect(await texts('manufacturer = A')).toEqual(['"Acme"']);
    expect(await texts('fw = = ')).toEqual([]);
  });

  it('keeps groups', async () => {
    const made = await client.call('POST', '/groups', {
      name: 'sales',
      devices: ['IMEI:0'],
      variables: { apn: 's' },
    });
    expect(made).toMatchObject({ status: 201, body: { devices: 1, query: null, variables: { apn: 's' } } });
    expect((await client.call('POST', '/groups', { name: 'sales' })).status).toBe(409);
    const query = 'group = "sales" or fw = "2.9"';
    await client.call('POST', '/groups', { name: 'both', query });
    expect(await found('/groups/both/devices')).toEqual(['IMEI:0', 'IMEI:1']);
    expect((await client.call('GET', '/groups/both/count')).body).toEqual({ devices: 2 });
    const unknown = await client.call<Refused>('POST', '/groups/sales/devices', {
      add: ['IMEI:2', 'IMEI:9'],
    });
    expect(unknown.body.errors).toMatchObject([{ field: 'add/1', value: 'IMEI:9' }]);
    const changes = { add: ['IMEI:2', 'IMEI:9'], remove: ['IMEI:0'], skipUnknown: true };
    expect((await client.call('POST', '/groups/sales/devices', changes)).body).toEqual({
      added: 1,
      removed: 1,
      devices: 1,
      unknown: ['IMEI:9'],
    });
    expect((await client.call('POST', '/groups/both/devices', changes)).status).toBe(409);
    expect(await found('/groups/both/devices')).toEqual(['IMEI:1', 'IMEI:2']);
    expect((await client.call('GET', '/devices/IMEI:2/groups')).body).toMatchObject({
      items: [{ name: 'both' }, { name: 'sales', variables: { apn: 's' } }],
    });
    const cycle = await client.call<Refused>('PATCH', '/groups/both', { query: 'not group = "both"' });
    expect(cycle.body.errors[0]?.expected).toContain('both → both');
    expect((await client.call('DELETE', '/groups/sales')).status).toBe(409);
    expect(
      (await client.call('PATCH', '/groups/both', { query: 'fw exists', description: 'All' })).body,
    ).toMatchObject({ query: 'fw exists', description: 'All' });
    expect((await client.call('DELETE', '/groups/sales')).status).toBe(204);
    expect((await client.call<Listed>('GET', '/groups')).body.items).toMatchObject([{ name: 'both' }]);
    expect((await client.call('GET', '/groups/none/devices')).status).toBe(404);
  });

  it('takes SQL and half characters for what they are', async () => {
    for (const value of [`x'; drop table devices; --`, '%', '_', '\\', `"`, '\u{1f600}', ')']) {
      const text = `manufacturer = ${JSON.stringify(value)} or ./${JSON.stringify(value)} = ${JSON.stringify(value)}`;
      expect((await client.call('GET', `/devices/count?${where(text)}`)).body).toEqual({ devices: 0 });
      await complete(text.slice(0, -2));
    }
    for (const text of ['model = "\0"', 'model = "\ud800"', '\ud800 = 1', `model = "${'x'.repeat(8_190)}"`]) {
      const { body } = await client.call<Refused>('POST', '/expressions/complete', {
        text: text.slice(0, 8_000),
      });
      expect(body).toBeDefined();
    }
    const deep = `${'('.repeat(32)}fw exists${')'.repeat(32)}`;
    const wide = Array.from({ length: 200 }, (_, n) => `not (./A/*/*/${n} ~ "*${n}*" and fw != ${n})`);
    expect((await client.call('GET', `/devices/count?${where(deep)}`)).body).toEqual({ devices: 4 });
    const text = wide.slice(0, 90).join(' or ');
    expect((await client.call('POST', '/expressions/check', { text, count: true })).body).toMatchObject({
      devices: 4,
    });
    let nested = 'fw exists';
    for (let depth = 0; depth < 15; depth++) nested = `not (${nested} and lastSeen > -1d)`;
    expect(
      (await client.call('POST', '/expressions/check', { text: nested, count: true })).body,
    ).toMatchObject({
      error: null,
    });
  });
}
