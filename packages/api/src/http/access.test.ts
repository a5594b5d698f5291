import { expect, it } from 'vitest';
import { mayUseApi } from './access.ts';

it.each([
  ['127.0.0.1', undefined, true],
  ['::1', undefined, true],
  ['::ffff:127.0.0.1', undefined, true],
  ['192.0.2.1', undefined, false],
  ['2001:db8::1', undefined, false],
  [undefined, undefined, false],
  ['192.0.2.1', '192.0.2.1', true],
  ['::ffff:192.0.2.1', '192.0.2.1', true],
  ['192.0.2.2', '192.0.2.1', false],
  ['192.0.2.2', '*', true],
])('at %s, told %s: the API answers: %s', (address, apiHost, answers) => {
  expect(mayUseApi(address, apiHost)).toBe(answers);
});
