// The use cases of configuration, with their variations, as operators have them; judged by the device's own tree.
import {
  createHttpTransport,
  createPhone,
  type HttpTransport,
  type Model,
  modelDdf,
  modelNamed,
  type Phone,
  scriptedUser,
} from '@grove/device';
import { DATA_SERVICE_URI, DEVICE, serializeDdf } from '@grove/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Rig, startRig } from '../rig/rig.testing.ts';

// Many sessions each, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 60_000 });

const OLD = 'http://mms.old.example.com/mms/wapenc';
const NEW = 'http://mms.example.com/';
const ADDR = './MMS/Operator/Addr';

let rig: Rig;
let http: HttpTransport;
beforeAll(() => {
  http = createHttpTransport();
});
afterAll(() => http.close());
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

/** Has things be as files would say. */
const apply = (resources: readonly object[]) => rig.api('POST', '/apply', { resources });

let phones = 0;
interface Owner {
  readonly model?: string;
  readonly answer?: 'accept' | 'reject';
  readonly msisdn?: string;
}
async function phoneOf({ model: name = 'birch-2', answer, msisdn }: Owner = {}): Promise<Phone> {
  const devId = `IMEI:81000000000000${String(phones++).padStart(2, '0')}`;
  const model = modelNamed(name) as Model;
  const addresses = msisdn === undefined ? {} : { msisdn };
  await rig.api('POST', '/devices', { devId, account: { client: { auth: 'none' } }, addresses });
  const account = { serverId: 'grove', addresses: [{ addr: `${rig.url}/dm` }], auth: [] };
  const user = answer === undefined ? {} : { interaction: scriptedUser([{ answer }]) };
  return createPhone({ devId, model, account, transport: http, ...user });
}

function read({ tree }: Phone, uri: string): unknown {
  if (!tree.has(uri)) return undefined;
  const found = tree.get(uri, DEVICE);
  return 'data' in found ? found.data : undefined;
}

/** Lets a phone call. @returns the commands that it was sent */
async function call(phone: Phone): Promise<string[]> {
  const { outcome, done } = await phone.session();
  expect(outcome.kind).toBe('completed');
  return done.map(({ command, uri }) => `${command} ${uri}`);
}
const changes = (commands: readonly string[]) => commands.filter((each) => !each.startsWith('Get '));

const mms = (more: object = {}) => ({
  kind: 'profile',
  name: 'mms',
  document: { root: './MMS/Operator', nodes: [{ path: 'Addr', value: NEW }], ...more },
});

interface Campaign {
  id: number;
  state: string;
  counts: Record<string, number>;
}
const campaign = (document: object) =>
  rig.api<Campaign>('POST', '/campaigns', { name: 'New MMS', ...document });
const standing = async ({ id }: Campaign) => (await rig.api<Campaign>('GET', `/campaigns/${id}`)).counts;

describe('an operator changes settings', () => {
  test('of one device, silently, after a look at what it has', async () => {
    await apply([mms()]);
    const phone = await phoneOf();
    const made = await campaign({ profile: 'mms', target: { devices: [phone.devId] } });
    expect(changes(await call(phone))).toEqual([`Replace ${ADDR}`]);
    expect(read(phone, ADDR)).toBe(NEW);
    expect(await standing(made)).toMatchObject({ devices: 1, changed: 1, pending: 0 });
    const again = await campaign({ profile: 'mms', target: { devices: [phone.devId] } });
    expect(changes(await call(phone))).toEqual([]);
    expect(await standing(again)).toMatchObject({ unchanged: 1 });
  });

  test('unconditionally, without a look, and reads back what came of it', async () => {
    await apply([mms({ options: { unconditional: true, verify: true } })]);
    const phone = await phoneOf();
    await campaign({ profile: 'mms', target: { devices: [phone.devId] } });
    const commands = (await call(phone)).filter((each) => each.includes('./MMS'));
    expect(commands[0]).toBe(`Replace ${ADDR}`);
    expect(commands.at(-1)).toMatch(/^Get .*\.\/MMS\/Operator/);
    expect(read(phone, ADDR)).toBe(NEW);
  });

  test('with the confirmation of users, who may decline', async () => {
    await apply([mms()]);
    const [yes, no] = [await phoneOf({ answer: 'accept' }), await phoneOf({ answer: 'reject' })];
    const made = await campaign({
      profile: 'mms',
      target: { devices: [yes.devId, no.devId] },
      confirm: { text: 'May we renew your MMS settings?' },
    });
    await call(yes);
    await call(no);
    expect([read(yes, ADDR), read(no, ADDR)]).toEqual([NEW, OLD]);
    expect(await standing(made)).toMatchObject({ changed: 1, declined: 1, pending: 0 });
  });

  test('and never what users prefer', async () => {
    const nodes = [
      { path: 'Addr', value: NEW },
      { path: 'Name', policy: 'keep' },
      { path: 'MS', value: '300000', policy: 'default' },
    ];
    await apply([mms({ nodes })]);
    const phone = await phoneOf();
    phone.tree.replace(
      './MMS/Operator/Name',
      { format: 'chr', type: 'text/plain', data: 'Pictures' },
      DEVICE,
    );
    await campaign({ profile: 'mms', target: { devices: [phone.devId] } });
    expect(changes(await call(phone))).toEqual([`Replace ${ADDR}`]);
    expect([read(phone, './MMS/Operator/Name'), read(phone, './MMS/Operator/MS')]).toEqual([
      'Pictures',
      '102400',
    ]);
  });
});

