/** Active, Default and Locked, each way that they are used, on the virtual phone's own tree. */
import {
  createHttpTransport,
  createPhone,
  type HttpTransport,
  memoryStore,
  type Phone,
  type SettingChange,
  STANDARD_MODELS,
  scriptedUser,
} from '@grove/device';
import { DEVICE, type LeafValue, LockedError, USER } from '@grove/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig, type Task } from '../rig/rig.testing.ts';

const MMS = 'urn:oma:mo:oma-mms:1.3';
const OLD = './MMS/Operator';
const NEW = './MMS/Second';

let rig: Rig;
let http: HttpTransport;
beforeAll(async () => {
  rig = await startRig();
  http = createHttpTransport();
});
afterAll(async () => {
  await http.close();
  await rig.close();
});

let phones = 0;

async function phoneWith({
  user = 'accept',
  instanceState = true,
  store = memoryStore(),
} = {}): Promise<Phone> {
  phones += 1;
  const devId = `IMEI:4100000000000${String(phones).padStart(2, '0')}`;
  const side = { auth: 'basic', user: 'phone', password: 'secret' };
  await rig.register(devId, { client: side, server: { ...side, user: 'grove' } });
  // A model of its own for each, so that what one shows is not known of the others.
  const [standard] = STANDARD_MODELS;
  const model = { ...standard, instanceState };
  const devInfo = { ...model.devInfo, mod: `Birch ${phones}` };
  return createPhone({
    devId,
    model: { ...model, devInfo },
    account: {
      serverId: 'grove',
      addresses: [{ addr: `${rig.url}/dm` }],
      auth: [
        { level: 'CLCRED', type: 'BASIC', name: 'phone', secret: 'secret' },
        { level: 'SRVCRED', type: 'BASIC', name: 'grove', secret: 'secret' },
      ],
    },
    transport: http,
    store,
    interaction: scriptedUser([{ answer: user === 'accept' ? 'accept' : 'reject' }]),
  });
}

async function carryOut(phone: Phone, path: string, body: object): Promise<Task> {
  const { id } = await rig.api<{ id: number }>(
    'POST',
    `/devices/${encodeURIComponent(phone.devId)}/${path}`,
    body,
  );
  await phone.session();
  return rig.showTask(id);
}
const change = (phone: Phone, body: object) => carryOut(phone, 'instances', body);

const add = {
  uri: NEW,
  add: {
    object: MMS,
    nodes: [
      { path: 'AppID', value: 'w4' },
      { path: 'Addr', value: 'http://mms.new.example/' },
    ],
  },
  state: { active: true, default: true, locked: true },
};
const done = { state: 'succeeded', reason: null };
const states = ({ tree }: Phone) =>
  tree
    .instances(MMS)
    .map(({ uri, active, default: byDefault, lockedBy }) => [uri, active, byDefault, lockedBy]);
const FACTORY = [[OLD, false, true, undefined]];
const TAKEN_OVER = [
  [OLD, false, false, undefined],
  [NEW, true, true, 'grove'],
];

interface Known {
  supported: boolean | null;
  instances: { uri: string; active: boolean | null; locked: boolean | null; inUse: boolean | null }[];
}
const known = (phone: Phone) =>
  rig.api<Known>('GET', `/devices/${encodeURIComponent(phone.devId)}/instances`);

describe('a new instance that becomes Active, Default and Locked', () => {
  it('does so silently, in one Atomic', async () => {
    const phone = await phoneWith();
    expect(states(phone)).toEqual(FACTORY);
    const task = await change(phone, add);
    expect(task).toMatchObject({
      ...done,
      results: [{ command: 'Atomic', status: 200 }, {}, {}, {}, {}, {}, {}],
    });
    expect(states(phone)).toEqual(TAKEN_OVER);
    expect(phone.tree.instanceInUse(MMS)?.uri).toBe(NEW);
    expect(await known(phone)).toMatchObject({
      supported: true,
      instances: [
        { uri: NEW, service: 'urn:oma:mo:oma-mms:1', active: true, default: true, locked: true, inUse: true },
      ],
    });
  });

  it('does so with the consent of the user', async () => {
    const phone = await phoneWith();
    const task = await change(phone, { ...add, confirm: { text: 'Use the new MMS settings?' } });
    expect(task).toMatchObject({
      ...done,
      results: expect.arrayContaining([expect.objectContaining({ command: 'Alert', status: 200 })]),
    });
    expect(states(phone)).toEqual(TAKEN_OVER);
  });

  it('does not where the user refuses, and nothing has changed', async () => {
    const phone = await phoneWith({ user: 'reject' });
    const before = phone.tree.snapshot();
    const task = await change(phone, { ...add, confirm: { text: 'Use the new MMS settings?' } });
    expect(task.state).toBe('failed');
    expect(task.reason).toContain('"Use the new MMS settings?" was rejected by the user');
    expect(phone.tree.snapshot().root.children?.find(({ name }) => name === 'MMS')).toEqual(
      before.root.children?.find(({ name }) => name === 'MMS'),
    );
  });

  it('does not where one part fails, and all is as before', async () => {
    const phone = await phoneWith();
    lock(phone, 'rival');
    const before = states(phone);
    const task = await change(phone, add);
    expect(task.reason).toContain(`Replace ${NEW}?prop=Default with 425`);
    expect(states(phone)).toEqual(before);
    expect(phone.tree.has(NEW)).toBe(false);
  });
});

