import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesData, matchesPattern } from './definition.ts';

it.each([
  ['old.example', 'old.example', true],
  ['old.example', 'old.example.com', false],
  ['old.*', 'old.example.com', true],
  ['*.example', 'old.example', true],
  ['*.example', 'old.example.com', false],
  ['a*b*c', 'a-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['ab*ba', 'aba', false],
  ['*', '', true],
  ['', '', true],
])('holds %j against %j: %j', (pattern, text, holds) => {
  expect(matchesPattern(pattern, text)).toBe(holds);
});

it('takes * for anything, however often it stands there', () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 4 });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), part, (parts, filling) => {
      expect(matchesPattern(parts.join('*'), parts.join(filling))).toBe(true);
    }),
  );
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.string({ maxLength: 8 }),
      (parts, text) => {
        const source = parts.map((each) => each.replaceAll('.', '\\.')).join('[^]*');
        expect(matchesPattern(parts.join('*'), text)).toBe(new RegExp(`^${source}$`).test(text));
      },
    ),
  );
});

it('looks into data by names with dots, and at own properties alone', () => {
  const data = { host: 'old.example', request: { port: 80, proxy: true, tags: ['x'] } };
  expect(matchesData({ host: ['x', 'old.*'], 'request.port': 80, 'request.proxy': true }, data)).toBe(true);
  expect(matchesData({ 'request.port': '8*' }, data)).toBe(true);
  for (const name of ['request.tags', 'request.host', 'constructor', 'request'])
    expect(matchesData({ [name]: '*' }, data)).toBe(false);
  expect(matchesData({ a: 1 }, null)).toBe(false);
  expect(matchesData({}, null)).toBe(true);
});
