import { expect, it } from 'vitest';
import { hostGuard } from './index.ts';

it.each([
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['169.254.169.254', false],
  ['172.31.0.1', false],
  ['172.32.0.1', true],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['8.8.8.8', true],
  ['::1', false],
  ['::', false],
  ['::ffff:10.0.0.1', false],
  ['::ffff:8.8.8.8', true],
  ['64:ff9b::a00:1', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['2002:a00:1::', false],
  ['2606:4700::1', true],
  ['example.com', false],
])('%s may be connected to on behalf of others: %s', (host, may) => {
  expect(hostGuard([])(host)).toBe(may);
});

it('may connect to networks that are allowed besides', () => {
  const mayReach = hostGuard(['127.0.0.0/8', 'fd00::/8']);
  expect([mayReach('127.0.0.1'), mayReach('fd12::1'), mayReach('10.0.0.1'), mayReach('::1')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(() => hostGuard(['10.0.0.0'])).toThrow(RangeError);
});
