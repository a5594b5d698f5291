import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderKey, valueDigest } from './index.ts';

const bytes = (text: string) => Buffer.from(text);
const byKey = (a: string, b: string) => bytes(orderKey(a)).compare(bytes(orderKey(b)));

describe('the order of values', () => {
  it('counts digits as a number', () => {
    const inOrder = [
      '',
      '0',
      '1.2.3',
      '1.2.20',
      '1.10',
      '2.9',
      '2.10',
      '10',
      '12345678',
      '123456789',
      '1e30',
    ];
    const numbers = ['0', '1', '2', '9', '10', '99999999', '100000000', '9'.repeat(50), '9'.repeat(99)];
    for (const order of [inOrder.slice(0, 9), numbers]) expect(order.toReversed().sort(byKey)).toEqual(order);
  });

  it('is that of numbers, wherever they stand', () => {
    const number = fc.bigInt({ min: 0n, max: 10n ** 60n });
    fc.assert(
      fc.property(number, number, fc.stringMatching(/^[a-z.]{0,5}$/), (a, b, before) => {
        const order = Math.sign(byKey(`${before}${a}`, `${before}${b}`));
        expect(order).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('has the keys of what begins with a text begin with its key, unless it ends with a digit', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 20, unit: 'grapheme' }),
        fc.string({ maxLength: 20 }),
        (head, tail) => {
          fc.pre(!/[0-9]$/.test(head));
          expect(orderKey(head + tail).startsWith(orderKey(head))).toBe(true);
        },
      ),
    );
  });

  it('gives short keys to whatever text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3000, unit: 'binary' }), (text) => {
        expect(bytes(orderKey(text)).length).toBeLessThan(600);
      }),
    );
  });
});

it('tells values apart by format, type and text', () => {
  const values = [
    ['chr', null, 'a'],
    ['chr', 'a', null],
    ['chr', 'null', 'a'],
    ['chr', '', 'a'],
    ['chr","a', null, ''],
    ['chr', null, ''],
    ['chr', null, null],
    ['bin', null, 'a'],
  ] as const;
  const digests = values.map(([format, type, value]) =>
    Buffer.from(valueDigest(format, type, value)).toString('hex'),
  );
  expect(new Set(digests).size).toBe(values.length);
});
