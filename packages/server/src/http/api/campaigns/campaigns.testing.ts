import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { recordNodes } from '../../../devices/index.ts';
import { createToken } from '../../../secrets/index.ts';
import type { WorkResult } from '../../../steps/index.ts';
import type { Queries } from '../../../store/index.ts';
import { type Client, openClient } from '../client.testing.ts';

const account = { client: { auth: 'none' } };
const GET_MAN = { kind: 'get', uri: './DevInfo/Man' };
const NAP = 'urn:oma:mo:oma-connmo-nap:1.0';
const MINUTE = 60_000;
const CHANGED = { step: 0, command: 'Replace', uri: './A', status: 200 };
const SUCCESS: WorkResult = { state: 'succeeded', results: [CHANGED], reason: null };
const RIGHT: WorkResult = { state: 'succeeded', results: [], reason: null };
const FAILURE: WorkResult = { state: 'failed', results: [], reason: 'the device is full' };
const NO: WorkResult = { ...FAILURE, reason: 'rejected by the user', declined: true };

interface Body {
  id: number;
  state: string;
  reason: string | null;
  pausedBy: string | null;
  wave: number;
  counts: Record<string, number>;
  progress: { wave: number; counts: Record<string, number> }[];
}

/** What campaigns do with their devices, as the API and sessions see it. */
export function campaignsSuite(url: () => Promise<string>): void {
  let client: Client;
  let ids: number[];
  let session = 0;

  beforeAll(async () => {
    client = await openClient(await url(), { approveAbove: 50 });
  });
  afterAll(() => client.close());
  beforeEach(async () => {
    await unit(async (db) => {
      for (const table of ['campaigns', 'devices'] as const) await db.deleteFrom(table).execute();
    });
    client.clock.now = Date.UTC(2026, 0, 1, 12);
    ids = await register(20);
  });

  const unit = <T>(work: (db: Queries) => Promise<T>) => client.store.transaction(work);
  let registered = 0;
  async function register(count: number, more: object = {}): Promise<number[]> {
    const devices = Array.from({ length: count }, () => ({
      devId: `IMEI:${++registered}`,
      account,
      ...more,
    }));
    const { status, body } = await client.call<{ ids: number[] }>('POST', '/devices/bulk', { devices });
    expect(status).toBe(201);
    return body.ids;
  }
  async function create(given: object): Promise<Body> {
    const { status, body } = await client.call<Body>('POST', '/campaigns', {
      name: 'c',
      steps: [GET_MAN],
      ...given,
    });
    expect([status, body]).toMatchObject([201, {}]);
    return body;
  }
  const show = async (id: number) => (await client.call<Body>('GET', `/campaigns/${id}`)).body;
  const act = (id: number, action: string, body?: object) =>
    client.call<Body>('POST', `/campaigns/${id}/${action}`, body);
  const round = () => client.campaigns.runner.round();
  const calling = (deviceId: number) => ({
    deviceId,
    devId: `IMEI:${deviceId}`,
    task: null,
    policy: null,
    waiting: [],
    alerted: [],
    now: client.clock.now,
  });
  /** The campaigns that a device gets if it calls now. */
  const offered = async (device: number) =>
    (await unit((db) => client.work.pending(db, calling(device), 10))).map(({ id }) => id);
  /** A device calls, begins what it gets, and ends it. @returns what it got */
  async function call(device: number, result: WorkResult | null = SUCCESS): Promise<number[]> {
    const work = await offered(device);
    for (const id of work)
      await unit(async (db) => {
        const ref = { kind: 'campaign', id } as const;
        expect(await client.work.begin(db, ref, device, ++session, client.clock.now)).toBe(true);
        if (result !== null) await client.work.finish(db, ref, device, session, result, client.clock.now);
      });
    return work;
  }
  const all = async (result: WorkResult, devices = ids) => {
    const reached: number[] = [];
    for (const device of devices) if ((await call(device, result)).length > 0) reached.push(device);
    return reached;
  };

  it('count where each device stands, and finish when all have an outcome', async () => {
    const { id, state, counts } = await create({});
    expect([state, counts.devices, counts.pending]).toEqual(['running', 20, 20]);
    const [a = 0, b = 0, c = 0, d = 0, ...rest] = ids;
    await call(a, RIGHT);
    await call(b, FAILURE);
    await call(c, NO);
    await call(d, null);
    const before = { changed: 0, unchanged: 1, succeeded: 1, failed: 1, declined: 1, begun: 1, pending: 16 };
    expect((await show(id)).counts).toMatchObject(before);
    await round();
    expect((await show(id)).counts, 'added up, they are the same').toMatchObject(before);
    // What was begun and lost is gone on with, once.
    expect(await call(d)).toEqual([id]);
    expect(await call(d)).toEqual([]);
    await all(SUCCESS, rest);
    await round();
    expect(await show(id)).toMatchObject({
      state: 'finished',
      counts: { changed: 17, unchanged: 1, succeeded: 18, failed: 1, declined: 1, begun: 0, pending: 0 },
    });
    const devId = async (device: number) =>
      (await client.call<{ devId: string }>('GET', `/devices/${device}`)).body.devId;
    const breakdown = await client.call('GET', `/campaigns/${id}/breakdown`);
    expect(breakdown.body).toMatchObject({
      reasons: [
        { outcome: 'declined', reason: 'rejected by the user', devices: 1, examples: [await devId(c)] },
        { outcome: 'failed', reason: 'the device is full', devices: 1, examples: [await devId(b)] },
      ],
    });
  });

  it('are for the devices of their target, and no others', async () => {
    const [first = 0, second = 0, third = 0] = ids;
    const { id, counts } = await create({ target: { devices: [String(first), String(second)] } });
    expect(counts.devices).toBe(2);
    expect(await offered(third)).toEqual([]);
    await client.call('DELETE', `/devices/${second}`);
    expect((await show(id)).counts).toMatchObject({ devices: 1, pending: 1 });
    await call(first);
    await round();
    expect((await show(id)).state).toBe('finished');
  });

  it('are refused where they are for no device', async () => {
    const none = { name: 'c', steps: [GET_MAN], target: { query: 'manufacturer = "Nobody"' } };
    const refused = await client.call<{ errors: { field: string }[] }>('POST', '/campaigns', none);
    expect([refused.status, refused.body.errors[0]?.field]).toEqual([400, 'target']);
    const wrong = await client.call<{ errors: { field: string }[] }>('POST', '/campaigns', {
      ...none,
      target: { query: 'manufacturer = ' },
    });
    expect([wrong.status, wrong.body.errors[0]?.field]).toEqual([400, 'target/query']);
    expect((await create({ ...none, allowEmpty: true, dynamic: true })).state).toBe('running');
  });

  it('are joined by devices that come to match, where they are dynamic', async () => {
    const target = { query: 'manufacturer = "Acme"' };
    const { id } = await create({ target, dynamic: true, allowEmpty: true });
    const [first = 0, second = 0, third = 0] = ids;
    const become = (device: number) =>
      unit((db) => db.updateTable('devices').set({ man: 'Acme' }).where('id', '=', device).execute());
    expect(await offered(first)).toEqual([]);
    await become(first);
    expect(await call(first)).toEqual([id]);
    await become(second);
    client.clock.now += MINUTE;
    await round();
    expect((await show(id)).counts).toMatchObject({ devices: 2, succeeded: 1, pending: 1 });
    expect(await call(second)).toEqual([id]);
    expect(await call(third)).toEqual([]);
    await round();
    expect((await show(id)).state).toBe('running');
    await act(id, 'stop');
    await round();
    expect((await show(id)).state).toBe('stopped');
  });

  it('begin wave by wave', async () => {
    const waves = [
      { count: 3, next: { success: 100 } },
      { percent: 25, next: { wait: 60, approval: true } },
    ];
    const { id, progress } = await create({ waves });
    expect(progress.map(({ counts }) => counts.devices)).toEqual([3, 5, 12]);
    const first = await all(SUCCESS);
    expect(first).toHaveLength(3);
    await round();
    expect((await show(id)).wave).toBe(2);
    const second = await all(SUCCESS);
    expect(second).toHaveLength(5);
    client.clock.now += MINUTE;
    await round();
    expect((await show(id)).wave, 'a person has to open it').toBe(2);
    expect((await act(id, 'next-wave', { text: 'looks good' })).body.wave).toBe(3);
    expect((await act(id, 'next-wave')).status).toBe(409);
    expect(await all(SUCCESS)).toHaveLength(12);
    await round();
    expect((await show(id)).state).toBe('finished');
    const { body } = await client.call<{ items: object[] }>('GET', `/campaigns/${id}/history`);
    expect(body.items).toMatchObject([
      { action: 'create', by: 'test' },
      { action: 'start', by: 'test' },
      { action: 'begin', by: null },
      { action: 'open wave', by: null },
      { action: 'open wave', by: 'test', text: 'looks good' },
      { action: 'finish', by: null },
    ]);
  });

  it('do not wait for longer where the clock is put back', async () => {
    const { id } = await create({ waves: [{ count: 1, next: { success: 0, wait: 600 } }] });
    client.clock.now -= 24 * 60 * MINUTE;
    await round();
    client.clock.now += 11 * MINUTE;
    await round();
    expect((await show(id)).wave).toBe(2);
  });

  it('pause when too many devices fail, and go on when somebody says so', async () => {
    const { id } = await create({ errors: { percent: 20, minimum: 4 } });
    await all(FAILURE, ids.slice(0, 3));
    await round();
    expect((await show(id)).state).toBe('running');
    await all(FAILURE, ids.slice(3, 5));
    await round();
    expect(await show(id)).toMatchObject({
      state: 'paused',
      pausedBy: 'threshold',
      reason: '5 of 5 devices have failed, which is more than 20 %',
    });
    expect(await all(SUCCESS)).toEqual([]);
    expect((await act(id, 'pause')).status).toBe(409);
    expect((await act(id, 'resume')).body).toMatchObject({ state: 'running', pausedBy: null, reason: null });
    await round();
    expect((await show(id)).state, 'what failed before counts no more').toBe('running');
    expect(await all(SUCCESS)).toHaveLength(15);
  });

  it('let nobody begin who has read of them before they were paused', async () => {
    const { id } = await create({});
    const [device = 0] = ids;
    expect(await offered(device)).toEqual([id]);
    await unit(async (db) => {
      await db.updateTable('campaigns').set({ state: 'paused' }).where('id', '=', id).execute();
      expect(await client.work.begin(db, { kind: 'campaign', id }, device, 1, client.clock.now)).toBe(false);
    });
    expect(await offered(device)).toEqual([]);
  });

  it('try devices again that have failed', async () => {
    const { id } = await create({ retries: { count: 2, backoff: 600 } });
    const [device = 0] = ids;
    expect(await call(device, FAILURE)).toEqual([id]);
    expect((await show(id)).counts).toMatchObject({ retrying: 1, failed: 0 });
    expect(await call(device, FAILURE)).toEqual([]);
    client.clock.now += 10 * MINUTE;
    expect(await call(device, FAILURE)).toEqual([id]);
    client.clock.now += 10 * MINUTE;
    expect(await call(device, FAILURE), 'twice as long').toEqual([]);
    client.clock.now -= 24 * 60 * MINUTE;
    expect(await call(device, FAILURE), 'a clock that is put back delays nothing').toEqual([id]);
    expect((await show(id)).counts).toMatchObject({ retrying: 0, failed: 1 });
    const { body } = await client.call<{ items: object[] }>('GET', `/campaigns/${id}/outcomes`);
    expect(body.items).toMatchObject([{ deviceId: device, outcome: 'failed', attempts: 3 }]);
    const again = await act(id, 'rerun', {});
    expect(again.status).toBe(201);
    expect(again.body).toMatchObject({ state: 'running', rerunOf: id, counts: { devices: 1 } });
    expect(await call(device)).toEqual([again.body.id]);
    await round();
    const why = await client.call<{ reasons: object[] }>('GET', `/campaigns/${id}/breakdown`);
    expect(why.body.reasons, 'devices, not attempts').not.toContainEqual(
      expect.objectContaining({ outcome: 'retrying' }),
    );
  });

  it('begin in windows of the time zone of each device', async () => {
    const [tokyo = 0] = await register(1, { timeZone: 'Asia/Tokyo' });
    const [london = 0] = ids;
    const { id } = await create({ windows: [{ from: '01:00', to: '05:00' }], timeZone: 'Europe/London' });
    expect([await offered(tokyo), await offered(london)]).toEqual([[], []]);
    client.clock.now = Date.UTC(2026, 0, 1, 17);
    expect([await offered(tokyo), await offered(london)]).toEqual([[id], []]);
    client.clock.now = Date.UTC(2026, 0, 2, 2);
    expect([await offered(tokyo), await offered(london)]).toEqual([[], [id]]);
    await client.call('PATCH', `/devices/${london}`, { timeZone: 'Asia/Tokyo' });
    expect(await offered(london)).toEqual([]);
  });

  it('keep to their rates', async () => {
    const { id } = await create({ rate: 60, concurrent: 3 });
    const begun = async () => {
      let count = 0;
      for (const device of ids) {
        await client.campaigns.book.keepPace(client.clock.now);
        count += (await call(device, null)).length;
      }
      return count;
    };
    await client.campaigns.book.keepPace(client.clock.now);
    expect(await begun(), 'one in a second').toBe(1);
    client.clock.now += 1000;
    // Who has begun is offered it again, as nothing has come of it.
    expect(await begun()).toBe(2);
    for (let second = 0; second < 5; second++) {
      client.clock.now += 1000;
      await begun();
    }
    expect((await show(id)).counts.begun, 'three at the same time').toBe(3);
  });

  it('wait for the approval of a second person where they are large', async () => {
    await register(40);
    const { id, state, reason } = await create({});
    expect([state, reason]).toEqual([
      'awaiting-approval',
      'it is for 60 devices, and those for more than 50 need a second person',
    ]);
    expect((await act(id, 'approve')).status).toBe(403);
    const { token } = await unit((db) => createToken(db, 'second', client.clock.now));
    const approve = async () =>
      client.api.inject({
        method: 'POST',
        url: `/api/v1/campaigns/${id}/approve`,
        headers: { authorization: `Bearer ${token}` },
      });
    const approved = await approve();
    expect([approved.statusCode, approved.json<Body>().state]).toEqual([200, 'running']);
    expect((await approve()).statusCode).toBe(409);
    const [device = 0] = ids;
    expect(await call(device)).toEqual([id]);
  });

  it('begin when their time has come, and end when it is over', async () => {
    const at = (minutes: number) => new Date(client.clock.now + minutes * MINUTE).toISOString();
    const { id, state } = await create({ startAt: at(10), endBy: at(20) });
    const missed = await create({ startAt: at(10), endBy: at(15), start: false });
    const [device = 0] = ids;
    expect([state, await offered(device)]).toEqual(['scheduled', []]);
    client.clock.now += 10 * MINUTE;
    await round();
    expect(await call(device, null)).toEqual([id]);
    client.clock.now += 10 * MINUTE;
    expect((await act(missed.id, 'start')).status).toBe(200);
    await round();
    expect((await show(missed.id)).state).toBe('cancelled');
    expect((await show(id)).state).toBe('stopping');
    await round();
    expect((await show(id)).state, 'one has it in hand').toBe('stopping');
    await unit((db) =>
      client.work.finish(db, { kind: 'campaign', id }, device, session, SUCCESS, client.clock.now),
    );
    await round();
    expect(await show(id)).toMatchObject({ state: 'stopped', counts: { succeeded: 1, pending: 19 } });
    for (const startAt of ['soon', '2026-06-30T23:59:60Z']) {
      const never = { name: 'c', steps: [GET_MAN], startAt };
      expect((await client.call('POST', '/campaigns', never)).status).toBe(400);
    }
    const beyond = { name: 'c', steps: [GET_MAN], startAt: at(10), endBy: at(5) };
    expect((await client.call('POST', '/campaigns', beyond)).status).toBe(400);
  });

  it('ask the user first, in his language', async () => {
    const [device = 0] = ids;
    await unit((db) => db.updateTable('devices').set({ lang: 'de-AT' }).where('id', '=', device).execute());
    await create({ confirm: { text: 'Update?', texts: { de: 'Aktualisieren?' } } });
    const [work] = await unit((db) => client.work.pending(db, calling(device), 10));
    expect(work).toMatchObject({
      rendering: null,
      steps: [{ kind: 'ask', question: { kind: 'confirm', text: 'Aktualisieren?' } }, GET_MAN],
    });
  });

  it('bring each device its own of a profile, and leave out those that cannot have it', async () => {
    await client.call('POST', '/profiles', {
      name: 'apn',
      document: { root: './APN/1', nodes: [{ path: 'Name', value: 'for ${device.model}' }] },
    });
    const { id } = await create({ steps: undefined, profile: 'apn' });
    const [known = 0, unknown = 0] = ids;
    await unit((db) =>
      db.updateTable('devices').set({ man: 'A', mod: 'One' }).where('id', '=', known).execute(),
    );
    const [work] = await unit((db) => client.work.pending(db, calling(known), 10));
    expect(JSON.stringify(work)).toContain('for One');
    expect(await offered(unknown)).toEqual([]);
    expect((await show(id)).counts).toMatchObject({ skipped: 1, pending: 19 });
    const { body } = await client.call<{ items: { reason: string }[] }>('GET', `/campaigns/${id}/outcomes`);
    expect(body.items).toMatchObject([{ outcome: 'skipped', sessionId: null, attempts: 1 }]);
    expect(body.items[0]?.reason).toContain('device.model');
  });

  it('say who waits for what', async () => {
    const { id } = await create({
      waves: [{ count: 5, next: { success: 100 } }],
      windows: [{ from: '01:00', to: '05:00' }],
    });
    const explain = async () =>
      (await client.call<{ waiting: object[]; estimate: object }>('GET', `/campaigns/${id}/explain`)).body;
    expect(await explain()).toMatchObject({
      sampled: false,
      waiting: [
        { kind: 'wave', devices: 15, text: 'wave 2 waits until 5 devices of wave 1 have succeeded; 0 have' },
        {
          kind: 'window',
          devices: 20,
          text: 'wait for their window in UTC',
          until: '2026-01-02T01:00:00.000Z',
        },
        { kind: 'notification', devices: null },
        { kind: 'call', devices: 20, text: 'have never called' },
      ],
      estimate: { left: 20, seconds: null },
    });
    const standing = async (device: number) =>
      (await client.call<{ due: boolean; text: string }>('GET', `/campaigns/${id}/devices/${device}`)).body;
    const texts = new Set<string>();
    for (const device of ids) texts.add((await standing(device)).text);
    expect([...texts].sort()).toEqual([
      'it is in wave 2, which has not begun',
      'its window in UTC is closed',
    ]);
    client.clock.now = Date.UTC(2026, 0, 2, 2);
    const [first = 0] = await all(SUCCESS);
    expect((await standing(first)).text).toBe('it has ended there: changed');
    await act(id, 'pause', { text: 'something is odd' });
    expect((await explain()).waiting).toMatchObject([
      { kind: 'state', text: expect.stringContaining('paused by an operator: something is odd') },
    ]);
  });

  it('can be exported, and tried before they are made', async () => {
    const { id } = await create({ target: { devices: ids.slice(0, 2).map(String) } });
    await call(ids[0] ?? 0, { ...FAILURE, reason: '=1+1, "quoted"' });
    const { body } = await client.api.inject({
      url: `/api/v1/campaigns/${id}/export`,
      headers: { authorization: `Bearer ${client.token}` },
    });
    const [head, first, second, ...rest] = body.split('\r\n');
    expect(head).toBe('device,devId,outcome,wave,attempts,reason,session,at,retryAt');
    expect(first).toMatch(/^\d+,IMEI:\d+,failed,1,1,"'=1\+1, ""quoted""",\d+,2026-01-01T12:00:00.000Z,$/);
    expect(second).toMatch(/^\d+,IMEI:\d+,pending,,,,,,$/);
    expect(rest).toEqual(['']);
    const before = (await client.call<{ items: object[] }>('GET', '/campaigns')).body.items.length;
    const tried = await client.call('POST', '/campaigns/dry-run', {
      name: 'c',
      steps: [GET_MAN],
      waves: [{ name: 'few', percent: 10 }],
      rate: 2,
      notify: {},
    });
    expect(tried.body).toMatchObject({
      devices: 20,
      needsApproval: false,
      waves: [
        { wave: 1, name: 'few', devices: 2 },
        { wave: 2, name: null, devices: 18 },
      ],
      models: [{ man: null, mod: null, devices: 20 }],
      profile: null,
      estimate: { seconds: 540 },
    });
    expect((await client.call<{ items: object[] }>('GET', '/campaigns')).body.items).toHaveLength(before);
  });

  it('say beforehand what their profile would change on all devices, and whom it would be refused', async () => {
    const name = 'nap';
    const nodes = [{ path: 'Addr', value: '${device.model}' }];
    const document = { object: NAP, instance: 'Op', nodes };
    const made = await client.call('POST', '/profiles', { name, document });
    expect([made.status, made.body]).toMatchObject([201, {}]);
    const [known = 0] = await register(1);
    await unit(async (db) => {
      await db.updateTable('devices').set({ mod: 'One' }).where('id', '=', known).execute();
      await recordNodes(
        db,
        known,
        [
          { uri: './NAP', format: 'node', type: null, value: 'Op' },
          { uri: './NAP/Op', format: 'node', type: NAP, value: 'Addr' },
          { uri: './NAP/Op/Addr', format: 'chr', type: null, value: 'old' },
        ],
        [],
        client.clock.now,
      );
    });
    const tried = await client.call<{ run: { id: number } }>('POST', '/campaigns/dry-run', {
      name: 'c',
      profile: name,
    });
    const result = { devices: 21, changed: 1, nodes: 1, refused: 20, reasons: [{ devices: 20 }] };
    expect(tried.body).toMatchObject({
      devices: 21,
      profile: { looked: 21, brought: 1, leftOut: [{ devices: 20 }] },
      run: { profile: name, version: 1, state: 'finished', result },
    });
    const run = await client.call('GET', `/profile-runs/${tried.body.run.id}`);
    expect(run.body).toEqual(tried.body.run);
  });
}
