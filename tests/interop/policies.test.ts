/** Policies on virtual phones: brought about, looked after, and taken back, by what goes over the wire. */
import {
  createHttpTransport,
  createPhone,
  fleetAccount,
  fleetDmAcc,
  type HttpTransport,
  memoryStore,
  type Phone,
  type Transport,
} from '@grove/device';
import { DEVICE } from '@grove/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Rig, startRig } from '../rig/rig.testing.ts';

// Dozens of sessions each, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 60_000 });

const ROOT = './MMS/Work';
const OBJECT = 'urn:oma:mo:oma-mms:1.3';

let rig: Rig;
let http: HttpTransport;
beforeAll(() => {
  http = createHttpTransport();
});
afterAll(() => http.close());
beforeEach(async () => {
  ahead = 0;
  rig = await startRig({ now: () => Date.now() + ahead, housekeepingInterval: 100 });
});
afterEach(() => rig.close());

/** Milliseconds by which the server's clock is ahead. */
let ahead = 0;
function later(milliseconds: number): void {
  ahead += milliseconds;
}

interface Event {
  data: { policy: string; corrected?: boolean };
}
const events = async (type: string) =>
  (await rig.api<{ items: Event[] }>('GET', `/events?type=${type}`)).items;

let phones = 900;

async function phoneOf(transport: Transport = http): Promise<Phone> {
  const known = fleetAccount(phones++, { serverID: 'grove', clientAuth: 'md5', serverAuth: 'md5' });
  const { devId, client, server } = known;
  await rig.register(devId, { client, server });
  return createPhone({ devId, account: fleetDmAcc(known, `${rig.url}/dm`), transport, store: memoryStore() });
}

interface Node {
  path: string;
  value?: string;
  policy?: string;
}

const profile = (name: string, nodes: readonly Node[], more: object = {}) =>
  rig.api('POST', '/profiles', { name, document: { root: ROOT, object: OBJECT, nodes, ...more } });
const policy = (name: string, document: object) =>
  rig.api('POST', '/policies', { name, document: { target: { all: true }, profile: name, ...document } });

interface Row {
  policy: string;
  state: string;
  reason: string | null;
  drift: { uri: string; wanted?: string; found?: string }[];
}
const rowsOf = async ({ devId }: Phone): Promise<Row[]> =>
  (await rig.api<{ items: Row[] }>('GET', `/devices/${encodeURIComponent(devId)}/compliance`)).items;
const stateOf = async (phone: Phone, name: string) =>
  (await rowsOf(phone)).find((row) => row.policy === name) ?? { state: 'unknown', reason: null, drift: [] };

/** Lets a phone call. @returns the commands that changed its tree */
async function call(phone: Phone): Promise<string[]> {
  const { outcome, done } = await phone.session();
  expect(outcome.kind).toBe('completed');
  return done.filter(({ command }) => command !== 'Get').map(({ command, uri }) => `${command} ${uri}`);
}

function settingOf({ tree }: Phone, path: string): string | undefined {
  const uri = `${ROOT}/${path}`;
  if (!tree.has(uri)) return undefined;
  const found = tree.get(uri, DEVICE);
  return 'data' in found && typeof found.data === 'string' ? found.data : undefined;
}

function userSets({ tree }: Phone, path: string, data: string): void {
  tree.replace(`${ROOT}/${path}`, { format: 'chr', type: 'text/plain', data }, DEVICE);
}

/** What the tests bring to phones, and that the standard object needs. */
const MMS = [
  { path: 'AppID', value: 'w4' },
  { path: 'Name', value: 'Work' },
  { path: 'Addr', value: 'http://mms.example/' },
];

