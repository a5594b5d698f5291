import { expect, it } from 'vitest';
import { GenerationCache } from './generation-cache.ts';

it('keeps what is asked for, and forgets what is not, within its bounds', () => {
  const cache = new GenerationCache<number, string>(10);
  for (let n = 0; n < 1_000; n++) {
    cache.set(n, `value ${n}`);
    expect(cache.get(0)).toBe('value 0');
  }
  const kept = Array.from({ length: 1_000 }, (_, n) => n).filter((n) => cache.get(n) !== undefined);
  expect(kept.length).toBeGreaterThanOrEqual(10);
  expect(kept.length).toBeLessThanOrEqual(20);
  expect(kept).toContain(999);
});
