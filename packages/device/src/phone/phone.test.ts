import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, DEVICE, type DmAcc, questionAlert } from '@grove/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryContentStore } from '../content-store/index.ts';
import type { Reaction } from '../interaction/index.ts';
import { TransportError } from '../transport/index.ts';
import { type DeviceStore, fileStore, memoryStore } from '../tree-store/index.ts';
import { createPhone, type PhoneOptions, STANDARD_MODELS } from './index.ts';
import { get, replace, testServer } from './server.testing.ts';

const DEV_ID = 'IMEI:001010000000008';
const ADDR = './MMS/Operator/Addr';
const account: DmAcc = {
  serverId: 'com.example.dm',
  addresses: [{ addr: 'http://dm.example.com/dm' }],
  auth: [],
};
const mmsc = 'http://mms.new.example.com/';
const made = (options: Pick<PhoneOptions, 'transport'> & Partial<PhoneOptions>) =>
  createPhone({ devId: DEV_ID, account, ...options });

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'grove-phone-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('leaves the factory as its model says, and the operator may mend it', async () => {
  for (const model of STANDARD_MODELS) {
    const server = testServer([
      [get('./DevInfo/Mod'), get('./DevDetail/FwV'), replace(ADDR, mmsc), get(ADDR)],
    ]);
    const phone = await made({ model, transport: server });
    const report = await phone.session();
    expect(report.done.map(({ command, uri, status }) => `${command} ${uri} ${status}`)).toEqual([
      'Get ./DevInfo/Mod 200',
      'Get ./DevDetail/FwV 200',
      `Replace ${ADDR} 200`,
      `Get ${ADDR} 200`,
    ]);
    const results = server.requests[1]?.body.commands.flatMap((each) =>
      each.name === 'Results' ? each.items : [],
    );
    expect(results?.map(({ data }) => data)).toEqual([model.devInfo.mod, model.devDetail.fwV, mmsc]);
  }
});

test('reports what a session came to', async () => {
  const server = testServer([[get(ADDR)], [replace(ADDR, mmsc)]]);
  const phone = await made({ transport: server });
  const seen: string[] = [];
  const traced = await made({ transport: server, onMessage: ({ direction }) => seen.push(direction) });
  const report = await phone.session({ reason: 1200, sessionID: 'FFFF' });
  expect(report).toMatchObject({
    sessionID: 'FFFF',
    outcome: { kind: 'completed', text: 'the server had nothing more to ask for' },
    messages: { sent: 3, received: 3 },
    bytes: { sent: server.bodies.reduce((sum, { length }) => sum + length, 0) },
    deviations: [],
  });
  expect(server.requests[0]?.body.commands[0]).toMatchObject({ name: 'Alert', code: 1200 });
  await traced.session();
  expect(seen).toEqual(['sent', 'received', 'sent', 'received', 'sent', 'received']);
});

test('has done, on disk, what it tells the server that it has done', async () => {
  const store = fileStore({ directory, sync: false });
  const stored: unknown[] = [];
  const server = testServer([[replace(ADDR, mmsc)]]);
  const phone = await made({
    store,
    transport: {
      exchange: async (request) => {
        const found = await store.load(DEV_ID);
        stored.push(JSON.stringify(found?.tree).includes(mmsc));
        return server.exchange(request);
      },
    },
  });
  await phone.session();
  expect(stored).toEqual([false, true]);
});

test('that is killed between two messages goes on with the same bytes', async () => {
  const store = fileStore({ directory });
  const server = testServer([[replace(ADDR, mmsc)], [get(ADDR)]], (count) => {
    if (count === 2) throw new Error('power cut');
  });
  const phone = await made({ store, transport: server });
  await expect(phone.session()).rejects.toThrow('power cut');

  const revived = await made({ store, transport: server });
  expect(revived.tree.get(ADDR, DEVICE)).toMatchObject({ data: mmsc });
  const report = await revived.resume();
  expect(report?.outcome.kind).toBe('completed');
  expect(server.bodies[2]).toEqual(server.bodies[1]);
  expect(server.requests.map(({ header }) => header.msgID)).toEqual(['1', '2', '2', '3']);
  await expect(revived.resume()).resolves.toBeUndefined();
});

