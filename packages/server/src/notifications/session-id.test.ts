import { formatSessionID } from '@grove/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseSessionID, namesSession } from './session-id.ts';

test('a SessionID is none that is taken', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 2, maxLength: 2 }),
      fc.array(fc.integer({ min: 0x1000, max: 0xffff }), { maxLength: 300 }),
      (bytes, others) => {
        const taken = new Set(others);
        const chosen = chooseSessionID(() => bytes, taken);
        expect(chosen).toBeGreaterThanOrEqual(0x1000);
        expect(chosen).toBeLessThanOrEqual(0xffff);
        expect(taken.has(chosen)).toBe(false);
      },
    ),
  );
  expect(chooseSessionID(() => Uint8Array.of(0xef, 0xff), new Set([0xffff]))).toBe(0x1000);
});

test('a SessionID is known in the forms that devices give it back in', () => {
  for (const said of ['3F2A', '3f2a', '03F2A', '2A3F', '16170', ' 3F2A '])
    expect(namesSession(said, 0x3f2a), said).toBe(true);
  for (const said of ['', '3F2B', '3F2', '0x3F2A', 'A2F3', '1'])
    expect(namesSession(said, 0x3f2a), said).toBe(false);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 0xffff }), (id) => {
      expect(namesSession(formatSessionID(id), id)).toBe(true);
    }),
  );
});
