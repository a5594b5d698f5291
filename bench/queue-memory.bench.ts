/**
 * Memory of a push gateway with pushes in its queue that cannot go out, beside the same gateway before them. The
 * database's cache is a part of it, which is bounded.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Bench } from './main.ts';

const PUSHES = Number(process.env.GROVE_BENCH_QUEUED ?? 1_000_000);
/** Looks at the memory while the queue grows: it must not grow along. */
const STEPS = 4;
const MEGABYTE = 1024 * 1024;

const run: Bench = async (report) => {
  const child = fork(join(import.meta.dirname, 'push/gateway.ts'), { execArgv: ['--expose-gc'] });
  await once(child, 'message');
  const queue = async (pushes: number): Promise<{ memory: number; queued: number }> => {
    const told = once(child, 'message');
    child.send(pushes);
    const [answer] = await told;
    return answer;
  };
  const { memory: empty } = await queue(0);
  let last = { memory: empty, queued: 0 };
  for (let step = 1; step <= STEPS; step++) {
    last = await queue(Math.floor((PUSHES * step) / STEPS) - last.queued);
    console.error(`${last.queued} pushes queued: ${(last.memory / MEGABYTE).toFixed(0)} MB`);
  }
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
  if (last.queued !== PUSHES) throw new Error(`${last.queued} pushes are queued, expected ${PUSHES}`);
  report({
    bench: `memory with ${PUSHES} pushes queued, beside an empty queue`,
    ratio: empty / last.memory,
    value: last.memory / MEGABYTE,
    baseline: empty / MEGABYTE,
    unit: 'MB',
  });
};

export default run;
