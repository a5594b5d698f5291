/** Rules on virtual phones: those that have the old MMS address are found, get a task at once, and are right afterwards. */
import {
  createHttpTransport,
  createPhone,
  type HttpTransport,
  type Model,
  modelNamed,
  type Phone,
} from '@grove/device';
import { DEVICE } from '@grove/protocol';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Rig, startRig } from '../rig/rig.testing.ts';

const OLD = 'http://mms.old.example.com/mms/wapenc';
const NEW = 'http://mms.example.com/';
const ADDR = './MMS/Operator/Addr';
const HOUR = 3_600_000;

interface Firing {
  rule: string;
  devId: string;
  outcome: string;
  cause: string;
  why: object[];
  taskId: number | null;
  text: string;
}
interface Task {
  id: number;
  state: string;
}

let rig: Rig;
let http: HttpTransport;
let clock = Date.UTC(2026, 0, 1);
beforeAll(async () => {
  rig = await startRig({ now: () => clock });
  http = createHttpTransport();
});
afterAll(async () => {
  await http.close();
  await rig.close();
});
beforeEach(async () => {
  clock += 48 * HOUR;
  const { items } = await rig.api<{ items: { name: string }[] }>('GET', '/rules');
  for (const { name } of items) await rig.api('DELETE', `/rules/${name}`);
});

let phones = 0;
async function phoneOf(name: string): Promise<Phone> {
  const devId = `IMEI:7000000000000${String(phones++).padStart(2, '0')}`;
  const model = modelNamed(name) as Model;
  await rig.register(devId);
  const account = { serverId: 'grove', addresses: [{ addr: `${rig.url}/dm` }], auth: [] };
  return createPhone({ devId, model, account, transport: http });
}

const read = (phone: Phone, uri: string) => {
  const value = phone.tree.get(uri, DEVICE);
  return 'data' in value ? value.data : undefined;
};
const make = (name: string, definition: object) => rig.api('POST', '/rules', { name, definition });
const replace = (uri: string, value: string) => ({ steps: [{ kind: 'replace', uri, value }] });
const firings = async (name: string, phone: Phone) =>
  (await rig.api<{ items: Firing[] }>('GET', `/rules/${name}/firings?device=${phone.devId}`)).items;
const tasks = async (phone: Phone) =>
  (await rig.api<{ items: Task[] }>('GET', `/tasks?device=${phone.devId}`)).items;
const stateOf = async (name: string, phone: Phone) =>
  (
    await rig.api<{ items: { devId: string; state: string }[] }>('GET', `/rules/${name}/devices?limit=200`)
  ).items.find(({ devId }) => devId === phone.devId)?.state;
/** Reports what the phone has. */
const report = (phone: Phone) => rig.task(phone.devId, [{ kind: 'get', uri: ADDR }]);

it('finds a phone when its tree is reported, and mends it in the same session', async () => {
  await make('old-mms', { when: `./MMS/*/Addr = "${OLD}"`, do: replace(ADDR, NEW) });
  const phone = await phoneOf('birch-2');
  await report(phone);
  await phone.session();
  expect(read(phone, ADDR)).toBe(NEW);
  const [firing, ...others] = await firings('old-mms', phone);
  expect(others).toEqual([]);
  expect(firing).toMatchObject({ outcome: 'acted', cause: 'tree', why: [{ node: ADDR, value: OLD }] });
  expect(await stateOf('old-mms', phone)).toBe('clear');
  // What it has now is no news for the rule.
  await report(phone);
  await phone.session();
  expect(await firings('old-mms', phone)).toHaveLength(1);
});

it('finds a phone of which its tree is known when the rule is made', async () => {
  const phone = await phoneOf('cedar');
  await report(phone);
  await phone.session();
  expect(read(phone, ADDR)).toBe(OLD);
  await make('swept', { when: `./MMS/*/Addr = "${OLD}"`, do: replace(ADDR, NEW) });
  await expect.poll(async () => (await firings('swept', phone)).length).toBe(1);
  expect((await firings('swept', phone))[0]).toMatchObject({ cause: 'sweep', outcome: 'acted' });
  await phone.session();
  expect(read(phone, ADDR)).toBe(NEW);
});

