// A server that is killed in the middle of a campaign and started again: nothing is lost, nothing that is not
// idempotent is done twice. What was done is what each device has recorded.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FINDER_RING_URI } from '@grove/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freePort } from '../rig/port.testing.ts';
import { groveJson, type Server, serve, startGrove } from './grove.testing.ts';

vi.setConfig({ testTimeout: 120_000 });

const DEVICES = 160;
/** Times that the server is killed: each when so many devices have been reached, and others are in session. */
const KILLS = [20, 60, 100];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-kill-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Recorded {
  devId: string;
  outcome: string;
  done: { command: string; uri: string; status: number }[];
}

test('a killed server goes on where it was', async () => {
  const data = join(folder, 'server');
  const port = String(await freePort());
  const record = join(folder, 'record.jsonl');
  let server = await serve(data, '--port', port);
  const simulate = ['simulate', '--devices', String(DEVICES), ...server.at];

  await groveJson([...simulate, '--register']);
  const token = readFileSync(join(data, 'token'), 'utf8').trim();
  const campaign = await startWork(server, token);
  const fleet = startGrove([...simulate, '--concurrency', '24', '--record', record, '--json']);
  for (const devices of KILLS) {
    const counts = await until(() => reached(server, token, campaign), devices);
    await server.end('SIGKILL');
    expect(counts.pending).toBeGreaterThan(0);
    server = await serve(data, '--port', port);
  }

  expect(await fleet.ended).toBe(0);
  expect(await reached(server, token, campaign)).toMatchObject({ succeeded: DEVICES, failed: 0, pending: 0 });
  const recorded = readFileSync(record, 'utf8')
    .trim()
    .split('\n')
    .map((line): Recorded => JSON.parse(line));
  expect(recorded.map(({ outcome }) => outcome)).toEqual(Array(DEVICES).fill('completed'));
  for (const { done } of recorded) {
    const statuses = (command: string) =>
      done.filter((each) => each.command === command).map(({ status }) => status);
    expect(statuses('Add')).toEqual([200]);
    expect(statuses('Exec')).toEqual([200]);
  }

  const tasks = await groveJson<{ id: number; state: string }[]>([
    'tasks',
    'ls',
    '--limit',
    '0',
    ...server.at,
  ]);
  expect(tasks.map(({ state }) => state)).not.toContain('pending');
  expect(tasks.map(({ state }) => state)).not.toContain('running');
  const { results } = await groveJson<{ results: { command: string; status: number | null }[] }>([
    'tasks',
    'show',
    String(tasks[0]?.id),
    ...server.at,
  ]);
  expect(results.map(({ command, status }) => `${command} ${status}`)).toEqual(['Add 200', 'Exec 200']);
  expect(await server.end('SIGTERM')).toBe(0);
});

const ONCE = './MMS/Once';

/** Gives every device a campaign, and a task that must not be done twice. */
async function startWork(server: Server, token: string): Promise<number> {
  const profile = join(folder, 'mms.yaml');
  writeFileSync(
    profile,
    'name: mms\nroot: ./MMS/Operator\nnodes: [{ path: Addr, value: "http://mms.example.net/" }]\n',
  );
  await groveJson(['profiles', 'apply', '-f', profile, ...server.at]);
  const devices = await groveJson<{ id: number }[]>(['devices', 'ls', '--limit', '0', ...server.at]);
  const steps = [
    { kind: 'add', uri: ONCE, format: 'node' },
    { kind: 'exec', uri: FINDER_RING_URI },
  ];
  for (const { id } of devices) await call(server, token, `devices/${id}/tasks`, { steps });
  const campaign = ['campaigns', 'create', 'MMS', '--profile', 'mms', ...server.at];
  return (await groveJson<{ id: number }>(campaign)).id;
}

interface Counts {
  succeeded: number;
  failed: number;
  pending: number;
}

async function reached(server: Server, token: string, campaign: number): Promise<Counts> {
  return (await call<{ counts: Counts }>(server, token, `campaigns/${campaign}`)).counts;
}

/** The API itself, for what a process of its own would be too slow for. */
async function call<T>({ url }: Server, token: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

async function until(look: () => Promise<Counts>, succeeded: number): Promise<Counts> {
  for (;;) {
    const counts = await look();
    if (counts.succeeded >= succeeded) return counts;
    await sleep(5);
  }
}
