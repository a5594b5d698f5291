/**
 * Where a device stands among those of a campaign: a number that looks like chance, is always the same, and that no two
 * devices share, so that a wave of exactly so many devices is everything below one number.
 */

/** Positions are below this one. */
export const POSITIONS = 2 ** 32;

/** The finalizer of MurmurHash3, which gives each number of 32 bits another one. */
function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** @param deviceId below 2^32 */
export function positionOf(campaignId: number, deviceId: number): number {
  return mix((deviceId ^ mix(campaignId)) >>> 0);
}

/** Devices of which parts are to be chosen; some at a time, so that others get their turn. */
export type Slices = () => AsyncIterable<Iterable<number>>;

const BUCKETS = 65_536;

/**
 * The number below which the positions of exactly so many devices are.
 *
 * Two walks over the devices: one counts positions by their upper half, one those in the half where the limit is by
 * their lower.
 */
export async function thresholdFor(
  campaignId: number,
  devices: Slices,
  count: number,
): Promise<{ threshold: number; devices: number }> {
  const upper = new Uint32Array(BUCKETS);
  for await (const slice of devices())
    for (const id of slice) {
      const half = positionOf(campaignId, id) >>> 16;
      upper[half] = (upper[half] ?? 0) + 1;
    }
  let below = 0;
  let half = 0;
  while (half < BUCKETS && below + (upper[half] ?? 0) <= count) below += upper[half++] ?? 0;
  if (half === BUCKETS) return { threshold: POSITIONS, devices: below };
  const lower = new Uint8Array(BUCKETS);
  for await (const slice of devices())
    for (const id of slice) {
      const position = positionOf(campaignId, id);
      if (position >>> 16 === half) lower[position & 0xffff] = 1;
    }
  let rest = 0;
  while (below < count && rest < BUCKETS) below += lower[rest++] ?? 0;
  return { threshold: half * BUCKETS + rest, devices: below };
}