test('that is cut short in the middle of a message takes the whole of it again', async () => {
  const uri = './MMS/Operator/Ext';
  const addition: Command = {
    name: 'Add',
    cmdID: '3',
    items: [{ target: { locURI: uri }, meta: { format: 'node' } }],
  };
  const question: Command = {
    name: 'Alert',
    cmdID: '4',
    ...questionAlert({ kind: 'confirm', text: 'Install it?' }),
  };
  const cut = new AbortController();
  const answers = [
    () => {
      cut.abort(new Error('cut short'));
      return new Promise<Reaction>(() => {});
    },
    async (): Promise<Reaction> => ({ kind: 'yes' }),
  ].values();
  const store = memoryStore();
  const transport = testServer([[addition, question]]);
  const phone = await made({
    store,
    transport,
    interaction: { ask: () => answers.next().value?.() ?? Promise.reject(new Error('asked too often')) },
  });
  await expect(phone.session({ signal: cut.signal })).rejects.toThrow('cut short');
  await phone.raise({ type: 'com.example.test', data: 'stored with the phone', canWait: true });
  expect((await made({ store, transport })).tree.has(uri)).toBe(false);
  const report = await phone.resume();
  expect(report?.done.map(({ command, status }) => [command, status])).toEqual([
    ['Add', 200],
    ['Alert', 200],
  ]);
  expect((await made({ store, transport })).tree.has(uri)).toBe(true);
});

test('that is killed may as well begin a new session', async () => {
  const store = memoryStore();
  const server = testServer([[get(ADDR)]], (count) => {
    if (count === 2) throw new Error('power cut');
  });
  const phone = await made({ store, transport: server });
  await expect(phone.session({ sessionID: 'A' })).rejects.toThrow('power cut');
  const revived = await made({ store, transport: server });
  expect(revived.unfinished?.sessionID).toBe('A');
  await expect(revived.session({ sessionID: 'B' })).resolves.toMatchObject({
    sessionID: 'B',
    outcome: { kind: 'completed' },
  });
  expect(revived.unfinished).toBeUndefined();
});

test('that cannot reach the server says so, and has no session to go on with', async () => {
  const phone = await made({
    transport: {
      exchange: async () => {
        throw new TransportError('no connection to http://dm.example.com');
      },
    },
  });
  await expect(phone.session()).resolves.toMatchObject({
    outcome: { kind: 'failed', text: 'no connection to http://dm.example.com' },
  });
  expect(phone.unfinished).toBeUndefined();
});

test('holds one session at a time', async () => {
  const server = testServer([[get(ADDR)]]);
  const phone = await made({ transport: server });
  await Promise.all([phone.session({ sessionID: '1' }), phone.session({ sessionID: '2' })]);
  expect(server.requests.map(({ header }) => header.sessionID)).toEqual(['1', '1', '2', '2']);
});

test('without an account, or with a damaged record, says what is missing', async () => {
  const phone = await made({ transport: testServer([]) });
  await expect(phone.session({ serverID: 'org.other' })).rejects.toThrow(
    `${DEV_ID} has no DM account with server org.other`,
  );
  phone.tree.delete('./DMAcc/Operator/ServerID', DEVICE);
  await expect(phone.session()).rejects.toThrow(
    './DMAcc/Operator/ServerID: missing: expected the identifier of the server',
  );
  const damaged: DeviceStore = {
    load: async () => ({ tree: { version: 1, root: { name: '', format: 'chr' } } }),
    save: async () => {},
    contents: () => memoryContentStore(),
  };
  await expect(made({ store: damaged, transport: testServer([]) })).rejects.toMatchObject({
    name: 'DamagedRecordError',
    message: expect.stringContaining(`record of ${DEV_ID}: tree snapshot`),
  });
});
