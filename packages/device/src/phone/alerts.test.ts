import { type DmAcc, FINDER_RING_URI, readDiagnostics, readFinder } from '@grove/protocol';
import { expect, test } from 'vitest';
import { virtualClock } from '../clock/virtual.testing.ts';
import { TransportError } from '../transport/index.ts';
import { readerOf } from '../tree-reader/index.ts';
import { type DeviceRecord, type DeviceStore, memoryStore } from '../tree-store/index.ts';
import { createPhone, type PhoneOptions } from './index.ts';
import { exec, get, type TestServer, testServer } from './server.testing.ts';

const account: DmAcc = {
  serverId: 'com.example.dm',
  addresses: [{ addr: 'http://dm.example.com/dm' }],
  auth: [],
};
const DEV_ID = 'IMEI:001010000000008';
const made = (options: Pick<PhoneOptions, 'transport'> & Partial<PhoneOptions>) =>
  createPhone({ devId: DEV_ID, account, now: () => new Date('2026-01-02T03:04:05Z'), ...options });
const RUN = './Vendor/Grove/Diagnostics/Run';

/** The alerts that a server has heard, as `type correlator`. */
const heard = ({ requests }: TestServer): string[] =>
  requests.flatMap(({ body }) =>
    body.commands.flatMap((command) =>
      command.name === 'Alert' && command.code === 1226
        ? [`${command.items[0]?.meta?.type} ${command.correlator}`]
        : [],
    ),
  );

test('rings at once when it is told to', async () => {
  const server = testServer([
    [exec(FINDER_RING_URI)],
    [exec('Vendor/Grove/Finder/Ring')],
    [exec('./Vendor/Grove/Finder')],
  ]);
  const phone = await made({ transport: server });
  const { done } = await phone.session();
  expect(done.map(({ status }) => status)).toEqual([200, 200, 405]);
  const finder = readFinder(readerOf(phone.tree));
  expect(finder).toEqual({ rings: 2, lastRing: '2026-01-02T03:04:05.000Z', duration: 30 });
});

test('looks itself over after it has said that it will, and tells the outcome', async () => {
  const server = testServer([[exec(RUN, 'c1')], [get(RUN)]]);
  const phone = await made({ transport: server });
  const { done, outcome } = await phone.session();
  await phone.idle();
  expect(done.map(({ command, status }) => `${command} ${status}`)).toEqual(['Exec 202', 'Get 200']);
  expect(outcome.kind).toBe('completed');
  expect(heard(server)).toEqual(['com.example.grove.diagnostics c1']);
  expect(phone.alerts).toEqual([]);
  expect(readDiagnostics(readerOf(phone.tree))).toMatchObject({
    state: 'idle',
    report: expect.stringMatching(/^\d+ nodes with \d+ bytes, 1 DM accounts: all well$/),
  });
});

test('what is raised between sessions is told in the next, and survives until it is answered', async () => {
  const store = memoryStore();
  const phone = await made({ store, transport: testServer([]) });
  await phone.raise({ type: 'x.y', data: '' });
  const deaf = testServer([], () => {
    throw new Error('power cut');
  });
  const revived = await made({ store, transport: deaf });
  await expect(revived.session()).rejects.toThrow('power cut');
  expect(heard(deaf)).toEqual(['x.y undefined']);

  const server = testServer([]);
  const again = await made({ store, transport: server });
  expect(again.alerts).toHaveLength(1);
  await again.session();
  expect([heard(server), again.alerts, (await made({ store, transport: server })).alerts]).toEqual([
    ['x.y undefined'],
    [],
    [],
  ]);
});

test('that dies while it looks itself over does so again, and tells it once', async () => {
  const records = memoryStore();
  const kept: DeviceRecord[] = [];
  const store: DeviceStore = {
    ...records,
    save: async (devId, record) => {
      kept.push(JSON.parse(JSON.stringify(record)));
      await records.save(devId, record);
    },
  };
  const phone = await made({ store, transport: testServer([[exec(RUN, 'c1')]]) });
  await phone.session();
  await phone.idle();
  const running = kept.filter(({ tree }) => JSON.stringify(tree).includes('running'));
  expect(running.length).toBeGreaterThan(0);
  for (const record of running) {
    await records.save(DEV_ID, { ...record, session: undefined });
    const server = testServer([]);
    const revived = await made({ store: records, transport: server });
    await revived.idle();
    expect(revived.alerts).toHaveLength(1);
    await revived.session();
    expect(heard(server)).toEqual(['com.example.grove.diagnostics c1']);
  }
});

test('breaks a session off when it is told to', async () => {
  const stop = new AbortController();
  const server = testServer([[get(RUN)], [get(RUN)], [get(RUN)]], (count) => {
    if (count === 2) stop.abort();
  });
  const phone = await made({ transport: server });
  const { outcome, messages } = await phone.session({ stop: stop.signal });
  expect(outcome).toEqual({ kind: 'aborted', text: 'the device ended the session' });
  expect(messages).toEqual({ sent: 3, received: 3 });
  expect(server.requests[2]?.body.commands.at(-1)).toMatchObject({ name: 'Alert', code: 1223 });
  expect(phone.unfinished).toBeUndefined();
});

test('it is time to call when an alert waits, sooner for a new one than for one that nobody answers', async () => {
  const clock = virtualClock();
  const failing = { exchange: () => Promise.reject(new TransportError('nobody is there')) };
  const phone = await made({ transport: failing, clock });
  const abort = new AbortController();
  const times: number[] = [];
  const calling = (async () => {
    for (;;) {
      const options = await phone.alertDue(abort.signal);
      times.push(clock.now());
      await phone.session(options);
    }
  })();
  const seconds = async (count: number) => {
    for (let second = 0; second < count; second += 1) await clock.pass(1000);
  };
  await seconds(100);
  expect(times).toEqual([]);
  await phone.raise({ type: 'x.y', data: '' });
  await seconds(300);
  expect(times).toEqual([102_000, 162_000, 282_000]);
  await phone.raise({ type: 'x.y', data: 'another' });
  await seconds(10);
  expect(times.at(-1)).toBe(402_000);
  abort.abort(new Error('enough'));
  await expect(calling).rejects.toThrow('enough');
});

test('nobody is called by for a server that the phone has no account with', async () => {
  const clock = virtualClock();
  const phone = await made({ transport: testServer([]), clock });
  await phone.raise({ type: 'x.y', data: '', server: 'com.example.other' });
  const abort = new AbortController();
  const due = phone.alertDue(abort.signal);
  await clock.pass(3_600_000);
  abort.abort(new Error('enough'));
  await expect(due).rejects.toThrow('enough');
});