/** Another authority, which has rights on MMS too, locks the instance of the factory. */
function lock({ tree }: Phone, server: string): void {
  const text = (data: string): LeafValue => ({ format: 'chr', type: 'text/plain', data });
  tree.replace(`${OLD}?prop=ACL`, text('Get=*&Replace=grove+rival'), DEVICE);
  tree.replace(`${OLD}?prop=Locked`, text('true'), server);
}

describe('the Active instance', () => {
  it('is asked for, and locked once somebody has looked', async () => {
    const phone = await phoneWith();
    await change(phone, { uri: OLD, state: { active: true } });
    const query = await carryOut(phone, 'instances/query', { object: MMS, uri: './MMS' });
    expect(query).toMatchObject(done);
    expect(await known(phone)).toMatchObject({ instances: [{ uri: OLD, active: true, locked: false }] });
    expect(
      await change(phone, { uri: OLD, state: { locked: true }, expect: { active: true } }),
    ).toMatchObject(done);
    expect(states(phone)).toEqual([[OLD, true, true, 'grove']]);
  });

  it('is not locked where the user has chosen another one meanwhile', async () => {
    const phone = await phoneWith();
    await change(phone, { ...add, state: { active: true } });
    await phone.change({ kind: 'use', uri: OLD });
    const task = await change(phone, { uri: NEW, state: { locked: true }, expect: { active: true } });
    expect(task).toMatchObject({
      state: 'failed',
      reason: `${NEW} is not Active any more, so that nothing was done`,
    });
    expect(phone.tree.instances(MMS).map(({ lockedBy }) => lockedBy)).toEqual([undefined, undefined]);
    // What the device said is what is known: one cannot be Active and the other too.
    expect((await known(phone)).instances).toMatchObject([{ uri: NEW, active: false }]);
  });

  it('is one, whichever is made Active', async () => {
    const phone = await phoneWith();
    await change(phone, add);
    await change(phone, { uri: OLD, state: { active: true } });
    expect(states(phone).map(([, active]) => active)).toEqual([true, false]);
    expect((await known(phone)).instances).toMatchObject([
      { uri: OLD, active: true },
      // That both are of one service is known when the device has told what they are.
      { uri: NEW, active: null },
    ]);
    await carryOut(phone, 'instances/query', { object: MMS });
    await change(phone, { uri: NEW, state: { active: true } });
    expect((await known(phone)).instances).toMatchObject([
      { uri: OLD, active: false, inUse: false },
      { uri: NEW, active: true, inUse: true },
    ]);
  });

  it('is followed by the Default one when it is deleted', async () => {
    const phone = await phoneWith();
    await change(phone, { ...add, state: { active: true } });
    expect(phone.tree.instanceInUse(MMS)?.uri).toBe(NEW);
    await carryOut(phone, 'tasks', { steps: [{ kind: 'delete', uri: NEW }] });
    expect(phone.tree.instanceInUse(MMS)?.uri).toBe(OLD);
    expect((await known(phone)).instances).toEqual([]);
  });
});

describe('a locked instance', () => {
  const changes: SettingChange[] = [
    { kind: 'value', uri: `${NEW}/Addr`, value: 'http://mine/' },
    { kind: 'delete', uri: NEW },
    { kind: 'use', uri: OLD },
  ];

  it.each(changes)('is not the user’s, until its authority unlocks it: $kind', async (what) => {
    const phone = await phoneWith();
    await change(phone, add);
    const before = phone.tree.snapshot();
    await expect(phone.change(what)).rejects.toThrow(
      `${NEW}: is locked by grove, and not to be changed by the user`,
    );
    expect(phone.tree.snapshot()).toEqual(before);
    expect(await change(phone, { uri: NEW, state: { locked: false } })).toMatchObject(done);
    await phone.change(what);
    expect(phone.tree.snapshot()).not.toEqual(before);
  });

  it('is not for another authority', async () => {
    const phone = await phoneWith();
    lock(phone, 'rival');
    for (const body of [
      { uri: OLD, state: { locked: false } },
      { uri: OLD, state: { active: true } },
    ]) {
      const task = await change(phone, body);
      expect(task).toMatchObject({
        state: 'failed',
        reason: expect.stringContaining('another authority has locked it'),
      });
    }
    const edit = { steps: [{ kind: 'replace', uri: `${OLD}/Addr`, value: 'x' }] };
    expect((await carryOut(phone, 'tasks', edit)).results).toMatchObject([{ status: 425 }]);
    expect(states(phone)).toEqual([[OLD, false, true, 'rival']]);
  });

  it('is for its own authority as before', async () => {
    const phone = await phoneWith();
    await change(phone, add);
    const edit = { steps: [{ kind: 'replace', uri: `${NEW}/Addr`, value: 'http://mms.newer.example/' }] };
    expect(await carryOut(phone, 'tasks', edit)).toMatchObject(done);
  });
});

