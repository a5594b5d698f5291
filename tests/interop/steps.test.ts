/** Grove on both ends: each kind of step carried out on the virtual phone, in either encoding. */
import {
  type Clock,
  createHttpTransport,
  createPhone,
  type HttpTransport,
  type Phone,
  scriptedUser,
  systemClock,
} from '@grove/device';
import { DIAGNOSTICS_RUN_URI, type Encoding } from '@grove/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig, type Task } from '../rig/rig.testing.ts';

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

/** Waits an hour in no time, and anything shorter as long as it takes. */
const HURRIED: Clock = {
  ...systemClock,
  sleep: (milliseconds, signal) =>
    milliseconds < 3600_000 ? systemClock.sleep(milliseconds, signal) : Promise.resolve(),
};

let phones = 0;
const devIdOf = (phone: number) => `IMEI:4000000000000${String(phone).padStart(2, '0')}`;

async function phoneWith(encoding: Encoding): Promise<Phone> {
  const devId = devIdOf(phones++);
  const side = { auth: 'basic', user: 'phone', password: 'secret' };
  await rig.register(devId, { client: side, server: { ...side, user: 'grove' } });
  return createPhone({
    devId,
    account: {
      serverId: 'grove',
      addresses: [{ addr: `${rig.url}/dm` }],
      auth: [
        { level: 'CLCRED', type: 'BASIC', name: 'phone', secret: 'secret' },
        { level: 'SRVCRED', type: 'BASIC', name: 'grove', secret: 'secret' },
      ],
    },
    transport: http,
    encoding,
    clock: HURRIED,
    interaction: scriptedUser([
      { text: /no\?/i, answer: 'reject' },
      { text: /which/i, answer: { choose: [2] } },
      { text: /silence/i, answer: 'ignore' },
      { answer: 'accept' },
    ]),
  });
}

async function carryOut(phone: Phone, ...steps: object[]): Promise<Task> {
  const id = await rig.task(phone.devId, steps);
  await phone.session();
  return rig.showTask(id);
}

const done = { state: 'succeeded', reason: null };
const uris = (task: Task) => task.results?.[0]?.items?.map(({ uri }) => uri) ?? [];

