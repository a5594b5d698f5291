import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, DEVICE, type DmAcc, isStored } from '@grove/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileStore } from '../tree-store/index.ts';
import { createPhone, type Phone } from './index.ts';
import { type TestServer, testServer } from './server.testing.ts';

const account: DmAcc = {
  serverId: 'com.example.dm',
  addresses: [{ addr: 'http://dm.example.com/dm' }],
  auth: [],
};
const DEV_ID = 'IMEI:001010000000008';
const URI = './MMS/Operator/Ext/Big';
const value = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 13) % 256);

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'grove-large-'));
});
afterEach(() => rm(directory, { recursive: true }));

const made = (transport: TestServer, capacity?: number): Promise<Phone> => {
  const store = fileStore({ directory, sync: false, ...(capacity === undefined ? {} : { capacity }) });
  return createPhone({ devId: DEV_ID, account, transport, store });
};
const contents = (): Promise<string[]> =>
  readdir(join(directory, 'IMEI%3A001010000000008.contents')).catch(() => []);

/** A value in parts of 30 000 bytes, one a round. */
function inParts(name: 'Add' | 'Replace', bytes: Uint8Array): Command[][] {
  const rounds: Command[][] = [];
  for (let at = 0; at < bytes.length; at += 30_000) {
    const isLast = at + 30_000 >= bytes.length;
    const size = at === 0 ? { size: bytes.length } : {};
    const item = {
      target: { locURI: URI },
      meta: { format: 'bin', type: 'application/octet-stream', emi: [], ...size },
      data: bytes.subarray(at, at + 30_000),
      ...(isLast ? {} : { moreData: true }),
    };
    rounds.push([{ name, cmdID: '5', items: [item] }]);
  }
  return rounds;
}

async function held({ tree }: Phone): Promise<Uint8Array | undefined> {
  const found = tree.has(URI) ? tree.get(URI, DEVICE) : undefined;
  if (found === undefined || 'children' in found || !isStored(found.data)) return undefined;
  return fileStore({ directory }).contents(DEV_ID).read(found.data.stored, 0, found.data.size);
}

test.each([2, 3, 4, 5])('a phone that dies over message %i of a value goes on with it', async (fatal) => {
  let isMortal = true;
  const server = testServer(inParts('Add', value), (count) => {
    if (count === fatal && isMortal) throw new Error('power cut');
  });
  await expect((await made(server)).session()).rejects.toThrow('power cut');
  isMortal = false;
  const revived = await made(server);
  const report = await revived.resume();
  expect(report?.outcome.kind).toBe('completed');
  expect(await held(revived)).toEqual(value);
  expect(await contents()).toHaveLength(1);
});

test('a phone that dies before it has remembered a part writes it again in its place', async () => {
  const server = testServer(inParts('Add', value));
  const store = fileStore({ directory, sync: false });
  let saves = 0;
  const phone = await createPhone({
    devId: DEV_ID,
    account,
    transport: server,
    store: {
      ...store,
      save: async (devId, record) => {
        saves += 1;
        if (saves === 4) throw new Error('power cut');
        await store.save(devId, record);
      },
    },
  });
  await expect(phone.session()).rejects.toThrow('power cut');
  const revived = await made(server);
  const received = revived.unfinished?.incoming?.received ?? 0;
  expect(received).toBeGreaterThan(0);
  await revived.resume();
  expect(await held(revived)).toEqual(value);
});

test('a phone keeps no value that nothing refers to any more', async () => {
  const server = testServer([
    ...inParts('Add', value),
    ...inParts('Replace', value.slice().reverse()),
    [{ name: 'Delete', cmdID: '6', items: [{ target: { locURI: URI } }] }],
  ]);
  const kept: number[] = [];
  const phone = await createPhone({
    devId: DEV_ID,
    account,
    transport: {
      exchange: async (request) => {
        kept.push((await contents()).length);
        return server.exchange(request);
      },
    },
    store: fileStore({ directory, sync: false }),
  });
  const { done } = await phone.session();
  expect(done.map(({ status }) => status)).toEqual([213, 213, 213, 200, 213, 213, 213, 200, 200]);
  expect(kept).toEqual([0, 1, 1, 1, 1, 2, 2, 2, 1, 0]);
  const abandoned = await made(testServer(inParts('Add', value).slice(0, 2)));
  await abandoned.session();
  expect(await contents()).toEqual([]);
});

test('a phone that is full says so with the first part, and takes no other part for the value', async () => {
  const phone = await made(testServer([...inParts('Add', value), ...inParts('Replace', value)]), 150_000);
  const { done } = await phone.session();
  expect(done.map(({ status }) => status)).toEqual([213, 213, 213, 200, 420, 424, 424, 424]);
  expect(await held(phone)).toEqual(value);
});
