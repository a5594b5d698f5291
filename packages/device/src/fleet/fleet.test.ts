import { questionAlert } from '@grove/protocol';
import { describe, expect, test } from 'vitest';
import { scriptedUser } from '../interaction/index.ts';
import type { Phone } from '../phone/index.ts';
import { get, replace, testServer } from '../phone/server.testing.ts';
import { accountOf } from '../session/index.ts';
import { TransportError } from '../transport/index.ts';
import { readerOf } from '../tree-reader/index.ts';
import { fleetAccount, luhnDigit, startFleet } from './index.ts';

const server = { serverID: 'com.example.dm', address: 'http://dm.example.com/dm' };

/** Numbers between 0 and 1, always the same. */
function dice(): () => number {
  let seed = 1;
  return () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
}

describe('the account of a device', () => {
  test('follows from its index, and no two have anything in common', () => {
    expect(fleetAccount(7, server)).toEqual(fleetAccount(7, server));
    const accounts = Array.from({ length: 200 }, (_, index) => fleetAccount(index, server));
    const secrets = accounts.flatMap(({ devId, client, server: own }) => [
      devId,
      client.password,
      own.password,
      client.nonce,
      own.nonce,
    ]);
    expect(new Set(secrets).size).toBe(1000);
    for (const { devId } of accounts) {
      const imei = devId.slice('IMEI:'.length);
      expect(luhnDigit(imei.slice(0, 14))).toBe(Number(imei[14]));
    }
    expect(fleetAccount(7, { ...server, seed: 'other' }).client.password).not.toBe(
      fleetAccount(7, server).client.password,
    );
  });

  test('is what the device has in its tree', async () => {
    const fleet = startFleet({ server, devices: 0, transport: testServer([]) });
    const phone = await fleet.phone(3);
    const { devId, client, server: own } = fleetAccount(3, server);
    expect(phone.devId).toBe(devId);
    const held = accountOf('./DMAcc/Operator', readerOf(phone.tree));
    expect(held).toMatchObject({
      ...server,
      client: [{ type: 'md5', user: client.user, password: client.password, nonce: client.nonce }],
      server: [{ type: 'md5', user: 'com.example.dm', password: own.password, nonce: own.nonce }],
    });
  });
});

const open = { ...server, serverAuth: 'none', clientAuth: 'none' } as const;

test('each device has a user of its own, who answers the first time as told', async () => {
  const alert = questionAlert({ kind: 'confirm', text: 'Install it?' });
  const transport = testServer([[{ name: 'Alert', cmdID: '2', ...alert }]]);
  const interaction = () => scriptedUser([{ answer: 'accept', times: 1 }, { answer: 'reject' }]);
  const fleet = startFleet({ server: open, devices: 3, sessions: 2, transport, interaction });
  const { commands } = await fleet.finished;
  expect(commands).toEqual({ 'Alert 200': 3, 'Alert 304': 3 });
});

test('each device holds its sessions, and the statistics say what came of them', async () => {
  const transport = testServer([
    [replace('./MMS/Operator/Addr', 'http://mms.example.com'), get('./Nowhere')],
  ]);
  const fleet = startFleet({ server: open, devices: 20, sessions: 2, concurrency: 3, transport });
  const statistics = await fleet.finished;
  expect(statistics).toMatchObject({
    devices: 20,
    sessions: { begun: 40, succeeded: 40, failed: 0, running: 0 },
    messages: { sent: 80, received: 80 },
    commands: { 'Replace 200': 40, 'Get 404': 40 },
    failures: {},
  });
  const callers = transport.requests.map(({ header }) => header.source.locURI);
  expect(new Set(callers).size).toBe(20);
});

test('no more sessions run at once, and no more begin per second, than was said', async () => {
  let running = 0;
  let most = 0;
  let now = 0;
  const begun: number[] = [];
  const inner = testServer([]);
  const fleet = startFleet({
    server: open,
    devices: 10,
    concurrency: 2,
    rate: 4,
    clock: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    transport: {
      exchange: async (request) => {
        begun.push(now);
        running += 1;
        most = Math.max(most, running);
        const response = await inner.exchange(request);
        running -= 1;
        return response;
      },
    },
  });
  await fleet.finished;
  expect(most).toBeLessThanOrEqual(2);
  begun.forEach((at, index) => {
    expect(at).toBeGreaterThanOrEqual(index * 250);
  });
});

test('devices that die on the way come back, and nothing is lost', async () => {
  const transport = testServer([
    [replace('./MMS/Operator/Addr', 'http://mms.example.com')],
    [get('./DevInfo/Mod')],
  ]);
  const fleet = startFleet({ server: open, devices: 30, mortality: 0.3, random: dice(), transport });
  const statistics = await fleet.finished;
  expect(statistics.sessions).toMatchObject({ succeeded: 30, failed: 0 });
  expect(statistics.deaths).toBeGreaterThan(5);
  for (let index = 0; index < 30; index += 1) {
    const { tree } = await fleet.phone(index);
    expect(readerOf(tree).read('./MMS/Operator/Addr')).toBe('http://mms.example.com');
  }
});

test('failures are counted by their reason, and a fleet can be stopped', async () => {
  const abort = new AbortController();
  let count = 0;
  const fleet = startFleet({
    server: open,
    devices: 100,
    concurrency: 1,
    signal: abort.signal,
    transport: {
      exchange: async () => {
        count += 1;
        if (count === 5) abort.abort();
        throw new TransportError('no connection to http://dm.example.com');
      },
    },
  });
  await expect(fleet.finished).resolves.toMatchObject({
    sessions: { begun: 5, failed: 5 },
    failures: { 'no connection to http://dm.example.com': 5 },
  });
});

test.each([
  [{ mortality: 1 }, 'mortality is 1; expected at least 0 and less than 1'],
  [{ rate: 0 }, 'rate is 0; expected more than 0'],
  [{ concurrency: 0 }, 'concurrency is 0; expected at least 1'],
])('a fleet that would never end is not started: %o', (options, message) => {
  expect(() => startFleet({ server: open, devices: 1, transport: testServer([]), ...options })).toThrow(
    message,
  );
});

test('a device that has something to tell after its session calls once more', async () => {
  const transport = testServer([]);
  const phones = new Map<string, Phone>();
  const fleet = startFleet({
    server: open,
    devices: 3,
    transport: {
      async exchange(request) {
        await new Promise((resolve) => setImmediate(resolve));
        return transport.exchange(request);
      },
    },
    onReport(devId) {
      void phones.get(devId)?.raise({ type: 'x.y', data: '' });
      phones.delete(devId);
    },
  });
  for (const index of [0, 1, 2]) {
    const phone = await fleet.phone(index);
    phones.set(phone.devId, phone);
  }
  expect((await fleet.finished).sessions).toMatchObject({ succeeded: 6, failed: 0 });
  const told = transport.requests.flatMap(({ body }) =>
    body.commands.filter((command) => command.name === 'Alert' && command.code === 1226),
  );
  expect(told).toHaveLength(3);
});
