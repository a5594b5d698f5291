/**
 * What open sessions cost: each has had its first message answered, and its connection is open. Beside a bare
 * server with as many open connections, of which each has had one answer.
 */
import type { Bench } from './main.ts';
import { hold, type Script } from './session/load.ts';
import { scriptFor } from './session/messages.ts';
import { ask, type Started, started, stopped } from './session/process.ts';

const SESSIONS = Number(process.env.GROVE_BENCH_OPEN ?? 10_000);
const AT_ONCE = 64;
/** Sessions that are held first, so that what is needed once is not counted. */
const WARM_UP = 2_000;
const COMMANDS = 4;
const AUTH = 'basic';

/** Bytes of memory that each open session adds. */
async function memoryOfSession({ child, port }: Started): Promise<number> {
  const warm = await hold(port, scripts(SESSIONS, WARM_UP), AT_ONCE);
  await warm.finish();
  const before = await ask<{ memory: number }>(child, 'memory');
  const held = await hold(port, scripts(0, SESSIONS), AT_ONCE);
  const after = await ask<{ memory: number }>(child, 'memory');
  await held.finish();
  return (after.memory - before.memory) / SESSIONS;
}

const scripts = (first: number, count: number): Script[] =>
  Array.from({ length: count }, (_, at) =>
    scriptFor({ index: first + at, auth: AUTH, round: 1, commands: COMMANDS }),
  );

const run: Bench = async (report) => {
  const phones = SESSIONS + WARM_UP;
  const echo = await started('echo.ts');
  const baseline = await memoryOfSession(echo);
  await stopped(echo.child);

  const grove = await started('grove.ts', AUTH, String(phones), String(COMMANDS));
  const value = await memoryOfSession(grove);
  const { succeeded } = await ask<{ succeeded: number }>(grove.child, 'count');
  if (succeeded !== phones) throw new Error(`${succeeded} phones were configured, expected ${phones}`);
  await stopped(grove.child);

  report({
    bench: `memory of ${SESSIONS} open sessions, beside bare connections`,
    ratio: baseline / value,
    value,
    baseline,
    unit: 'bytes/session',
  });
};

export default run;