describe('obsolete settings', () => {
  const rule = (document: object) => ({
    kind: 'rule',
    name: 'old-mms',
    document: { do: { profile: 'mms' }, ...document },
  });

  test('are found in what devices report, and replaced at once', async () => {
    await apply([mms(), rule({ when: `./MMS/*/Addr = "${OLD}"` })]);
    const phone = await phoneOf();
    await rig.task(phone.devId, [{ kind: 'get', uri: ADDR }]);
    await call(phone);
    expect(read(phone, ADDR)).toBe(NEW);
  });

  test('are found by the network, which sees devices come to the wrong place', async () => {
    await apply([mms(), rule({ on: { event: 'gateway.wrong-address' } })]);
    const msisdn = '+441632960101';
    const phone = await phoneOf({ msisdn });
    await rig.api('POST', '/events', { type: 'gateway.wrong-address', msisdn });
    expect(changes(await call(phone))).toEqual([`Replace ${ADDR}`]);
  });
});

test('chosen users get another bandwidth without being asked', async () => {
  const root = `${DATA_SERVICE_URI}/Mobile`;
  await apply([
    {
      kind: 'profile',
      name: 'bandwidth',
      document: {
        settings: { 'qos.maxDownlink': `\${subscriber.qos.maxBandwidth}` },
        instance: 'Mobile',
      },
    },
    {
      kind: 'policy',
      name: 'bandwidth',
      document: { profile: 'bandwidth', target: { query: 'subscriber.qos.maxBandwidth > 0' } },
    },
  ]);
  const msisdn = '+441632960102';
  const [chosen, other] = [await phoneOf({ msisdn }), await phoneOf()];
  const before = read(chosen, `${root}/MaxDownlink`);
  const { id } = await rig.api<{ id: number }>('POST', '/subscribers', {
    name: 'Ada',
    msisdns: [msisdn],
    attributes: { qos: { maxBandwidth: 4096 } },
  });
  await call(chosen);
  await call(other);
  expect([read(chosen, `${root}/MaxDownlink`), read(other, `${root}/MaxDownlink`)]).toEqual(['4096', before]);
  await rig.api('PATCH', `/subscribers/${id}`, { attributes: { qos: { maxBandwidth: 8192 } } });
  await call(chosen);
  expect(read(chosen, `${root}/MaxDownlink`)).toBe('8192');
});

test('an enterprise sets its policy on a group, and takes it back when a device leaves', async () => {
  const root = './Vendor/Grove/Policy/Enterprise';
  const [phone, other] = [await phoneOf(), await phoneOf()];
  const files = (devices: readonly string[]) => [
    { kind: 'group', name: 'staff', document: { devices } },
    {
      kind: 'profile',
      name: 'enterprise',
      document: {
        root,
        object: 'com.example.grove/1.0/Policy',
        nodes: [
          { path: 'Password/MinLength', value: '8', format: 'int' },
          { path: 'Camera', value: 'false', format: 'bool' },
        ],
      },
    },
    { kind: 'policy', name: 'enterprise', document: { profile: 'enterprise', target: { group: 'staff' } } },
  ];
  await apply(files([phone.devId]));
  await call(phone);
  await call(other);
  expect([read(phone, `${root}/Camera`), other.tree.has(root)]).toEqual(['false', false]);
  expect(await rig.api('GET', '/policies/enterprise/compliance')).toMatchObject({ compliant: 1 });
  await apply(files([other.devId]));
  await call(phone);
  expect(phone.tree.has(root)).toBe(false);
  await call(other);
  expect(read(other, `${root}/Password/MinLength`)).toBe('8');
});