it('finds a phone by an event of the network, on a legacy tree as well', async () => {
  const SERVER = './Vendor/Foliage/MMSC/Server';
  await make('wrong-address', {
    on: { event: 'gateway.wrong-address', data: { 'request.host': ['mms.old.*', '192.0.2.*'] } },
    when: 'manufacturer = Foliage and model = "F-90"',
    do: replace(SERVER, NEW),
  });
  const legacy = await phoneOf('f-90');
  const other = await phoneOf('birch-2');
  for (const phone of [legacy, other]) await phone.session();
  await rig.api('PUT', `/devices/${legacy.devId}/addresses/msisdn`, { value: '+441632960001' });
  const data = { request: { host: 'mms.old.example.com' } };
  const type = 'gateway.wrong-address';
  const said = await rig.api('POST', '/events', { type, msisdn: '+44 1632 960001', data });
  expect(said).toMatchObject({ devices: 1, rules: [{ rule: 'wrong-address', outcome: 'acted' }] });
  const idle = await rig.api('POST', '/events', { type, device: other.devId, data });
  expect(idle).toMatchObject({ devices: 1, rules: [{ outcome: 'nothing to do', taskId: null }] });
  expect(
    await rig.api('POST', '/events', {
      type,
      device: legacy.devId,
      data: { request: { host: 'mms.example' } },
    }),
  ).toEqual({ devices: 1, rules: [] });
  await expect(rig.api('POST', '/events', { type, msisdn: '+441632960099', data })).rejects.toThrow(
    /404: .*there is no device with msisdn/,
  );
  // While its task waits, the network goes on to complain.
  expect(await rig.api('POST', '/events', { type, device: legacy.devId, data })).toMatchObject({
    rules: [{ outcome: 'under way' }],
  });
  await legacy.session();
  expect(read(legacy, SERVER)).toBe(NEW);
  // The network still sees the old address: that is told once, and nothing is done before a day is over.
  for (const outcome of ['still matching', 'cooling down'])
    expect(await rig.api('POST', '/events', { type, device: legacy.devId, data })).toMatchObject({
      rules: [{ outcome }],
    });
  expect(await firings('wrong-address', legacy)).toMatchObject([
    { outcome: 'still matching' },
    { cause: 'event', why: expect.arrayContaining([{ event: type, data }]) },
  ]);
});

