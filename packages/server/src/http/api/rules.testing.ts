import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { recordNodes } from '../../devices/index.ts';
import { type Client, openClient } from './client.testing.ts';

interface Firing {
  devId: string;
  outcome: string;
  cause: string;
  why: object[];
  text: string;
}
interface ProblemBody {
  detail: string;
  errors?: { field: string; expected: string; start?: number }[];
}

const account = { client: { auth: 'none' } };
const STEPS = { steps: [{ kind: 'replace', uri: './A', value: 'right' }] };
const HOUR = 3_600_000;

/** Rules and events of the network, on whatever database. */
export function ruleSuite(url: () => Promise<string>): void {
  let client: Client;
  beforeAll(async () => {
    client = await openClient(await url());
  });
  afterAll(() => client.close());
  beforeEach(async () => {
    // The next hour, and beyond what rules are remembered for.
    client.clock.now += 72 * HOUR;
    client.rules.book.renew();
    await client.store.transaction(async (db) => {
      for (const table of [
        'rules',
        'group_uses',
        'devices',
        'subscribers',
        'profiles',
        'device_groups',
        'events',
      ] as const)
        await db.deleteFrom(table).execute();
    });
  });

  const register = async (...devIds: string[]): Promise<number[]> => {
    const devices = devIds.map((devId) => ({ devId, account }));
    return (await client.call<{ ids: number[] }>('POST', '/devices/bulk', { devices })).body.ids;
  };
  const know = (device: number, uri: string, value: string) =>
    client.store.transaction((db) =>
      recordNodes(db, device, [{ uri, format: 'chr', type: null, value }], [], client.clock.now),
    );
  const make = async (name: string, definition: object) => {
    const made = await client.call('POST', '/rules', { name, definition });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
  };
  const firings = async (name: string) =>
    (await client.call<{ items: Firing[] }>('GET', `/rules/${name}/firings`)).body.items.reverse();
  const tasks = async () => (await client.call<{ items: object[] }>('GET', '/tasks')).body.items;
  const send = async (body: object) =>
    client.call<{ rules: { outcome: string; devId: string }[] }>('POST', '/events', body);

  it.each([
    [{ do: STEPS }, 'when', '"when", "on" or both'],
    [{ when: './A = ', do: STEPS }, 'when', 'a value'],
    [{ when: 'group = nobody', do: STEPS }, 'when', 'the name of a group'],
    [{ on: { firstSeen: true }, do: {} }, 'do', 'one of steps, profile, group, care'],
    [{ on: { firstSeen: true }, do: { ...STEPS, care: 'look' } }, 'do', 'one of'],
    [{ on: { firstSeen: true }, do: { steps: [{ kind: 'get', uri: 'A//B' }] } }, 'do/steps/0/uri', ''],
    [
      { on: { firstSeen: true }, do: { steps: [{ kind: 'add', uri: './A', content: 1 }] } },
      'do/steps/0/content',
      'rules do not keep contents',
    ],
    [{ when: 'model = x', do: STEPS, query: { staleAfter: 60 } }, 'query', 'paths'],
    [{ when: './*/A = x', do: STEPS, query: { staleAfter: 60 } }, 'query', 'begin with a name'],
  ])('refuses what no rule can be, and says where: %j', async (definition, field, expected) => {
    const { status, body } = await client.call<ProblemBody>('POST', '/rules', { name: 'wrong', definition });
    expect(status).toBe(400);
    const found = body.errors?.find((each) => each.field === field);
    expect(found?.expected, JSON.stringify(body)).toContain(expected);
  });

  it('is made, shown, changed, switched off and deleted', async () => {
    await make('one', { when: './A = wrong', do: STEPS });
    const { status } = await client.call('POST', '/rules', {
      name: 'one',
      definition: { when: './A = x', do: STEPS },
    });
    expect(status).toBe(409);
    await client.rounds.round();
    const shown = await client.call('GET', '/rules/one');
    expect(shown.body).toMatchObject({
      enabled: true,
      definition: { when: './A = wrong', do: STEPS },
      counts: { fired: 0, still: 0, held: 0, clear: 0 },
      sweptAt: new Date(client.clock.now).toISOString(),
    });
    expect((await client.call('PUT', '/rules/one', { enabled: false })).body).toMatchObject({
      enabled: false,
    });
    const [device = 0] = await register('IMEI:1');
    await know(device, './A', 'wrong');
    await client.rounds.round();
    expect(await firings('one')).toEqual([]);
    expect((await client.call('PUT', '/rules/two', { enabled: true })).status).toBe(404);
    expect((await client.call('DELETE', '/rules/one')).status).toBe(204);
    expect((await client.call('GET', '/rules/one')).status).toBe(404);
  });

  it('tells what it would find', async () => {
    const [one = 0, two = 0] = await register('IMEI:1', 'IMEI:2');
    await know(one, './A', 'wrong');
    await know(two, './A', 'right');
    const definition = { when: './A = wrong', do: STEPS };
    const found = (await client.call('POST', '/rules/test', { definition })).body;
    expect(found).toEqual({
      devices: 1,
      found: [{ deviceId: one, devId: 'IMEI:1', holds: true, why: [{ node: './A', value: 'wrong' }] }],
    });
    // Of several nodes those are told for which it holds.
    for (const [name, value] of [
      ['One', 'right'],
      ['Two', 'wrong'],
    ] as const)
      await know(one, `./MMS/${name}/Addr`, value);
    const several = { definition: { ...definition, when: './MMS/*/Addr = wrong' } };
    expect((await client.call('POST', '/rules/test', several)).body).toMatchObject({
      found: [{ why: [{ node: './MMS/Two/Addr', value: 'wrong' }] }],
    });
    const other = (await client.call('POST', '/rules/test', { definition, device: 'IMEI:2' })).body;
    expect(other).toMatchObject({ found: [{ devId: 'IMEI:2', holds: false }] });
    expect(await tasks()).toEqual([]);
  });

  it('acts on so many devices in an hour, and on the others later', async () => {
    for (const id of await register('IMEI:1', 'IMEI:2', 'IMEI:3')) await know(id, './A', 'wrong');
    await make('slow', { when: './A = wrong', do: STEPS, perHour: 2 });
    await client.rounds.round();
    expect(await firings('slow')).toHaveLength(2);
    expect((await client.call('GET', '/rules/slow')).body).toMatchObject({ counts: { fired: 2, held: 1 } });
    client.clock.now += HOUR;
    await client.rounds.round();
    expect((await firings('slow')).map(({ devId }) => devId)).toEqual(['IMEI:1', 'IMEI:2', 'IMEI:3']);
    await client.rounds.round();
    expect(await tasks()).toHaveLength(3);
  });

  it('does not note of each of many devices that it has to wait', async () => {
    const ids = await register(...Array.from({ length: 401 }, (_, at) => `IMEI:${at}`));
    await client.store.transaction(async (db) => {
      const node = { uri: './A', format: 'chr', type: null, value: 'wrong' };
      for (const id of ids) await recordNodes(db, id, [node], [], client.clock.now);
    });
    await make('many', { when: './A = wrong', do: { care: 'Look.' }, perHour: 1 });
    await client.rounds.round();
    const { body } = await client.call<{ counts: { held: number }; sweptAt: null }>('GET', '/rules/many');
    expect(body.counts.held).toBeLessThan(300);
    expect(body.sweptAt).toBeNull();
  });

  it('puts devices into a group, and tells customer care', async () => {
    const [device = 0] = await register('IMEI:1');
    await know(device, './A', 'wrong');
    expect((await client.call('POST', '/groups', { name: 'found', devices: [] })).status).toBe(201);
    await make('grouped', { when: './A = wrong', do: { group: 'found' } });
    await make('cared', { when: './A = wrong', do: { care: 'It has the old address.' } });
    for (let round = 0; round < 2; round++) await client.rounds.round();
    expect((await firings('grouped')).map(({ text }) => text)).toEqual([
      'The device was put into group found.',
    ]);
    expect(await firings('cared')).toHaveLength(1);
    expect((await client.call('GET', '/groups/found')).body).toMatchObject({ devices: 1 });
    const cases = await client.call<{ items: object[] }>('GET', '/care/cases');
    expect(cases.body.items).toMatchObject([{ kind: 'rule', text: 'It has the old address.' }]);
    // What a rule names is kept.
    expect((await client.call('DELETE', '/groups/found')).status).toBe(409);
  });

  it('says so where it cannot act, and tries again later', async () => {
    const nodes = [{ path: 'B', value: '${subscriber.plan}' }];
    const document = { fragments: [{ root: './A', nodes }] };
    const profile = await client.call('POST', '/profiles', { name: 'mms', document });
    expect(profile.status, JSON.stringify(profile.body)).toBe(201);
    await make('cannot', { when: './A = wrong', do: { profile: 'mms' } });
    const [one = 0, two = 0] = await register('IMEI:1', 'IMEI:2');
    const look = async (device: number) => {
      await know(device, './A', 'wrong');
      await client.call('PUT', '/rules/cannot', { enabled: true });
      await client.rounds.round();
      return firings('cannot');
    };
    expect(await look(one)).toMatchObject([
      { outcome: 'failed', text: expect.stringContaining('subscriber') },
    ]);
    expect((await client.call('DELETE', '/profiles/mms')).status).toBe(204);
    expect(await look(two)).toMatchObject([
      { devId: 'IMEI:1' },
      { outcome: 'failed', text: expect.stringContaining('there is no profile') },
    ]);
    expect((await client.call('GET', '/rules/cannot')).body).toMatchObject({ counts: { held: 2 } });
    expect(await tasks()).toEqual([]);
  });

  it('does nothing by rules that another process has just deleted', async () => {
    await register('IMEI:1');
    for (const [name, more] of [
      ['one', {}],
      ['two', { dryRun: true }],
      ['three', { perHour: 1 }],
    ] as const)
      await make(name, { on: { event: 'seen' }, do: STEPS, ...more });
    await client.rounds.round();
    await client.store.transaction((db) => db.deleteFrom('rules').execute());
    const { status } = await send({ type: 'seen', device: 'IMEI:1' });
    expect(status).toBe(202);
    expect(await tasks()).toEqual([]);
  });

  it('takes events about whoever the network knows', async () => {
    await register('IMEI:1', 'IMEI:2');
    await client.call('PUT', '/devices/IMEI:1/addresses/msisdn', { value: '+441632960001' });
    await client.call('PUT', '/devices/IMEI:2/addresses/ip', { value: '192.0.2.7:2948' });
    await client.call('POST', '/subscribers', {
      name: 'C-1',
      msisdns: ['+441632960001'],
      imsi: '234150999999999',
    });
    await make('seen', { on: { event: 'wrong' }, do: STEPS, dryRun: true, coolDown: 0 });
    for (const subject of [
      { msisdn: '441632960001' },
      { imsi: '234150999999999' },
      { ip: '192.0.2.7' },
      { ip: '192.0.2.7:2948' },
      { device: 'IMEI:2' },
    ]) {
      client.clock.now += 1_000;
      const { status, body } = await send({ type: 'wrong', ...subject });
      expect({ status, body }, JSON.stringify(subject)).toMatchObject({
        status: 202,
        body: { devices: 1, rules: [{ outcome: 'dry run', devId: expect.stringMatching(/^IMEI:[12]$/) }] },
      });
    }
    expect((await firings('seen')).map(({ devId }) => devId)).toEqual([
      'IMEI:1',
      'IMEI:1',
      'IMEI:2',
      'IMEI:2',
      'IMEI:2',
    ]);
    for (const [body, status] of [
      [{ type: 'wrong' }, 400],
      [{ type: 'wrong', device: 'IMEI:1', ip: '192.0.2.7' }, 400],
      [{ type: 'wrong', imsi: 'x' }, 400],
      [{ type: 'not a type', device: 'IMEI:1' }, 400],
      [{ type: 'wrong', device: 'IMEI:1', data: { a: 'x'.repeat(9000) } }, 400],
      [{ type: 'wrong', imsi: '234150999999998' }, 404],
      [{ type: 'wrong', ip: '192.0.2.8' }, 404],
    ] as const)
      expect((await send(body)).status, JSON.stringify(body).slice(0, 80)).toBe(status);
    const log = await client.call<{ items: object[] }>('GET', '/events?type=network');
    expect(log.body.items).toHaveLength(5);
  });

  it('asks devices once of which too little is known, so many in an hour', async () => {
    const [fresh = 0] = await register('IMEI:1', 'IMEI:2', 'IMEI:3');
    await know(fresh, './MMS/One/Addr', 'right');
    const query = { staleAfter: 86_400, among: 'devId ~ "IMEI:*"', perHour: 1 };
    await make('stale', { when: './MMS/*/Addr = wrong', do: STEPS, query });
    for (let round = 0; round < 2; round++) await client.rounds.round();
    expect(await tasks()).toMatchObject([{ devId: 'IMEI:2' }]);
    client.clock.now += HOUR;
    for (let round = 0; round < 2; round++) await client.rounds.round();
    expect(await tasks()).toMatchObject([{ devId: 'IMEI:3' }, { devId: 'IMEI:2' }]);
    client.clock.now += HOUR;
    await client.rounds.round();
    expect(await tasks()).toHaveLength(2);
  });
}
