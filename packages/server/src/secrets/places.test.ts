import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { places } from './places.ts';

const found = (text: string, wanted: string) => [...places(text, wanted)];

/** As plainly as can be: every character that is in an occurrence. */
function covered(text: string, wanted: string): string {
  const marks = Array.from(text, () => '.');
  for (let at = 0; at + wanted.length <= text.length; at++) {
    if (text.startsWith(wanted, at)) marks.fill('*', at, at + wanted.length);
  }
  return marks.join('');
}

describe('places', () => {
  it('are one where they overlap or touch', () => {
    expect(found('aaaa b aa', 'aa')).toEqual([
      { start: 0, end: 4 },
      { start: 7, end: 9 },
    ]);
    expect(found('', 'a')).toEqual([]);
  });

  it('cover each occurrence of short and of long texts', () => {
    const few = (size: object) => fc.string({ unit: fc.constantFrom('a', 'b'), ...size });
    fc.assert(
      fc.property(
        few({ maxLength: 12 }),
        few({ minLength: 1, maxLength: 3 }),
        fc.nat({ max: 12 }),
        few({ maxLength: 3 }),
        (before, period, times, after) => {
          const wanted = period + period.repeat(times) + after;
          for (const text of [
            before + wanted + after + wanted,
            before + period.repeat(60),
            wanted + wanted,
          ]) {
            const marks = Array.from(text, () => '.');
            for (const { start, end } of found(text, wanted)) marks.fill('*', start, end);
            expect(marks.join('')).toBe(covered(text, wanted));
          }
        },
      ),
    );
  });

  it('are found at once in what was made to be slow', () => {
    const half = 'a'.repeat(1 << 20);
    expect(found(half + half, `b${half}`)).toEqual([]);
    expect(found(half + half, `${half.slice(0, 1 << 19)}b${half.slice(0, 1 << 19)}`)).toEqual([]);
    expect(found(half + half, half)).toEqual([{ start: 0, end: 1 << 21 }]);
  });
});
