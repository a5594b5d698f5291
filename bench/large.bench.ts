/**
 * A large object to a phone and back, in pieces of the size that the phone takes, each on the disk of its
 * receiver before it is acknowledged. Beside one plain HTTP transfer of the same bytes between files.
 */
import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Encoding } from '@grove/protocol';
import type { Bench } from './main.ts';
import { ask, started, stopped } from './session/process.ts';

const BYTES = Number(process.env.GROVE_BENCH_LARGE ?? 64 * 1024 * 1024);
const MEGABYTE = 1e6;

/** Seconds in either direction, and bytes of memory that the server needed at most for both. */
interface Measured {
  readonly down: number;
  readonly up: number;
  readonly peak: number;
}

async function plain(file: string, folder: string): Promise<Measured> {
  const { child, port } = await started('../large/plain.ts');
  const url = `http://127.0.0.1:${port}/`;
  await ask(child, 'sample');
  const up = await seconds(async () => {
    const body = createReadStream(file);
    const { ok } = await fetch(url, { method: 'PUT', body, duplex: 'half' });
    if (!ok) throw new Error('the plain server does not take the object');
  });
  const down = await seconds(async () => {
    const { body } = await fetch(url);
    if (body === null) throw new Error('the plain server has nothing');
    await pipeline(Readable.fromWeb(body), createWriteStream(join(folder, 'copy'), { flush: true }));
  });
  const { peak } = await ask<{ peak: number }>(child, 'peak');
  await stopped(child);
  return { down, up, peak };
}

async function grove(file: string, sha256: string, encoding: Encoding): Promise<Measured> {
  const server = await started('../large/grove.ts', file);
  const phone = await started('../large/phone.ts', `http://127.0.0.1:${server.port}/dm`, encoding);
  await ask(server.child, 'sample');
  await ask(phone.child, 'sample');
  const session = async (wish: 'send' | 'fetch', expected: string): Promise<number> => {
    await ask(server.child, wish);
    const held = await ask<{ outcome: string; seconds: number }>(phone.child, 'session');
    if (held.outcome !== 'completed') throw new Error(`the session was ${held.outcome}`);
    const { peak: _, ...rest } = await ask<{ outcome: string; peak?: number }>(server.child, 'outcome');
    if (rest.outcome !== expected) throw new Error(`the task came to ${rest.outcome}, not ${expected}`);
    return held.seconds;
  };
  const down = await session('send', 'succeeded');
  const up = await session('fetch', sha256);
  const { peak } = await ask<{ peak: number }>(server.child, 'peak');
  const { peak: phonePeak } = await ask<{ peak: number }>(phone.child, 'peak');
  console.error(`over ${encoding} the phone needed ${(phonePeak / MEGABYTE).toFixed(1)} MB more than before`);
  await stopped(phone.child);
  await stopped(server.child);
  return { down, up, peak };
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

const run: Bench = async (report) => {
  const folder = mkdtempSync(join(tmpdir(), 'grove-bench-object-'));
  try {
    const file = join(folder, 'object');
    const bytes = randomFillSync(Buffer.alloc(BYTES));
    writeFileSync(file, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const size = `${Math.round(BYTES / 1024 / 1024)} MiB`;
    const baseline = await plain(file, folder);
    for (const encoding of ['wbxml', 'xml'] as const) {
      const measured = await grove(file, sha256, encoding);
      const rate = (of: number) => BYTES / MEGABYTE / of;
      for (const [direction, way] of [
        ['down', 'to a phone'],
        ['up', 'from a phone'],
      ] as const) {
        const value = rate(measured[direction]);
        const beside = rate(baseline[direction]);
        const bench = `${size} ${way} over ${encoding}, beside plain HTTP`;
        report({ bench, ratio: value / beside, value, baseline: beside, unit: 'MB/s' });
      }
      report({
        bench: `memory of the server for ${size} both ways over ${encoding}, beside plain HTTP`,
        ratio: baseline.peak / measured.peak,
        value: measured.peak / MEGABYTE,
        baseline: baseline.peak / MEGABYTE,
        unit: 'MB',
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export default run;
