import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type PushInitiator, pushInitiator } from '@grove/push';
import { afterAll, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'grove-gateway-kill-'));
const sentFile = join(folder, 'sent');
const acceptedFile = join(folder, 'accepted');
let child: ChildProcess | undefined;
afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const ROUNDS = 4;
const PUSHES = 45;
const WINDOW = 10;

async function start(): Promise<PushInitiator> {
  const script = join(import.meta.dirname, 'kill.testing.ts');
  const args = [script, `sqlite:${join(folder, 'gateway.db')}`, sentFile, acceptedFile];
  const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child = started;
  const lines = createInterface({ input: started.stdout });
  const [url] = (await once(lines, 'line')) as [string];
  return pushInitiator({ url, credentials: { user: 'pi', password: 'secret' }, connections: 16 });
}

async function kill(): Promise<void> {
  const exited = child === undefined ? undefined : once(child, 'exit');
  child?.kill('SIGKILL');
  await exited;
}

const sent = (): string[] => readFileSync(sentFile, 'utf8').split('\n').slice(0, -1);

it('loses nothing that it acknowledged, and sends nothing that was cancelled, however often it is killed', async () => {
  for (const file of [sentFile, acceptedFile]) writeFileSync(file, '');
  const acknowledged = new Set<string>();
  /** How much was sent when the cancellation was acknowledged. */
  const cancelled = new Map<string, number>();
  /** Of some of these nobody has heard whether they were cancelled. */
  const toCancel = new Set<string>();

  for (let round = 0; round < ROUNDS; round++) {
    const pi = await start();
    let left = PUSHES;
    await new Promise<void>((resolve) => {
      const submit = async (n: number) => {
        const pushId = `${round}-${n}`;
        const isToCancel = n % 3 === 0;
        const outcome = await pi.submit({
          pushId,
          // Those to be cancelled wait for a moment, since what is being sent cannot be.
          ...(isToCancel ? { deliverAfter: Date.now() + 3_000 } : {}),
          addresses: [{ kind: 'plmn', number: '+15550100' }],
          content: { contentType: 'text/plain', headers: [], body: new TextEncoder().encode(pushId) },
        });
        if (outcome.kind !== 'accepted') return;
        acknowledged.add(pushId);
        if (isToCancel) {
          toCancel.add(pushId);
          const answer = await pi.cancel(pushId);
          if (answer.kind === 'answered' && answer.results.every(({ code }) => code === 1000)) {
            cancelled.set(pushId, sent().length);
          }
        }
        if (--left === 0) resolve();
      };
      // More than are waited for, so that the kill comes in the midst of others.
      for (let n = 0; n < PUSHES + 2 * WINDOW; n++) submit(n).catch(() => {});
    });
    await kill();
    pi.close();
  }

  const pi = await start();
  const states = new Map<string, string | undefined>();
  await vi.waitFor(
    async () => {
      for (const pushId of acknowledged) {
        if (states.get(pushId) === 'delivered' || states.get(pushId) === 'cancelled') continue;
        const answer = await pi.statusQuery(pushId);
        states.set(pushId, answer.kind === 'answered' ? answer.results[0]?.state : answer.kind);
      }
      expect(new Set(states.values())).toEqual(new Set(['delivered', 'cancelled']));
    },
    { timeout: 20_000, interval: 50 },
  );
  pi.close();
  await kill();

  const all = sent();
  const lost = [...states].filter(([pushId, state]) => state === 'delivered' && !all.includes(pushId));
  expect(lost).toEqual([]);
  expect([...states].filter(([pushId, state]) => state === 'cancelled' && !toCancel.has(pushId))).toEqual([]);
  expect([...cancelled.keys()].filter((pushId) => states.get(pushId) !== 'cancelled')).toEqual([]);
  const afterwards = [...cancelled].filter(([pushId, length]) => all.slice(length).includes(pushId));
  expect(afterwards).toEqual([]);
  expect(cancelled.size).toBeGreaterThan(0);
  // Only what was on its way when the gateway was killed may have been sent twice.
  const twice = all.length - new Set(all).size;
  expect(twice).toBeLessThanOrEqual(ROUNDS * WINDOW);
}, 60_000);
