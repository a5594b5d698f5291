/** Whole DM sessions against a bare echo of the same bodies: what a session costs beyond HTTP itself. */
import type { ChildProcess } from 'node:child_process';
import type { Bench } from './main.ts';
import { play, type Script } from './session/load.ts';
import { type Auth, scriptFor } from './session/messages.ts';
import { ask, started, stopped } from './session/process.ts';

const PHONES = Number(process.env.GROVE_BENCH_PHONES ?? 20_000);
const CONNECTIONS = 64;
/** What the server sends in each session. */
const COMMANDS = 4;

/** The first sessions of the phones, by which both servers warm up and Grove learns of the phones. */
const firstRound = (auth: Auth): Script[] =>
  Array.from({ length: PHONES }, (_, index) => scriptFor({ index, auth, round: 1, commands: COMMANDS }));

async function echo(scripts: readonly Script[]): Promise<number> {
  const { child, port } = await started('echo.ts');
  await play(port, scripts, CONNECTIONS);
  const { rate } = await play(port, scripts, CONNECTIONS);
  await stopped(child);
  return rate;
}

interface Measured {
  readonly rate: number;
  readonly scripts: readonly Script[];
}

async function sessions(auth: Auth): Promise<Measured> {
  const { child, port } = await started('grove.ts', auth, String(PHONES), String(COMMANDS));
  const { nonces } = await play(port, firstRound(auth), CONNECTIONS);
  await expectSucceeded(child, 'count', PHONES);
  await expectSucceeded(child, 'begin', 0);
  const scripts = nonces.map((nonce, index) =>
    scriptFor({ index, auth, round: 2, nonce, commands: COMMANDS }),
  );
  const { rate } = await play(port, scripts, CONNECTIONS);
  await expectSucceeded(child, 'count', PHONES);
  await stopped(child);
  return { rate, scripts };
}

/** A figure means nothing unless every phone was configured, and in the round that it is of. */
async function expectSucceeded(
  child: ChildProcess,
  wish: 'count' | 'begin',
  expected: number,
): Promise<void> {
  const { succeeded } = await ask<{ succeeded: number }>(child, wish);
  if (succeeded !== expected) throw new Error(`${succeeded} phones were configured, expected ${expected}`);
}

const run: Bench = async (report) => {
  for (const auth of ['basic', 'md5'] as const) {
    const before = await echo(firstRound(auth));
    const { rate: value, scripts } = await sessions(auth);
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
