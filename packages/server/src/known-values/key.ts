import { GenerationCache } from '@grove/store';
import { framed, valueDigest } from './digest.ts';
import { orderKey } from './order-key.ts';

/** By what a value is found among those of its URI. */
export interface ValueKey {
  readonly orderKey: string;
  readonly digest: Uint8Array;
}

/** Keys that are kept at hand, at least: most values are those of many devices. Longer values are not among them. */
const CACHED = 4_000;
const CACHED_LENGTH = 200;
const known = new GenerationCache<string, ValueKey>(CACHED);

/** The key of a value; that of one which is not known is ordered as an empty one. */
export function keyOf(format: string, type: string | null, value: string | null): ValueKey {
  const text = framed(format, type, value);
  const cached = known.get(text);
  if (cached !== undefined) return cached;
  const key = { orderKey: orderKey(value ?? ''), digest: valueDigest(format, type, value) };
  if (text.length <= CACHED_LENGTH) known.set(text, key);
  return key;
}
