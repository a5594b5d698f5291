import fc from 'fast-check';
import { expect, it } from 'vitest';
import { positionOf, thresholdFor } from './position.ts';

async function* sliced(ids: readonly number[]): AsyncGenerator<number[]> {
  for (let from = 0; from < ids.length; from += 100) yield ids.slice(from, from + 100);
}

it('exactly as many devices are below a threshold as are wanted', async () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 31 }), { maxLength: 400 });
  await fc.assert(
    fc.asyncProperty(
      ids,
      fc.nat(450),
      fc.integer({ min: 1, max: 1000 }),
      async (devices, count, campaign) => {
        const found = await thresholdFor(campaign, () => sliced(devices), count);
        const below = devices.filter((id) => positionOf(campaign, id) < found.threshold);
        expect(below).toHaveLength(Math.min(count, devices.length));
        expect(found.devices).toBe(below.length);
      },
    ),
    { numRuns: 40 },
  );
});

it('no two devices have the same position, and neighbours have none near each other', () => {
  const positions = Array.from({ length: 50_000 }, (_, id) => positionOf(7, id));
  expect(new Set(positions).size).toBe(positions.length);
  // A tenth of the positions has about a tenth of the devices, in each campaign another one.
  const tenth = (campaign: number) =>
    Array.from({ length: 50_000 }, (_, id) => id).filter((id) => positionOf(campaign, id) < 2 ** 32 / 10);
  const [first, second] = [tenth(1), new Set(tenth(2))];
  expect(Math.abs(first.length - 5_000)).toBeLessThan(500);
  expect(first.filter((id) => second.has(id)).length).toBeLessThan(1_000);
});
