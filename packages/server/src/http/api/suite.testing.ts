import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { UploadBroken, uploadContent } from '../../contents/index.ts';
import { DEFAULT_LOCKOUT, recordNodes } from '../../devices/index.ts';
import { Housekeeper } from '../../housekeeping/index.ts';
import { recordRefusal } from '../../refusals/index.ts';
import type { Queries } from '../../store/index.ts';
import { type Client, openClient } from './client.testing.ts';

interface Page<T> {
  items: T[];
  next: string | null;
}
interface DeviceBody {
  id: number;
  devId: string;
  account: unknown;
}
interface TaskBody {
  id: number;
  state: string;
  steps: unknown[];
  results: unknown;
  finishedAt: string | null;
}
interface CampaignBody {
  id: number;
  state: string;
  counts: { devices: number; succeeded: number; failed: number; pending: number };
}
interface MessageBody {
  n: number;
  direction: string;
  commands: string[];
  xml: string | null;
  error: string | null;
  deviations: { rule: string; says: string; specification: string }[];
  notes: string[];
}

const account = {
  client: { auth: 'md5', user: 'phone', password: 'phone secret' },
  server: { auth: 'basic', user: 'grove', password: 'server secret' },
};
const DAY = 24 * 60 * 60_000;
const GET_MAN = { kind: 'get', uri: './DevInfo/Man' };
const RESULT = { step: 0, command: 'Get', uri: './DevInfo/Man', status: 200, value: 'Nokia' };
const SUCCESS = { state: 'succeeded' as const, results: [RESULT], reason: null };
const FAILURE = { state: 'failed' as const, results: [], reason: 'the device is full' };

/** An upload whose line dies. */
async function* cutShort(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(1_000_000);
  throw new Error('the line is dead');
}

