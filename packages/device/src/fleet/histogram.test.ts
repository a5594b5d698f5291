import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

test('percentiles are within 5 % of the truth', () => {
  const histogram = new Histogram();
  for (let milliseconds = 1; milliseconds <= 1000; milliseconds += 1) histogram.add(milliseconds);
  const { mean, p50, p90, p99, max } = histogram.summary();
  expect(mean).toBe(500.5);
  for (const [got, truth] of [
    [p50, 500],
    [p90, 900],
    [p99, 990],
  ] as const) {
    expect(Math.abs(got - truth) / truth).toBeLessThan(0.05);
  }
  expect(max).toBe(1000);
});

test('nothing and the very short and the very long have a place', () => {
  const histogram = new Histogram();
  expect(histogram.summary()).toEqual({ mean: 0, p50: 0, p90: 0, p99: 0, max: 0 });
  histogram.add(0);
  histogram.add(1e12);
  expect(histogram.percentile(0.5)).toBeLessThan(0.02);
  expect(histogram.summary().max).toBe(1e12);
});
