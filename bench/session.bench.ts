/** Whole DM sessions against a bare echo of the same bodies: what a session costs beyond HTTP itself. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Bench } from './main.ts';
import { type Script, play } from './session/load.ts';
import { type Auth, scriptFor } from './session/messages.ts';

const PHONES = Number(process.env.GROVE_BENCH_PHONES ?? 20_000);
const CONNECTIONS = 64;

interface Campaign {
  counts: { succeeded: number };
}

async function started(file: string, ...args: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(join(import.meta.dirname, 'session', file), args);
  const { port } = await message<{ port: number }>(child);
  return { child, port };
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (value) => resolve(value as T));
    child.once('exit', (code) => reject(new Error(`the process ended with ${code}`)));
  });
}

async function echo(scripts: readonly Script[]): Promise<number> {
  const { child, port } = await started('echo.ts');
  const rate = await play(port, scripts, CONNECTIONS);
  child.kill();
  return rate;
}

async function sessions(auth: Auth, scripts: readonly Script[]): Promise<number> {
  const { child, port } = await started('grove.ts', auth, String(scripts.length));
  const rate = await play(port, scripts, CONNECTIONS);
  child.send('end');
  const { campaign } = await message<{ campaign: Campaign }>(child);
  const { succeeded } = campaign.counts;
  if (succeeded !== scripts.length) {
    throw new Error(`${succeeded} of ${scripts.length} phones were configured: the figure means nothing`);
  }
  return rate;
}

const run: Bench = async (report) => {
  for (const auth of ['basic', 'md5'] as const) {
    const scripts = Array.from({ length: PHONES }, (_, index) => scriptFor(index, auth));
    const before = await echo(scripts);
    const value = await sessions(auth, scripts);
    const after = await echo(scripts);
    const baseline = (before + after) / 2;
    report({
      bench: `sessions over XML, ${auth}, SQLite on disk`,
      ratio: value / baseline,
      value,
      baseline,
      unit: 'requests/s',
    });
  }
};

export default run;
