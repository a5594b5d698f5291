// A server that is killed after each message of a session which brings a policy to a phone: what was begun is gone on with,
// and nothing is done twice.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createHttpTransport,
  createPhone,
  fleetAccount,
  fleetDmAcc,
  memoryStore,
  type Transport,
} from '@grove/device';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../rig/port.testing.ts';
import { type Server, serve } from './grove.testing.ts';

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-policy-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NODES = [
  { path: 'AppID', value: 'w4' },
  { path: 'Addr', value: 'http://mms.example/' },
  { path: 'Name', value: 'Work' },
];

test('a policy is brought to a phone once, however often the server is killed', async () => {
  const data = join(folder, 'data');
  const port = String(await freePort());
  let server: Server = await serve(data, '--port', port);
  const token = readFileSync(join(data, 'token'), 'utf8').trim();
  const api = async <T>(path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${server.url}/api/v1/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const known = fleetAccount(1, { serverID: 'grove', clientAuth: 'md5', serverAuth: 'md5' });
  const { devId, client, server: own } = known;
  await api('devices', { devId, account: { serverId: 'grove', client, server: own } });
  await api('profiles', {
    name: 'work',
    document: { root: './MMS/Work', object: 'urn:oma:mo:oma-mms:1.3', nodes: NODES },
  });
  await api('policies', { name: 'work', document: { profile: 'work', target: { all: true } } });

  const http = createHttpTransport();
  let messages = 0;
  const mortal: Transport = {
    ...http,
    async exchange(request) {
      const answer = await http.exchange(request);
      messages += 1;
      if (messages > 4) return answer;
      await server.end('SIGKILL');
      server = await serve(data, '--port', port);
      // Of every other message the answer is lost, so that it has to be sent again.
      return messages % 2 === 0 ? answer : http.exchange(request);
    },
  };
  const account = fleetDmAcc(known, server.dm);
  const phone = await createPhone({ devId, account, transport: mortal, store: memoryStore() });
  const { outcome, done } = await phone.session();
  expect(outcome.kind).toBe('completed');
  expect(messages).toBeGreaterThanOrEqual(4);
  expect(done.filter(({ command }) => command !== 'Get').map(({ uri, status }) => [uri, status])).toEqual([
    ['./MMS/Work', 200],
    ...NODES.map(({ path }) => [`./MMS/Work/${path}`, 200]),
  ]);
  const { items } = await api<{ items: { state: string }[] }>(
    `devices/${encodeURIComponent(devId)}/compliance`,
  );
  expect(items.map(({ state }) => state)).toEqual(['compliant']);
  expect((await phone.session()).done).toEqual([]);
  await http.close();
  expect(await server.end('SIGTERM')).toBe(0);
});
