// A server that is killed again and again in the middle of a campaign: each of them is configured
// once, and the counts are those of what happened.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../rig/port.testing.ts';
import { grove, groveJson, type Server, serve, startGrove } from './grove.testing.ts';

const DEVICES = 600;
/** Devices that have succeeded when the server is killed, others being in session. */
const KILLS = [30, 200, 400];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-campaign-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Campaign {
  readonly id: number;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
}

test('a campaign survives the deaths of its server', { timeout: 120_000 }, async () => {
  const data = join(folder, 'server');
  const port = String(await freePort());
  const record = join(folder, 'record.jsonl');
  let server = await serve(data, '--port', port);
  const simulate = ['simulate', '--devices', String(DEVICES), '--auth', 'basic', ...server.at];
  await groveJson([...simulate, '--register']);
  const steps = join(folder, 'steps.yaml');
  writeFileSync(steps, '- { kind: add, uri: ./MMS/Once, format: node }\n');
  const create = ['campaigns', 'create', 'once', '--file', steps, '--retries', '2'];
  const { id } = await groveJson<Campaign>([...create, ...server.at]);

  const token = readFileSync(join(data, 'token'), 'utf8').trim();
  const fleet = startGrove([
    ...simulate,
    '--sessions',
    '4',
    '--concurrency',
    '64',
    '--record',
    record,
    '--json',
  ]);
  for (const devices of KILLS) {
    await reached(server, token, id, ({ counts }) => (counts.succeeded ?? 0) >= devices);
    await server.end('SIGKILL');
    server = await serve(data, '--port', port);
  }
  expect(await fleet.ended).toBe(0);
  const { counts } = await reached(server, token, id, ({ state }) => state === 'finished');
  expect(counts).toMatchObject({ devices: DEVICES, succeeded: DEVICES, failed: 0, begun: 0, pending: 0 });

  const done = new Map<string, number[]>();
  for (const line of readFileSync(record, 'utf8').trim().split('\n')) {
    const recorded = JSON.parse(line) as { devId: string; done: { command: string; status: number }[] };
    const added = recorded.done.filter(({ command }) => command === 'Add').map(({ status }) => status);
    done.set(recorded.devId, [...(done.get(recorded.devId) ?? []), ...added]);
  }
  expect(done.size).toBe(DEVICES);
  expect([...done].filter(([, statuses]) => statuses.length !== 1 || statuses[0] !== 200)).toEqual([]);
  const { stdout } = await grove(['campaigns', 'export', String(id), ...server.at]);
  expect(stdout.match(/,changed,\d,1,/g)).toHaveLength(DEVICES);
  expect(await server.end('SIGTERM')).toBe(0);
});

/** Looks until something holds of the campaign. */
async function reached(
  { url }: Server,
  token: string,
  id: number,
  holds: (campaign: Campaign) => boolean,
): Promise<Campaign> {
  for (;;) {
    const headers = { authorization: `Bearer ${token}` };
    const campaign = (await (await fetch(`${url}/api/v1/campaigns/${id}`, { headers })).json()) as Campaign;
    if (holds(campaign)) return campaign;
    await sleep(20);
  }
}
