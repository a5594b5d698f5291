/** Questions about a fleet, as a person asks them who waits for the answer. */
import { type Served, timed } from './api.ts';
import { COMMON } from './fleet.ts';
import type { Judge } from './limits.ts';

/** How often each is asked. */
const TIMES = 5;
/** By how much of the fleet the number of devices found may differ from what was expected. */
const SPREAD = 0.02;

/** The median and the longest of how long a question took, in seconds; and its answer. */
async function asked<T>(question: () => Promise<T>): Promise<{ value: T; median: number; longest: number }> {
  const first = await timed(question);
  const times = [first.seconds];
  while (times.length < TIMES) times.push((await timed(question)).seconds);
  times.sort((a, b) => a - b);
  return { value: first.value, median: times[TIMES >> 1] ?? Number.NaN, longest: times.at(-1) ?? Number.NaN };
}

export async function measureQueries(served: Served, devices: number, judge: Judge): Promise<void> {
  for (const where of COMMON) {
    const query = `where=${encodeURIComponent(where)}`;
    const page = await asked(() => served.call<{ items: unknown[] }>('GET', `/devices?limit=100&${query}`));
    if (page.value.items.length !== 100) throw new Error(`a page has ${page.value.items.length} devices`);
    const count = await asked(() => served.call<{ devices: number }>('GET', `/devices/count?${query}`));
    const found = count.value.devices;
    if (Math.abs(found / devices - 0.4) > SPREAD) throw new Error(`${where} holds for ${found} devices`);
    const seconds = (times: { median: number; longest: number }) =>
      `${(times.median * 1000).toFixed(0)} ms, ${(times.longest * 1000).toFixed(0)} at the most`;
    console.error(`${where}: page ${seconds(page)}; count of ${found}: ${seconds(count)}`);
    judge(`first page of ${where}`, page.median * 1000, 100, 'ms');
    judge(`count of ${where}`, count.median, 2, 's');
  }
}
