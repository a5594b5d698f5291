/**
 * A server is killed at random, again and again, while ten thousand devices call for a campaign. In the end each of them
 * has been configured once, and the counts of the campaign are those of what happened.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../rig/port.testing.ts';
import { apiOf } from './kills/api.ts';
import { Mortal, printed, startNode } from './kills/child.ts';
import type { Soak } from './main.ts';
import { between } from './random.ts';

const GROVE = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const DEVICES = 10_000;
/** Milliseconds between two deaths. */
const PEACE = [2_000, 10_000] as const;

interface Campaign {
  readonly id: number;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
}

const soak: Soak = async ({ random, say }) => {
  const folder = mkdtempSync(join(tmpdir(), 'grove-soak-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const data = join(folder, 'server');
  const record = join(folder, 'record.jsonl');
  const server = new Mortal(async () => {
    const child = startNode([GROVE, 'serve', '--data', data, '--port', String(port), '--json'], 'pipe');
    await printed(child, /^\}/m);
    return child;
  });
  const simulate = async (...more: string[]): Promise<void> => {
    const at = ['--server', url, '--data', data, '--json'];
    const child = startNode([GROVE, 'simulate', '--devices', String(DEVICES), ...more, ...at], 'ignore');
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`the devices ended with ${code}`);
  };
  try {
    await server.start();
    await simulate('--register');
    const api = apiOf(url, () => readFileSync(join(data, 'token'), 'utf8').trim());
    const steps = [{ kind: 'add', uri: './MMS/Once', format: 'node' }];
    const { id } = await api.post<Campaign>('/campaigns', { name: 'once', steps, retries: { count: 2 } });
    let isOver = false;
    const killing = (async () => {
      while (!isOver) {
        await sleep(between(random, ...PEACE));
        if (isOver) return;
        await server.kill();
        await server.start();
      }
    })();
    await simulate('--record', record);
    isOver = true;
    await killing;
    for (;;) {
      const { state, counts } = await api.get<Campaign>(`/campaigns/${id}`);
      if (counts.succeeded === DEVICES && state === 'finished') break;
      if (state !== 'running') throw new Error(`the campaign is ${state}: ${JSON.stringify(counts)}`);
      if (counts.pending !== 0 || counts.begun !== 0)
        throw new Error(`devices were forgotten: ${JSON.stringify(counts)}`);
      await sleep(100);
    }
    check(record);
    say(`${DEVICES} devices were configured once; the server was killed ${server.deaths} times`);
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** @throws {Error} when a device was configured never, or twice */
function check(record: string): void {
  const added = new Map<string, number>();
  for (const line of readFileSync(record, 'utf8').trim().split('\n')) {
    const { devId, done } = JSON.parse(line) as { devId: string; done: { command: string }[] };
    const adds = done.filter(({ command }) => command === 'Add').length;
    added.set(devId, (added.get(devId) ?? 0) + adds);
  }
  const wrong = [...added].filter(([, times]) => times !== 1);
  if (added.size !== DEVICES || wrong.length > 0)
    throw new Error(
      `${added.size} devices called; not configured once: ${JSON.stringify(wrong.slice(0, 5))}`,
    );
}

export default soak;