describe('a client without the properties', () => {
  it('gets what stands for them, and its kind is known', async () => {
    const phone = await phoneWith({ instanceState: false });
    const reference = `${OLD}/Name`;
    const task = await change(phone, { ...add, state: { active: true, locked: true }, reference });
    expect(task).toMatchObject(done);
    const read = (uri: string) => (phone.tree.get(uri, DEVICE) as LeafValue).data;
    expect(read(reference)).toBe(NEW);
    expect(read(`${NEW}?prop=ACL`)).toBe('Add=grove&Delete=grove&Get=*&Replace=grove');
    // An ACL is for servers: the user is not kept out, which the documentation says.
    phone.tree.replace(`${NEW}/Addr`, { format: 'chr', type: 'text/plain', data: 'mine' }, USER);
    expect(await known(phone)).toEqual({ supported: false, instances: [] });
    const device = await rig.api<{ instanceState: boolean; quirks: { quirk: string }[] }>(
      'GET',
      `/devices/${encodeURIComponent(phone.devId)}`,
    );
    expect(device).toMatchObject({ instanceState: false, quirks: [{ quirk: 'no-instance-state' }] });
  });

  it('is left as it is where nothing stands for Default', async () => {
    const phone = await phoneWith({ instanceState: false });
    const task = await change(phone, add);
    expect(task.reason).toBe(
      `${NEW} cannot be made Active and Default: the device has no such properties, and nothing stands for them`,
    );
    expect(phone.tree.has(NEW)).toBe(false);
  });

  it('can be asked, and answers that it has none', async () => {
    const phone = await phoneWith({ instanceState: false });
    expect(await carryOut(phone, 'instances/query', { object: MMS })).toMatchObject(done);
    expect(await known(phone)).toEqual({ supported: false, instances: [] });
  });
});

describe('a profile’s instance', () => {
  const converge = {
    kind: 'converge',
    root: NEW,
    object: MMS,
    nodes: add.add.nodes,
    state: { active: true, locked: true },
  };

  it('becomes what it is to be, and is left alone when it is', async () => {
    const phone = await phoneWith();
    expect(await carryOut(phone, 'tasks', { steps: [converge] })).toMatchObject(done);
    expect(states(phone)).toEqual([
      [OLD, false, true, undefined],
      [NEW, true, false, 'grove'],
    ]);
    const { revision } = phone.tree;
    expect(await carryOut(phone, 'tasks', { steps: [converge] })).toMatchObject(done);
    expect(phone.tree.revision).toBe(revision);
  });

  it('is Active again when the user has chosen another one, which is drift', async () => {
    const phone = await phoneWith();
    const active = { ...converge, state: { active: true } };
    await carryOut(phone, 'tasks', { steps: [active] });
    await phone.change({ kind: 'use', uri: OLD });
    expect(await carryOut(phone, 'tasks', { steps: [active] })).toMatchObject(done);
    expect(phone.tree.instanceInUse(MMS)?.uri).toBe(NEW);
  });

  it('gets what stands for its state on a client without the properties', async () => {
    const phone = await phoneWith({ instanceState: false });
    const step = { ...converge, reference: `${OLD}/Name` };
    expect(await carryOut(phone, 'tasks', { steps: [step] })).toMatchObject(done);
    expect(phone.tree.get(`${OLD}/Name`, DEVICE)).toMatchObject({ data: NEW });
    expect(
      await carryOut(phone, 'tasks', { steps: [{ ...converge, state: { default: true } }] }),
    ).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('nothing stands for it'),
    });
  });
});

describe('a phone that is switched off', () => {
  it('has its states and locks when it is on again', async () => {
    const store = memoryStore();
    const phone = await phoneWith({ store });
    await change(phone, add);
    await phone.change({ kind: 'value', uri: `${OLD}/Addr`, value: 'http://mine/' });
    const again = await createPhone({ devId: phone.devId, transport: http, store });
    expect(states(again)).toEqual(TAKEN_OVER);
    expect(again.tree.get(`${OLD}/Addr`, DEVICE)).toMatchObject({ data: 'http://mine/' });
    await expect(again.change({ kind: 'delete', uri: NEW })).rejects.toThrow(LockedError);
  });

  it('calls the server of the account in use', async () => {
    const phone = await phoneWith();
    const { tree } = phone;
    const first = tree.find('urn:oma:mo:oma-dm-dmacc:1.0')[0] ?? '';
    const second = first.replace(/[^/]+$/, 'Away');
    tree.add(second, { format: 'node', type: 'urn:oma:mo:oma-dm-dmacc:1.0', data: '' }, DEVICE);
    expect((await phone.session()).outcome.kind).toBe('completed');
    tree.replace(`${second}?prop=Active`, { format: 'chr', type: 'text/plain', data: 'true' }, DEVICE);
    // It lacks what an account must have, and nobody chooses another one.
    await expect(phone.session()).rejects.toThrow(second);
  });
});
