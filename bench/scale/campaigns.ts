/** A campaign for all devices of a fleet, beside campaigns for a thousand of them. */
import { play } from '../session/load.ts';
import { devIdOf, leavesOf, scriptFor } from '../session/messages.ts';
import { type Served, timed } from './api.ts';
import type { Judge } from './limits.ts';

/** Devices that call in one round: those of a small campaign, and as many of the large one. */
const CALLERS = 1_000;
const ROUNDS = 5;
const CONNECTIONS = 64;
const COMMANDS = 4;
/** Milliseconds between two looks at how far a campaign is. */
const LOOK = 100;
const MEGABYTE = 1024 * 1024;

interface Campaign {
  readonly id: number;
  readonly state: string;
  readonly counts: { readonly devices: number; readonly succeeded: number };
}

/** Devices of one round, spread over the whole fleet; those of different rounds are different ones. */
function callersOf(devices: number, round: number): number[] {
  const step = Math.floor(devices / CALLERS);
  return Array.from({ length: CALLERS }, (_, at) => at * step + round);
}

/** Sessions of devices that call for the first time, in requests a second. */
async function callAll(served: Served, callers: readonly number[]): Promise<number> {
  const scripts = callers.map((index) => scriptFor({ index, auth: 'md5', round: 1, commands: COMMANDS }));
  return (await play(served.port, scripts, CONNECTIONS)).rate;
}

/** Looks at a campaign until it is told to end: what its count of successes was, and how long it took to tell. */
function watching(served: Served, id: number): { end(): Promise<{ seen: number[]; slowest: number }> } {
  const seen: number[] = [];
  let slowest = 0;
  let isOver = false;
  const watched = (async () => {
    while (!isOver) {
      const { value, seconds } = await timed(() => served.call<Campaign>('GET', `/campaigns/${id}`));
      seen.push(value.counts.succeeded);
      slowest = Math.max(slowest, seconds);
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  })();
  return {
    async end() {
      isOver = true;
      await watched;
      return { seen, slowest };
    },
  };
}

export async function measureCampaigns(served: Served, devices: number, judge: Judge): Promise<void> {
  if (devices < 2 * ROUNDS * CALLERS) throw new Error(`campaigns take ${2 * ROUNDS * CALLERS} devices`);
  const create = (name: string, target: object) => {
    const steps = leavesOf(COMMANDS).map((uri) => ({ kind: 'replace', uri, value: `${name} of ${uri}` }));
    return served.call<Campaign>('POST', '/campaigns', JSON.stringify({ name, target, steps }));
  };
  const show = (id: number) => served.call<Campaign>('GET', `/campaigns/${id}`);
  const expectSucceeded = async (id: number, expected: number): Promise<void> => {
    const { succeeded } = (await show(id)).counts;
    if (succeeded !== expected) throw new Error(`${succeeded} devices were configured, expected ${expected}`);
  };

  await served.vitals();
  const creation = await timed(() => create('large', { all: true }));
  const large = creation.value;
  if (large.state !== 'running' || large.counts.devices !== devices)
    throw new Error(`the campaign is ${large.state}, for ${large.counts.devices} devices`);
  judge(`campaign for ${devices.toLocaleString('en')} devices: made`, creation.seconds, 10, 's');

  const rates: { small: number; large: number }[] = [];
  let slowest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await served.call('POST', `/campaigns/${large.id}/pause`);
    const few = callersOf(devices, 2 * round);
    const { id } = await create(`small ${round}`, { devices: few.map(devIdOf) });
    // Both are watched, so that both have the same besides.
    const ofSmall = watching(served, id);
    const small = await callAll(served, few);
    await ofSmall.end();
    await expectSucceeded(id, CALLERS);
    await served.call('POST', `/campaigns/${large.id}/resume`);
    const ofLarge = watching(served, large.id);
    const rate = await callAll(served, callersOf(devices, 2 * round + 1));
    const watched = await ofLarge.end();
    await expectSucceeded(large.id, (round + 1) * CALLERS);
    const steps = new Set(watched.seen).size;
    if (steps < Math.min(3, watched.seen.length)) throw new Error(`the counts stood still: ${watched.seen}`);
    slowest = Math.max(slowest, watched.slowest);
    console.error(
      `sessions: ${small.toFixed(0)} requests/s for ${CALLERS}, ${rate.toFixed(0)} for all, with counts live`,
    );
    rates.push({ small, large: rate });
  }
  // The first round warms up.
  const mean = (which: 'small' | 'large') =>
    rates.slice(1).reduce((sum, each) => sum + each[which], 0) / (ROUNDS - 1);
  judge(
    'sessions of the large campaign beside those of a small one',
    mean('large') / mean('small'),
    0.9,
    '×',
    'more',
  );
  console.error(`the counts of the large campaign took ${(slowest * 1000).toFixed(0)} ms at the most`);
  const { memory, peak, held } = await served.vitals();
  judge('memory with the campaigns at the most', peak / MEGABYTE, 512, 'MB');
  console.error(
    `memory is ${(memory / MEGABYTE).toFixed(0)} MB without garbage; the thread was held for ${held.toFixed(0)} ms at the most`,
  );
}