/** What the API and the repositories do, on whatever database. */
export function apiSuite(url: () => Promise<string>): void {
  let client: Client;
  beforeAll(async () => {
    client = await openClient(await url());
  });
  afterAll(() => client.close());
  beforeEach(() =>
    unit(async (db) => {
      // What hangs on these goes with them.
      for (const table of ['campaigns', 'profiles', 'devices', 'refusals'] as const) {
        await db.deleteFrom(table).execute();
      }
    }),
  );

  const unit = <T>(work: (db: Queries) => Promise<T>) => client.store.transaction(work);
  async function register(...devIds: string[]): Promise<number[]> {
    const devices = devIds.map((devId) => ({ devId, account }));
    const { status, body } = await client.call<{ ids: number[] }>('POST', '/devices/bulk', { devices });
    expect(status).toBe(201);
    return body.ids;
  }
  async function collect<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let after = ''; ; ) {
      const { status, body } = await client.call<Page<T>>('GET', `${path}${after}`);
      expect(status).toBe(200);
      items.push(...body.items);
      if (body.next === null) return items;
      after = `${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(body.next)}`;
    }
  }
  async function addSession(device: number, state: 'open' | 'ended'): Promise<number> {
    return unit(async (db) => {
      const { id } = await db
        .insertInto('sessions')
        .values({
          device_id: device,
          session_id: '1',
          state,
          outcome: state === 'open' ? null : 'completed',
          encoding: 'xml',
          remote: '192.0.2.1',
          started_at: client.clock.now,
          last_at: client.clock.now,
          expires_at: client.clock.now + 15 * 60_000,
          messages: 2,
          bytes_in: 10,
          bytes_out: 10,
          engine: '{}',
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db.updateTable('devices').set({ live_session: id }).where('id', '=', device).execute();
      return id;
    });
  }
  const ids = async (path: string) => (await collect<{ id: number }>(path)).map(({ id }) => id);
  const calling = (deviceId: number) => ({
    deviceId,
    devId: 'IMEI:1',
    task: 1,
    policy: null,
    waiting: [],
    alerted: [],
    now: client.clock.now,
  });
  const housekeeper = () =>
    new Housekeeper({
      store: client.store,
      work: client.work,
      now: () => client.clock.now,
      onError: (error) => {
        throw error;
      },
      lockout: DEFAULT_LOCKOUT,
      retention: { refusals: 3 },
    });

  it('registers a device and never shows its secrets', async () => {
    const made = await client.call<DeviceBody>('POST', '/devices', { devId: 'IMEI:1', account });
    expect(made.status).toBe(201);
    expect(made.headers.location).toBe(`/api/v1/devices/${made.body.id}`);
    const shown = await client.call<DeviceBody>('GET', '/devices/IMEI%3A1');
    expect(shown.body).toEqual(made.body);
    expect(shown.body.account).toEqual({
      serverId: 'grove',
      client: { auth: 'md5', user: 'phone', fingerprint: null },
      server: { auth: 'basic', user: 'grove' },
    });
    const row = await client.store.reader.selectFrom('accounts').selectAll().executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toMatch(/phone secret|server secret/);
    expect(Buffer.from(row.client_nonce ?? '', 'base64')).toHaveLength(16);
    expect(row.server_nonce).toBeNull();

    const changed = await client.call<DeviceBody>('PUT', `/devices/${made.body.id}/account`, {
      serverId: 'operator',
      client: { auth: 'none' },
    });
    expect(changed.body.account).toEqual({
      serverId: 'operator',
      client: { auth: 'none', user: null, fingerprint: null },
      server: { auth: 'none', user: null },
    });
  });

  it('registers many devices, all or none', async () => {
    const devIds = Array.from({ length: 1200 }, (_, n) => `IMEI:${n}`);
    const ids = await register(...devIds);
    expect(new Set(ids).size).toBe(1200);
    const seventh = await client.call<DeviceBody>('GET', `/devices/${ids[7]}`);
    expect(seventh.body.devId).toBe('IMEI:7');

    const again = { devices: ['IMEI:new', 'IMEI:7'].map((devId) => ({ devId, account })) };
    const refused = await client.call<{ errors: { field: string; value: string }[] }>(
      'POST',
      '/devices/bulk',
      again,
    );
    expect(refused.status).toBe(409);
    expect(refused.body.errors).toMatchObject([{ field: 'devices/1/devId', value: 'IMEI:7' }]);
    const twice = { devices: ['IMEI:a', 'IMEI:a'].map((devId) => ({ devId, account })) };
    expect((await client.call('POST', '/devices/bulk', twice)).status).toBe(409);
    expect((await client.call('GET', '/devices/IMEI:new')).status).toBe(404);
    expect((await client.call('GET', '/devices/IMEI:a')).status).toBe(404);
  });

  it('lists and searches devices page by page', async () => {
    const ids = await register('IMEI:1', 'IMEI:2', 'URN:Nokia', 'IMEI:3', 'IMEI:4');
    await unit((db) =>
      db
        .updateTable('devices')
        .set({ man: 'Nokia', mod: 'IMEI' })
        .where('id', 'in', ids.slice(1, 4))
        .execute(),
    );
    const devIds = async (query: string) =>
      (await collect<DeviceBody>(`/devices?limit=2${query}`)).map(({ devId }) => devId);
    expect(await devIds('')).toEqual(['IMEI:1', 'IMEI:2', 'URN:Nokia', 'IMEI:3', 'IMEI:4']);
    // Those found by DevId are not found again by model.
    expect(await devIds('&text=IMEI')).toEqual(['IMEI:1', 'IMEI:2', 'IMEI:3', 'IMEI:4', 'URN:Nokia']);
    expect(await devIds('&text=Nok')).toEqual(['IMEI:2', 'URN:Nokia', 'IMEI:3']);
    expect(await devIds('&text=IMEJ')).toEqual([]);
  });

  it('searches with bounded work where all of one section were in the section before', async () => {
    const ids = await register(...Array.from({ length: 3000 }, (_, n) => `IMEI:${n}`));
    await unit((db) => db.updateTable('devices').set({ man: 'Acme', mod: 'Acme 1' }).execute());
    await unit((db) =>
      db
        .updateTable('devices')
        .set({ man: 'Other' })
        .where('id', '=', ids[2998] as number)
        .execute(),
    );
    const found = await collect<{ devId: string }>('/devices?text=Acme&limit=400');
    expect(new Set(found.map(({ devId }) => devId)).size).toBe(3000);
    expect(found.at(-1)?.devId).toBe('IMEI:2998');
  });

  it('deletes a device with all that is known of it', async () => {
    const [id] = (await register('IMEI:1')) as [number];
    await client.call('POST', '/devices/IMEI:1/tasks', { steps: [GET_MAN] });
    expect((await client.call('DELETE', '/devices/IMEI:1')).status).toBe(204);
    expect((await client.call('GET', `/devices/${id}`)).status).toBe(404);
    expect(await collect('/tasks')).toEqual([]);
  });

  it("shows what is known of a device's tree", async () => {
    const [id] = (await register('IMEI:1')) as [number];
    const node = (uri: string, value: string) => ({ uri, format: 'chr', type: null, value });
    const nodes = [node('./A/B/C', '1'), node('./A-B', '2'), node('./A/D', '3'), node('./AA', '4')];
    await unit((db) => recordNodes(db, id, nodes, [], client.clock.now));
    const uris = (await collect<{ uri: string }>(`/devices/${id}/nodes?limit=1`)).map(({ uri }) => uri);
    expect(uris).toEqual(['./A-B', './A/B/C', './A/D', './AA']);
    const below = await collect<{ uri: string }>(`/devices/${id}/nodes?under=./A`);
    expect(below.map(({ uri }) => uri)).toEqual(['./A/B/C', './A/D']);
    const { body } = await client.call('GET', `/devices/${id}/tree?under=./A`);
    expect(body).toMatchObject({
      complete: true,
      tree: {
        uri: './A',
        node: null,
        children: [
          { name: 'B', node: null, children: [{ name: 'C', node: { value: '1' }, children: [] }] },
          { name: 'D', node: { value: '3' } },
        ],
      },
    });
  });

  it('keeps a task from its creation to its end', async () => {
    const [id] = (await register('IMEI:1')) as [number];
    const made = await client.call<TaskBody>('POST', '/devices/IMEI:1/tasks', {
      steps: [{ kind: 'get', uri: 'DevInfo/Man' }],
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ state: 'pending', steps: [GET_MAN], results: null });
    const task = made.body.id;

    const waited = client.call<TaskBody>('GET', `/tasks/${task}?wait=30`);
    await unit(async (db) => {
      expect(await client.work.begin(db, { kind: 'task', id: task }, id, 5, client.clock.now)).toBe(true);
      await client.work.finish(db, { kind: 'task', id: task }, id, 5, SUCCESS, client.clock.now);
    });
    client.hub.ended(task);
    expect((await waited).body).toMatchObject({
      state: 'succeeded',
      results: [RESULT],
      sessionId: 5,
      finishedAt: new Date(client.clock.now).toISOString(),
    });
    // What has ended stays as it is.
    await unit((db) => client.work.finish(db, { kind: 'task', id: task }, id, 6, FAILURE, client.clock.now));
    expect((await client.call<TaskBody>('GET', `/tasks/${task}`)).body.state).toBe('succeeded');
    expect((await client.call('POST', `/tasks/${task}/cancel`)).status).toBe(409);
    expect(await collect('/tasks?state=succeeded&device=IMEI:1')).toHaveLength(1);
    expect(await collect('/tasks?state=pending')).toEqual([]);
  });

  it('cancels a task unless an open session carries it out', async () => {
    const [id] = (await register('IMEI:1')) as [number];
    const tasks: number[] = [];
    for (let n = 0; n < 2; n++) {
      const made = await client.call<TaskBody>('POST', `/devices/${id}/tasks`, { steps: [GET_MAN] });
      tasks.push(made.body.id);
    }
    const [pending, running] = tasks as [number, number];
    expect((await client.call<TaskBody>('POST', `/tasks/${pending}/cancel`)).body.state).toBe('cancelled');
    const begin = (task: number, session: number) =>
      unit((db) => client.work.begin(db, { kind: 'task', id: task }, id, session, client.clock.now));
    expect(await begin(pending, 1)).toBe(false);

    const session = await addSession(id, 'open');
    await begin(running, session);
    expect((await client.call('POST', `/tasks/${running}/cancel`)).status).toBe(409);
    client.clock.now += 16 * 60_000;
    await housekeeper().round();
    const { body } = await client.call('GET', `/sessions/${session}`);
    expect(body).toMatchObject({ state: 'ended', outcome: 'expired' });
    expect((await client.call<TaskBody>('POST', `/tasks/${running}/cancel`)).body.state).toBe('cancelled');
  });

  it('gives a device its tasks, then the campaigns that it has not had', async () => {
    const [first, second] = (await register('IMEI:1', 'IMEI:2')) as [number, number];
    const campaign = async (name: string) =>
      (await client.call<CampaignBody>('POST', '/campaigns', { name, steps: [GET_MAN] })).body.id;
    const a = await campaign('a');
    const task = (await client.call<TaskBody>('POST', `/devices/${first}/tasks`, { steps: [GET_MAN] })).body
      .id;
    const b = await campaign('b');
    const work = async (device: number, limit = 10) =>
      (await unit((db) => client.work.pending(db, calling(device), limit))).map(
        ({ kind, id }) => `${kind} ${id}`,
      );

    expect(await work(first)).toEqual([`task ${task}`, `campaign ${a}`, `campaign ${b}`]);
    expect(await work(first, 2)).toEqual([`task ${task}`, `campaign ${a}`]);
    expect(await work(second)).toEqual([`campaign ${a}`, `campaign ${b}`]);
    const finish = (id: number, device: number, result: typeof SUCCESS | typeof FAILURE) =>
      unit((db) => client.work.finish(db, { kind: 'campaign', id }, device, 1, result, client.clock.now));
    await finish(a, first, SUCCESS);
    await finish(a, first, FAILURE);
    await unit((db) => client.work.begin(db, { kind: 'task', id: task }, first, 1, client.clock.now));
    expect(await work(first)).toEqual([`campaign ${b}`]);
    await client.call('POST', `/campaigns/${b}/cancel`);
    expect(await work(second)).toEqual([`campaign ${a}`]);

    const [third] = (await register('IMEI:3')) as [number];
    expect(await work(third)).toEqual([]);
    const counts = async () => (await client.call<CampaignBody>('GET', `/campaigns/${a}`)).body;
    expect((await counts()).counts).toMatchObject({ devices: 2, succeeded: 1, failed: 0, pending: 1 });
    await client.campaigns.runner.round();
    expect((await counts()).state).toBe('running');
    await finish(a, second, FAILURE);
    expect(await collect(`/campaigns/${a}/outcomes?limit=1&outcome=failed`)).toMatchObject([
      { devId: 'IMEI:2', reason: 'the device is full' },
    ]);
    await client.campaigns.runner.round();
    expect(await counts()).toMatchObject({
      state: 'finished',
      counts: { devices: 2, succeeded: 1, failed: 1, pending: 0 },
    });
    expect(await collect<{ devId: string }>(`/campaigns/${a}/outcomes?limit=1`)).toHaveLength(2);
    expect((await client.call('POST', `/campaigns/${a}/cancel`)).status).toBe(409);
    expect((await collect<{ state: string }>('/campaigns?limit=1')).map(({ state }) => state)).toEqual([
      'cancelled',
      'finished',
    ]);
  });

  it('keeps the versions of a profile, and campaigns at theirs', async () => {
    const [device] = (await register('IMEI:1')) as [number];
    const document = (value: string) => ({ root: 'Vendor/MMS', nodes: [{ path: 'Proxy', value }] });
    const made = await client.call('POST', '/profiles', { name: 'MMS of us', document: document('a') });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ version: 1, document: { fragments: [{ root: './Vendor/MMS' }] } });
    expect(
      (await client.call('POST', '/profiles', { name: 'MMS of us', document: document('a') })).status,
    ).toBe(409);
    const campaign = await client.call<CampaignBody>('POST', '/campaigns', {
      name: 'MMS',
      profile: 'MMS of us',
    });
    const path = '/profiles/MMS%20of%20us';
    expect((await client.call('PUT', path, { document: document('b') })).body).toMatchObject({ version: 2 });
    expect((await client.call('GET', path)).body).toMatchObject({
      version: 2,
      document: { fragments: [{ nodes: [{ value: 'b' }] }] },
    });
    expect((await client.call('GET', `${path}?version=1`)).body).toMatchObject({
      document: { fragments: [{ nodes: [{ value: 'a' }] }] },
    });
    expect((await client.call('GET', `${path}?version=3`)).status).toBe(404);
    expect(await unit((db) => client.work.pending(db, calling(device), 1))).toMatchObject([
      { id: campaign.body.id, steps: [{ kind: 'converge', root: './Vendor/MMS', nodes: [{ value: 'a' }] }] },
    ]);
    expect((await client.call('DELETE', path)).status).toBe(409);
    await client.call('POST', '/profiles', { name: 'unused', document: document('a') });
    expect((await client.call('DELETE', '/profiles/unused')).status).toBe(204);
    expect(await collect<{ name: string }>('/profiles?limit=1')).toMatchObject([{ name: 'MMS of us' }]);
  });

  it('shows what was said in a session', async () => {
    const [device] = (await register('IMEI:1')) as [number];
    const session = await addSession(device, 'ended');
    const message = (body: string) =>
      Buffer.from(
        `<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>1</SessionID><MsgID>1</MsgID><Target><LocURI>x</LocURI></Target><Source><LocURI>IMEI:1</LocURI></Source></SyncHdr><SyncBody>${body}<Final/></SyncBody></SyncML>`,
      );
    const request = message('<Alert><CmdID>1</CmdID><Data>1201</Data></Alert>');
    const response = message(
      '<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>1</CmdRef><Cmd>Alert</Cmd><Data>200</Data></Status><Get><CmdID>2</CmdID><Item><Target><LocURI>./DevInfo/Man</LocURI></Target></Item></Get>',
    );
    await unit((db) =>
      db
        .insertInto('exchanges')
        .values(
          Array.from({ length: 11 }, (_, index) => ({
            session_id: session,
            n: index + 1,
            at: client.clock.now,
            request: index === 10 ? Buffer.from('no message') : request,
            response,
            encoding: 'xml' as const,
            deviations: index === 0 ? '["the server noted this"]' : null,
          })),
        )
        .execute(),
    );
    const messages = await collect<MessageBody>(`/sessions/${session}/messages?limit=3`);
    expect(messages.map(({ n, direction }) => `${n} ${direction}`)).toEqual(
      Array.from({ length: 11 }, (_, index) => [`${index + 1} request`, `${index + 1} response`]).flat(),
    );
    const [asked, answered] = messages;
    expect(asked).toMatchObject({
      commands: ['Alert 1201 Client-initiated management'],
      deviations: [{ rule: 'package-1-devinfo', severity: 'error', path: 'SyncML/SyncBody', section: '8.3' }],
      notes: ['the server noted this'],
      error: null,
    });
    expect(asked?.xml?.split('\n').slice(0, 4)).toEqual([
      '<SyncML xmlns="SYNCML:SYNCML1.2">',
      '  <SyncHdr>',
      '    <VerDTD>1.2</VerDTD>',
      '    <VerProto>DM/1.2</VerProto>',
    ]);
    expect(answered?.commands).toEqual([
      'Status 200 OK for Alert (command 1 of message 1)',
      'Get ./DevInfo/Man',
    ]);
    expect(answered?.notes).toEqual([]);
    expect(messages[20]).toMatchObject({ xml: null, commands: [], error: expect.any(String) });
    expect(await collect('/sessions?outcome=completed&device=IMEI:1')).toHaveLength(1);
    expect(await collect('/sessions?outcome=open')).toEqual([]);

    client.clock.now += 31 * 24 * 60 * 60_000;
    await housekeeper().round();
    expect(await collect(`/sessions/${session}/messages`)).toEqual([]);
  });

  interface ContentBody {
    id: number;
    size: number;
    sha256: string | null;
  }
  const upload = (bytes: Buffer | Readable, headers: Record<string, string> = {}, query = '') =>
    client.api.inject({
      method: 'POST',
      url: `/api/v1/contents${query}`,
      headers: { authorization: `Bearer ${client.token}`, ...headers },
      payload: bytes,
    });
  const download = (id: number, headers: Record<string, string> = {}) =>
    client.api.inject({
      url: `/api/v1/contents/${id}/bytes`,
      headers: { authorization: `Bearer ${client.token}`, ...headers },
    });
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

  it('keeps contents of any type, and gives them back whole or in part', async () => {
    const bytes = randomBytes(1_500_000);
    const uploaded = await upload(bytes, { 'content-type': 'application/json' }, '?name=firmware%20(1).bin');
    expect(uploaded.statusCode).toBe(201);
    const content = uploaded.json<ContentBody>();
    expect(content).toMatchObject({
      name: 'firmware (1).bin',
      type: 'application/json',
      size: bytes.length,
      sha256: sha256(bytes),
      deviceId: null,
    });
    expect(uploaded.headers.location).toBe(`/api/v1/contents/${content.id}`);
    expect((await client.call('GET', `/contents/${content.id}`)).body).toEqual(content);
    expect((await collect<ContentBody>('/contents?limit=1'))[0]).toEqual(content);

    const whole = await download(content.id);
    expect(whole.statusCode).toBe(200);
    expect(whole.rawPayload.equals(bytes)).toBe(true);
    expect(whole.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(bytes.length),
      etag: `"${sha256(bytes)}"`,
      'content-disposition': "attachment; filename*=UTF-8''firmware%20%281%29.bin",
    });
    for (const [range, start, end] of [
      ['bytes=0-0', 0, 1],
      ['bytes=65530-65545', 65530, 65546],
      ['bytes=700000-', 700000, bytes.length],
      ['bytes=-7', bytes.length - 7, bytes.length],
      ['bytes=1-9999999', 1, bytes.length],
    ] as const) {
      const part = await download(content.id, { range });
      expect(part.statusCode).toBe(206);
      expect(part.rawPayload.equals(bytes.subarray(start, end)), range).toBe(true);
      expect(part.headers['content-range']).toBe(`bytes ${start}-${end - 1}/${bytes.length}`);
    }
    const beyond = await download(content.id, { range: 'bytes=1500000-' });
    expect(beyond.statusCode).toBe(416);
    expect(beyond.headers['content-range']).toBe('bytes */1500000');
    expect((await download(content.id, { range: 'bytes=5-2' })).statusCode).toBe(200);
    expect((await download(content.id, { range: 'bytes=0-1', 'if-range': '"other"' })).statusCode).toBe(200);
  });

  it('refuses contents that are too large, coded, or cut short, and keeps nothing of them', async () => {
    const before = await collect('/contents');
    const large = Readable.from([Buffer.alloc(3_000_000), Buffer.alloc(3_000_000)]);
    expect((await upload(large, { 'transfer-encoding': 'chunked' })).statusCode).toBe(413);
    const coded = await upload(Buffer.from('x'), { 'content-encoding': 'gzip' });
    expect(coded.statusCode).toBe(415);
    const broken = uploadContent(client.store, cutShort(), {}, 4_000_000, () => client.clock.now);
    await expect(broken).rejects.toThrow(UploadBroken);
    expect(await collect('/contents')).toEqual(before);
    client.clock.now += 61 * 60_000;
    await housekeeper().round();
    expect(await client.store.reader.selectFrom('contents').select('id').execute()).toHaveLength(
      before.length,
    );
    const empty = await upload(Buffer.alloc(0));
    expect(empty.json()).toMatchObject({ size: 0, sha256: sha256(Buffer.alloc(0)) });
    expect((await download(empty.json<ContentBody>().id)).body).toBe('');
  });

  it('deletes contents when they are told to, or when nothing has referred to them for long', async () => {
    const first = (await upload(Buffer.alloc(200_000, 1))).json<ContentBody>();
    const second = (await upload(Buffer.alloc(200_000, 2))).json<ContentBody>();
    expect((await client.call('DELETE', `/contents/${first.id}`)).status).toBe(204);
    expect((await client.call('GET', `/contents/${first.id}`)).status).toBe(404);
    expect((await download(first.id)).statusCode).toBe(404);
    expect((await client.call('DELETE', `/contents/${first.id}`)).status).toBe(404);

    client.clock.now += 29 * 24 * 60 * 60_000;
    await housekeeper().round();
    expect((await client.call('GET', `/contents/${second.id}`)).status).toBe(200);
    client.clock.now += 2 * 24 * 60 * 60_000;
    await housekeeper().round();
    expect((await client.call('GET', `/contents/${second.id}`)).status).toBe(404);
    for (const table of ['contents', 'content_parts'] as const) {
      expect(await client.store.reader.selectFrom(table).selectAll().execute()).toEqual([]);
    }
  });

  it('forgets old sessions and alerts, but for what work needs that has not ended', async () => {
    const [device, other] = (await register('IMEI:1', 'IMEI:2')) as [number, number];
    const tasks: number[] = [];
    for (let n = 0; n < 3; n++) {
      const made = await client.call<TaskBody>('POST', `/devices/${device}/tasks`, { steps: [GET_MAN] });
      tasks.push(made.body.id);
    }
    const [running, waiting, cancelled] = tasks as [number, number, number];
    await client.call('POST', `/tasks/${cancelled}/cancel`);
    const old = await addSession(device, 'ended');
    const ofTask = await addSession(device, 'ended');
    const ofWait = await addSession(device, 'ended');
    const last = await addSession(device, 'ended');
    const before = await addSession(other, 'ended');
    const addAlert = (task_id: number | null) => ({
      device_id: device,
      session_id: old,
      at: client.clock.now,
      code: 1226,
      task_id,
    });
    await unit(async (db) => {
      await client.work.begin(db, { kind: 'task', id: running }, device, ofTask, client.clock.now);
      await db
        .insertInto('waits')
        .values({
          device_id: device,
          task_id: waiting,
          session_id: ofWait,
          progress: '{}',
          size: 0,
          until: null,
        })
        .execute();
      await db
        .insertInto('alerts')
        .values([addAlert(null), addAlert(cancelled), addAlert(running)])
        .execute();
    });
    client.clock.now += 80 * DAY;
    const young = await addSession(other, 'ended');
    await housekeeper().round();
    expect(await ids('/sessions')).toEqual([young, before, last, ofWait, ofTask, old]);
    client.clock.now += 20 * DAY;
    await housekeeper().round();
    expect(await ids('/sessions')).toEqual([young, last, ofWait, ofTask]);
    expect(await collect('/alerts')).toMatchObject([{ taskId: running }]);
  });

  it('lists alerts and refused messages, and keeps the newest of these', async () => {
    const [device] = (await register('IMEI:1')) as [number];
    await unit(async (db) => {
      await db
        .insertInto('alerts')
        .values({
          device_id: device,
          session_id: 1,
          at: client.clock.now,
          code: 1226,
          type: 'urn:x',
          data: '200',
        })
        .execute();
      for (let n = 1; n <= 5; n++) {
        await recordRefusal(db, {
          at: client.clock.now,
          remote: '192.0.2.1',
          devId: null,
          httpStatus: 400,
          status: null,
          reason: `reason ${n}`,
          body: Buffer.from('<'),
        });
      }
    });
    expect(await collect('/alerts?device=IMEI:1')).toMatchObject([
      { code: 1226, type: 'urn:x', data: '200' },
    ]);
    const reasons = async () =>
      (await collect<{ reason: string }>('/refusals?limit=2')).map(({ reason }) => reason);
    expect(await reasons()).toEqual(['reason 5', 'reason 4', 'reason 3', 'reason 2', 'reason 1']);
    await housekeeper().round();
    expect(await reasons()).toEqual(['reason 5', 'reason 4', 'reason 3']);
  });
}