it('asks a phone that was not seen lately, and mends it once it has answered', async () => {
  const phone = await phoneOf('aspen');
  await phone.session();
  clock += 40 * 24 * HOUR;
  await make('stale', {
    when: `./MMS/*/Addr = "${OLD}"`,
    do: replace(ADDR, NEW),
    query: { staleAfter: 30 * 86_400, among: `devId = "${phone.devId}"` },
  });
  await expect.poll(async () => (await tasks(phone)).length).toBe(1);
  await phone.session();
  expect(read(phone, ADDR)).toBe(NEW);
  expect((await tasks(phone)).map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
  expect(await firings('stale', phone)).toMatchObject([{ outcome: 'acted', cause: 'tree' }]);
  // What was just reported is not asked for again.
  await rig.api('PUT', '/rules/stale', { enabled: true });
  await expect.poll(() => sweptAt('stale')).not.toBeNull();
  expect(await tasks(phone)).toHaveLength(2);
});

const sweptAt = async (name: string) =>
  (await rig.api<{ sweptAt: string | null }>('GET', `/rules/${name}`)).sweptAt;

it('does not act again and again where acting does not help, and says so', async () => {
  await make('no-help', {
    when: `./MMS/*/Addr = "${OLD}"`,
    do: replace('./MMS/Operator/Name', 'MMS!'),
    coolDown: 0,
  });
  const phone = await phoneOf('f-100');
  for (let session = 0; session < 3; session++) {
    await report(phone);
    await phone.session();
    clock += HOUR;
  }
  const found = await firings('no-help', phone);
  expect(found.map(({ outcome, cause }) => `${cause}: ${outcome}`)).toEqual([
    'outcome: still matching',
    'tree: acted',
  ]);
  expect(await stateOf('no-help', phone)).toBe('still');
  expect(await rig.api('GET', '/rules/no-help')).toMatchObject({ counts: { still: 1 } });

  // Somebody mends it and breaks it again: that is another time.
  for (const value of [NEW, OLD]) {
    await rig.task(phone.devId, [{ kind: 'replace', uri: ADDR, value }]);
    await phone.session();
  }
  expect((await firings('no-help', phone)).filter(({ outcome }) => outcome === 'acted')).toHaveLength(2);
});

it('waits where it has acted lately, and acts when that time is over', async () => {
  await make('cool', { when: `./MMS/*/Addr = "${OLD}"`, do: replace(ADDR, NEW), coolDown: 7200 });
  const phone = await phoneOf('x1-mini');
  await report(phone);
  await phone.session();
  expect(read(phone, ADDR)).toBe(NEW);
  await rig.task(phone.devId, [{ kind: 'replace', uri: ADDR, value: OLD }]);
  await phone.session();
  expect(await stateOf('cool', phone)).toBe('held');
  expect(read(phone, ADDR)).toBe(OLD);
  clock += 3 * HOUR;
  await rig.api('PUT', '/rules/cool', { enabled: true });
  await expect.poll(() => stateOf('cool', phone)).toBe('fired');
  await phone.session();
  expect(read(phone, ADDR)).toBe(NEW);
});

it('only tells what it would do, where that is wanted', async () => {
  await make('dry', { when: `./MMS/*/Addr = "${OLD}"`, do: replace(ADDR, NEW), dryRun: true });
  const phone = await phoneOf('linden');
  await report(phone);
  await phone.session();
  expect(read(phone, ADDR)).toBe(OLD);
  expect(await firings('dry', phone)).toMatchObject([
    { outcome: 'dry run', taskId: null, text: 'It would have made a task.' },
  ]);
});

it('acts when a phone is first seen, and when its software is another one', async () => {
  await make('first', { on: { firstSeen: true }, do: replace('./MMS/Operator/Name', 'Welcome') });
  const phone = await phoneOf('x0');
  await phone.session();
  expect(read(phone, './MMS/Operator/Name')).toBe('Welcome');
  expect(await firings('first', phone)).toMatchObject([{ cause: 'first seen' }]);

  await make('updated', { on: { softwareChanged: true }, do: replace('./MMS/Operator/Name', 'Updated') });
  for (const version of ['0.61', '0.62']) {
    phone.tree.replace('./DevDetail/SwV', { format: 'chr', type: 'text/plain', data: version }, DEVICE);
    await rig.task(phone.devId, [{ kind: 'get', uri: './DevDetail/SwV' }]);
    await phone.session();
    expect(read(phone, './MMS/Operator/Name')).toBe(version === '0.61' ? 'Welcome' : 'Updated');
  }
  expect(await firings('updated', phone)).toMatchObject([{ cause: 'software' }]);
});

it('acts when a phone sends an alert of a type', async () => {
  const definition = { on: { alert: 'com.example.low-memory' }, do: replace('./MMS/Operator/MS', '51200') };
  await make('alerted', definition);
  const phone = await phoneOf('cedar');
  await phone.raise({ type: 'com.example.other', data: 'x' });
  await phone.session();
  expect(await firings('alerted', phone)).toEqual([]);
  await phone.raise({ type: 'com.example.low-memory', data: 'x' });
  await phone.session();
  expect(read(phone, './MMS/Operator/MS')).toBe('51200');
  expect(await firings('alerted', phone)).toMatchObject([{ cause: 'alert', outcome: 'acted' }]);
});
