import { expect, it } from 'vitest';
import { type EstimateInput, estimate } from './estimate.ts';

const CALLS = { hour: 10, day: 70, week: 15, month: 5, before: 0, never: 0 };
const input: EstimateInput = {
  plan: {},
  left: 100,
  ended: 0,
  startedAt: null,
  lastCalls: CALLS,
  isAsked: false,
  now: Date.UTC(2026, 0, 1),
};

it.each<[string, Partial<EstimateInput>, number | null]>([
  ['by when devices usually call', {}, 7 * 24 * 3600],
  ['by the rate, where that is slower', { plan: { rate: 1 }, left: 100_000, isAsked: true }, 90_000 * 60],
  ['by the pace so far', { ended: 60, startedAt: Date.UTC(2026, 0, 1) - 60 * 60_000 }, 90 * 60],
  [
    'by how much of the time windows are open',
    { plan: { windows: [{ from: '00:00', to: '06:00' }], rate: 10 }, isAsked: true },
    (90 / (10 * 0.25)) * 60,
  ],
  [
    'not at all where devices have not called for long',
    { lastCalls: { ...CALLS, hour: 0, day: 0, never: 80 } },
    null,
  ],
  ['not at all where nobody knows yet how devices follow', { isAsked: true }, null],
  ['as nothing where no device is left', { left: 0 }, 0],
])('the duration is estimated %s', (_, given, seconds) => {
  const found = estimate({ ...input, ...given });
  expect(found.seconds).toBe(seconds);
  expect(found.because.length).toBeGreaterThan(0);
});