describe.each(['xml', 'wbxml'] as const)('in %s', (encoding) => {
  it.each(['Struct', 'StructData', 'TNDS'])('a listing as %s', async (as) => {
    const phone = await phoneWith(encoding);
    const task = await carryOut(phone, { kind: 'list', uri: './MMS', as });
    expect(task).toMatchObject(done);
    expect(task.results).toHaveLength(1);
    expect(uris(task)).toContain('./MMS/Operator/Name');
    const { tree } = await rig.api<{ tree: object }>(
      'GET',
      `/devices/${encodeURIComponent(phone.devId)}/tree?under=./MMS/Operator/Name`,
    );
    const { data } = phone.tree.get('./MMS/Operator/Name', 'grove') as { data: string };
    expect(tree).toMatchObject({ node: { format: 'chr', value: as === 'Struct' ? null : data } });
  });

  it('a sub-tree, added, replaced and found there again', async () => {
    const phone = await phoneWith(encoding);
    const nodes = [
      { path: 'AppID', value: 'w4' },
      { path: 'Addr', value: 'http://a.example/?x=<&>' },
      { path: 'Ext', format: 'node' },
    ];
    const add = { kind: 'tree', uri: './MMS/New', mode: 'add', nodes };
    expect(await carryOut(phone, add)).toMatchObject({ ...done, results: [{ command: 'Add', status: 200 }] });
    expect(phone.tree.get('./MMS/New/Addr', 'grove')).toMatchObject({ data: 'http://a.example/?x=<&>' });
    expect(await carryOut(phone, add)).toMatchObject({ state: 'failed' });
    const replace = { ...add, mode: 'replace', nodes: nodes.slice(0, 2) };
    expect(await carryOut(phone, replace)).toMatchObject({ ...done, results: [{ command: 'Replace' }] });
    expect(phone.tree.has('./MMS/New/Ext')).toBe(false);
  });

  it('an Atomic that holds, and one that is undone', async () => {
    const phone = await phoneWith(encoding);
    const name = { kind: 'replace', uri: './MMS/Operator/Name', value: 'Atomic' };
    const missing = { kind: 'replace', uri: './MMS/Nowhere/Name', value: 'x' };
    const before = phone.tree.get(name.uri, 'grove');
    const failed = await carryOut(phone, { kind: 'atomic', steps: [name, missing] });
    expect(failed).toMatchObject({
      state: 'failed',
      reason:
        'the Atomic failed, so that nothing of it holds: the device answered Replace ./MMS/Nowhere/Name with 404',
      results: [{ status: 507 }, { status: 216 }, { status: 404 }],
    });
    expect(phone.tree.get(name.uri, 'grove')).toEqual(before);
    expect(await carryOut(phone, { kind: 'atomic', steps: [name] })).toMatchObject(done);
    expect(phone.tree.get(name.uri, 'grove')).toMatchObject({ data: 'Atomic' });
  });

  it('a Sequence that goes as far as the user lets it', async () => {
    const phone = await phoneWith(encoding);
    const ask = (text: string) => ({ kind: 'ask', question: { kind: 'confirm', text } });
    const get = { kind: 'get', uri: './DevDetail/SwV' };
    const steps = [get, ask('Yes?'), { kind: 'atomic', steps: [ask('Yes?')] }, ask('No?'), get];
    const task = await carryOut(phone, { kind: 'sequence', steps });
    expect(task.results?.map(({ command, status }) => `${command} ${status}`)).toEqual([
      'Sequence 200',
      'Get 200',
      'Alert 200',
      'Atomic 200',
      'Alert 200',
      'Alert 304',
      'Get 215',
    ]);
    expect(task.reason).toBe(
      '"No?" was rejected by the user (304); what follows it in the Sequence was not done',
    );
  });

  it('questions, and what follows from their answers', async () => {
    const phone = await phoneWith(encoding);
    const get = (uri: string) => ({ kind: 'get', uri });
    const task = await carryOut(
      phone,
      { kind: 'ask', question: { kind: 'display', text: 'Hello & welcome' } },
      {
        kind: 'ask',
        question: { kind: 'choice', text: 'Which?', choices: ['a', 'b'] },
        cases: [
          { choice: 1, steps: [get('./DevInfo/Man')] },
          { choice: 2, steps: [get('./DevInfo/Mod')] },
        ],
      },
      {
        kind: 'ask',
        question: { kind: 'confirm', text: 'Silence', maxDisplay: 3600, default: true },
        on: { byDefault: 'otherwise' },
        otherwise: [get('./DevInfo/Lang')],
      },
    );
    expect(task).toMatchObject(done);
    expect(task.results).toMatchObject([
      { outcome: 'shown' },
      { outcome: 'answered', chosen: [2] },
      { uri: './DevInfo/Mod', path: '1/cases/1/steps/0' },
      { outcome: 'accepted', byDefault: 'yes' },
      { uri: './DevInfo/Lang', path: '2/otherwise/0' },
    ]);
  });

  it('an Exec whose outcome comes later', async () => {
    const phone = await phoneWith(encoding);
    const id = await rig.task(phone.devId, [
      { kind: 'exec', uri: DIAGNOSTICS_RUN_URI, await: { seconds: 60 } },
      { kind: 'get', uri: './DevInfo/Man' },
    ]);
    await phone.session();
    await phone.idle();
    await phone.session();
    const task = await rig.showTask(id);
    expect(task).toMatchObject(done);
    expect(task.results).toMatchObject([
      { command: 'Exec', status: 202 },
      { command: 'Alert' },
      { command: 'Get', status: 200 },
    ]);
  });

  it('properties of nodes', async () => {
    const phone = await phoneWith(encoding);
    const acl = './MMS/Operator?prop=ACL';
    const value = 'Add=grove&Get=*&Replace=grove';
    const task = await carryOut(
      phone,
      { kind: 'replace', uri: acl, value },
      { kind: 'list', uri: './MMS', as: 'TNDS', only: ['ACL'] },
    );
    expect(task).toMatchObject(done);
    expect(task.results?.[1]?.items).toContainEqual(
      expect.objectContaining({ uri: './MMS/Operator', acl: value }),
    );
  });
});

it('breaks no rule of the standard on either end', async () => {
  const broken = new Map<string, string>();
  for (let phone = 0; phone < phones; phone++) {
    for (const { direction, deviations } of await rig.trace(devIdOf(phone))) {
      for (const { rule, path, found } of deviations) broken.set(`${direction} ${rule}`, `${path}: ${found}`);
    }
  }
  expect(Object.fromEntries(broken)).toEqual({});
});