describe('a policy', () => {
  it('is brought to a device when it calls, and not again', async () => {
    await profile('mms', MMS);
    await policy('mms', {});
    const phone = await phoneOf();
    expect(await rowsOf(phone)).toMatchObject([{ policy: 'mms', state: 'pending' }]);
    expect(await call(phone)).toEqual([`Add ${ROOT}`, ...MMS.map(({ path }) => `Add ${ROOT}/${path}`)]);
    expect(settingOf(phone, 'Addr')).toBe('http://mms.example/');
    expect(await stateOf(phone, 'mms')).toMatchObject({ state: 'compliant', reason: null });
    for (let n = 0; n < 3; n++) expect((await phone.session()).done).toEqual([]);
    await phoneOf();
    expect(await rig.api('GET', '/policies/mms/compliance')).toMatchObject({ compliant: 1, pending: 1 });
    // A new version of the profile changes what differs, and takes away what it has no more.
    await rig.api('PUT', '/profiles/mms', {
      document: {
        root: ROOT,
        object: OBJECT,
        nodes: [...MMS.slice(0, 1), { path: 'Addr', value: 'http://other.example/' }],
      },
    });
    expect((await call(phone)).sort()).toEqual([`Delete ${ROOT}/Name`, `Replace ${ROOT}/Addr`]);
    expect(await call(phone)).toEqual([]);
  });

  it('corrects, reports or ignores what was changed on the device', async () => {
    const phone = await phoneOf();
    for (const drift of ['correct', 'report', 'ignore']) {
      const root = `./MMS/${drift}`;
      await rig.api('POST', '/profiles', { name: drift, document: { root, object: OBJECT, nodes: MMS } });
      await policy(drift, { drift, verifyEvery: 60 });
    }
    await call(phone);
    for (const drift of ['correct', 'report', 'ignore']) {
      phone.tree.replace(`./MMS/${drift}/Addr`, { format: 'chr', type: 'text/plain', data: 'mine' }, DEVICE);
    }
    expect(await call(phone)).toEqual([]);
    later(61_000);
    expect(await call(phone)).toEqual(['Replace ./MMS/correct/Addr']);
    expect(await stateOf(phone, 'correct')).toMatchObject({ state: 'compliant' });
    const uri = './MMS/report/Addr';
    const drift = [{ uri, wanted: 'http://mms.example/', found: 'mine' }];
    expect(await stateOf(phone, 'report')).toMatchObject({ state: 'drifted', drift });
    expect(await stateOf(phone, 'ignore')).toMatchObject({ state: 'compliant' });
    const drifts = await events('policy.drifted');
    expect(drifts.map(({ data }) => [data.policy, data.corrected]).sort()).toEqual([
      ['correct', true],
      ['report', false],
    ]);
    // It is told once, and gone when the user has changed it back.
    later(61_000);
    await call(phone);
    expect(await events('policy.drifted')).toHaveLength(2);
    phone.tree.replace(uri, { format: 'chr', type: 'text/plain', data: 'http://mms.example/' }, DEVICE);
    later(61_000);
    await call(phone);
    expect(await stateOf(phone, 'report')).toMatchObject({ state: 'compliant', drift: [] });
  });

  it('sees what a task has found out', async () => {
    await profile('mms', MMS);
    await policy('mms', { drift: 'report' });
    const phone = await phoneOf();
    await call(phone);
    userSets(phone, 'Name', 'mine');
    await rig.task(phone.devId, [{ kind: 'get', uri: `${ROOT}/Name` }]);
    await call(phone);
    expect(await stateOf(phone, 'mms')).toMatchObject({
      state: 'drifted',
      reason: `${ROOT}/Name is "mine", not "Work"`,
    });
  });

  it('leaves to the user what is theirs', async () => {
    await profile('mms', [
      { path: 'AppID', value: 'w4' },
      { path: 'Addr', value: 'http://mms.example/' },
      { path: 'Name', value: 'Work', policy: 'default' },
      { path: 'CM', policy: 'keep' },
    ]);
    await policy('mms', { verifyEvery: 60 });
    const phone = await phoneOf();
    await call(phone);
    userSets(phone, 'Name', 'mine');
    later(61_000);
    expect(await call(phone)).toEqual([]);
    expect(settingOf(phone, 'Name')).toBe('mine');
  });

  it('is taken back from a device that it is no longer for, and what was there comes back', async () => {
    const [inside, outside] = [await phoneOf(), await phoneOf()];
    await rig.task(inside.devId, [
      {
        kind: 'converge',
        root: ROOT,
        object: OBJECT,
        nodes: [...MMS.slice(0, 2), { path: 'Addr', value: 'old' }],
      },
    ]);
    await call(inside);
    await rig.api('POST', '/groups', { name: 'work', devices: [inside.devId] });
    await profile('mms', [...MMS, { path: 'MS', value: '300' }]);
    await policy('mms', { target: { group: 'work' } });
    expect((await call(inside)).sort()).toEqual([`Add ${ROOT}/MS`, `Replace ${ROOT}/Addr`]);
    expect(await call(outside)).toEqual([]);
    await rig.api('POST', '/groups/work/devices', { remove: [inside.devId] });
    expect((await call(inside)).sort()).toEqual([`Delete ${ROOT}/MS`, `Replace ${ROOT}/Addr`]);
    expect(settingOf(inside, 'Addr')).toBe('old');
    expect(await stateOf(inside, 'mms')).toMatchObject({ state: 'removed' });
    expect(await call(inside)).toEqual([]);
  });

  it('takes away an instance that it has made, with its policy', async () => {
    await profile('mms', MMS);
    await policy('mms', {});
    const phone = await phoneOf();
    await call(phone);
    expect(await rig.api('DELETE', '/policies/mms')).toMatchObject({ state: 'retiring' });
    expect(await call(phone)).toEqual([`Delete ${ROOT}`]);
    expect(phone.tree.has(ROOT)).toBe(false);
    expect(await call(phone)).toEqual([]);
    await vi.waitFor(async () => expect(await rig.api('GET', '/policies')).toMatchObject({ items: [] }), {
      timeout: 20_000,
    });
  });

  it('never alternates with another one', async () => {
    const phone = await phoneOf();
    await profile('one', MMS);
    await profile('two', [...MMS.slice(0, 2), { path: 'Addr', value: 'http://two.example/' }]);
    await policy('one', { verifyEvery: 60 });
    await policy('two', { verifyEvery: 60 });
    await call(phone);
    expect(settingOf(phone, 'Addr')).toBeUndefined();
    const states = async () => (await rowsOf(phone)).map(({ state, reason }) => [state, reason]);
    const both = (other: string) =>
      `${ROOT}/Addr: policy ${other} wants something else with the same priority, so that neither is set`;
    for (let n = 0; n < 10; n++) {
      later(61_000);
      expect(await call(phone)).toEqual([]);
      expect(await states()).toEqual([
        ['conflicting', both('two')],
        ['conflicting', both('one')],
      ]);
    }
    await rig.api('PUT', '/policies/two', {
      document: { profile: 'two', target: { all: true }, priority: 1, verifyEvery: 60 },
    });
    expect(await call(phone)).toEqual([`Add ${ROOT}/Addr`]);
    for (let n = 0; n < 10; n++) {
      later(61_000);
      expect(await call(phone)).toEqual([]);
      expect(settingOf(phone, 'Addr')).toBe('http://two.example/');
    }
    expect(await states()).toEqual([
      ['compliant', `${ROOT}/Addr: policy two, of a higher priority, counts`],
      ['compliant', null],
    ]);
  });

  it('says in words what a device has refused, and does not try again at once', async () => {
    await profile('mms', MMS);
    await policy('mms', {});
    const phone = await phoneOf();
    phone.tree.replace('./MMS?prop=ACL', { format: 'chr', type: 'text/plain', data: 'Get=*' }, DEVICE);
    await phone.session();
    expect(await stateOf(phone, 'mms')).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^\.\/MMS\/Work was not added: .*\(425\)$/),
    });
    expect(await events('policy.failed')).toHaveLength(1);
    expect((await phone.session()).done).toEqual([]);
    phone.tree.replace(
      './MMS?prop=ACL',
      { format: 'chr', type: 'text/plain', data: 'Add=*&Get=*&Replace=*' },
      DEVICE,
    );
    later(16 * 60_000);
    await phone.session();
    expect(await stateOf(phone, 'mms')).toMatchObject({ state: 'compliant' });
  });

  it('follows what is known of the subscriber', async () => {
    await profile('qos', [
      { path: 'AppID', value: 'w4' },
      { path: 'Addr', value: 'http://mms.example/' },
      { path: 'MS', value: '${subscriber.maxSize}' },
    ]);
    await policy('qos', {});
    const phone = await phoneOf();
    await phone.session();
    expect(await stateOf(phone, 'qos')).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('subscriber.maxSize'),
    });
    await rig.api('POST', '/subscribers', { name: 'anna', attributes: { maxSize: 100 } });
    await rig.api('PUT', `/devices/${encodeURIComponent(phone.devId)}/subscriber`, { subscriber: 'anna' });
    await call(phone);
    expect(settingOf(phone, 'MS')).toBe('100');
    await rig.api('PATCH', '/subscribers/anna', { attributes: { maxSize: 200 } });
    expect(await call(phone)).toEqual([`Replace ${ROOT}/MS`]);
    expect(await stateOf(phone, 'qos')).toMatchObject({ state: 'compliant' });
  });

  it('configures a device once, whichever answer is lost', async () => {
    await profile('mms', [...MMS, { path: 'MS', value: '300' }], { options: { atomic: true } });
    await policy('mms', {});
    for (let lost = 1; lost <= 4; lost++) {
      let exchanges = 0;
      const dying: Transport = {
        ...http,
        async exchange(request) {
          const answer = await http.exchange(request);
          exchanges += 1;
          if (exchanges === lost) throw new Error('the line is dead');
          return answer;
        },
      };
      const phone = await phoneOf(dying);
      await phone.session().catch(() => undefined);
      const { done } = await phone.session();
      const { done: again } = await phone.session();
      expect(settingOf(phone, 'MS')).toBe('300');
      expect([...done, ...again].filter(({ command, status }) => command !== 'Get' && status >= 400)).toEqual(
        [],
      );
      expect(again).toEqual([]);
      expect(await stateOf(phone, 'mms')).toMatchObject({ state: 'compliant' });
    }
  });
});