test('a new service comes to legacy devices by the same profile', async () => {
  const legacy = modelNamed('f-90') as Model;
  const { man, mod } = legacy.devInfo;
  await apply([
    {
      kind: 'model',
      name: `${man}/${mod}`,
      document: {
        ddf: new TextDecoder().decode(serializeDdf(modelDdf(legacy), 'xml')),
        mapping: {
          mms: {
            root: './Vendor/Foliage/MMSC',
            fixed: [],
            settings: {
              name: false,
              proxy: 'Server',
              maxSize: { path: 'MaxKB', format: 'int', divide: 1024 },
            },
          },
          apn: {
            root: './Vendor/Foliage/Data/Slot3',
            fixed: [],
            settings: { name: 'Title', address: 'Net' },
          },
        },
      },
    },
    {
      kind: 'profile',
      name: 'apn',
      document: { instance: 'Games', settings: { 'apn.name': 'Games', 'apn.address': 'games.example' } },
    },
    {
      kind: 'profile',
      name: 'service',
      document: {
        requires: ['apn'],
        instance: 'Operator',
        settings: { 'mms.proxy': NEW, 'mms.maxSize': 307_200 },
      },
    },
  ]);
  const [modern, old] = [await phoneOf(), await phoneOf({ model: 'f-90' })];
  const made = await campaign({ profile: 'service', target: { devices: [modern.devId, old.devId] } });
  await call(modern);
  await call(old);
  expect(await standing(made)).toMatchObject({ changed: 2, pending: 0 });
  expect([read(modern, ADDR), read(modern, './MMS/Operator/MS')]).toEqual([NEW, '307200']);
  expect(read(old, './Vendor/Foliage/MMSC/Server')).toBe(NEW);
  expect(read(old, './Vendor/Foliage/MMSC/MaxKB')).toBe('300');
  expect(read(old, './Vendor/Foliage/Data/Slot3/Net')).toBe('games.example');
});

test('a service provider has a subscriber configured who has just ordered', async () => {
  const msisdn = '+441632960103';
  await apply([
    {
      kind: 'trigger',
      name: 'game',
      document: {
        steps: [
          {
            kind: 'replace',
            uri: `${DATA_SERVICE_URI}/Mobile/MaxDownlink`,
            value: `\${bandwidth}`,
            format: 'int',
          },
        ],
        variables: { bandwidth: { type: 'integer', minimum: 64, maximum: 4096 } },
      },
    },
  ]);
  await rig.api('POST', '/subscribers', { name: 'Grace', msisdns: [msisdn] });
  const { id } = await rig.api<{ id: number }>('POST', '/triggers', {
    to: { subscriber: msisdn },
    trigger: 'game',
    variables: { bandwidth: 3000 },
  });
  expect(await rig.api('GET', `/triggers/${id}`)).toMatchObject({ state: 'waiting' });
  const phone = await phoneOf({ msisdn });
  await vi.waitFor(
    async () => expect(await rig.api('GET', `/triggers/${id}`)).toMatchObject({ state: 'running' }),
    { timeout: 10_000 },
  );
  await call(phone);
  expect(read(phone, `${DATA_SERVICE_URI}/Mobile/MaxDownlink`)).toBe('3000');
  await vi.waitFor(
    async () =>
      expect(await rig.api('GET', `/triggers/${id}`)).toMatchObject({
        state: 'finished',
        counts: { succeeded: 1 },
      }),
    { timeout: 10_000 },
  );
});

test('what fails on a device is reported to customer care, in words', async () => {
  const phone = await phoneOf();
  await rig.task(phone.devId, [{ kind: 'replace', uri: './DevInfo/Man', value: 'Other' }]);
  await call(phone);
  await vi.waitFor(
    async () => {
      const { items } = await rig.api<{ items: { kind: string; state: string }[] }>(
        'GET',
        `/care/cases?device=${encodeURIComponent(phone.devId)}`,
      );
      expect(items).toMatchObject([{ kind: 'task-failed', state: 'open' }]);
    },
    { timeout: 10_000 },
  );
});
