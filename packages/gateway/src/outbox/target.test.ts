import { expect, it } from 'vitest';
import { mayNotify } from './target.ts';

it.each([
  ['http://pi.example/results', undefined, true],
  ['https://pi.example:8443/', undefined, true],
  ['ftp://pi.example/', undefined, false],
  ['file:///etc/passwd', undefined, false],
  ['http://user:secret@pi.example/', undefined, false],
  ['results', undefined, false],
  ['http://pi.example/results', ['http://pi.example'], true],
  ['http://pi.example/results/1', ['http://pi.example/results'], true],
  ['http://pi.example/results2', ['http://pi.example/results'], false],
  ['http://pi.example/results/../admin', ['http://pi.example/results'], false],
  ['http://pi.example.evil.example/', ['http://pi.example'], false],
  ['http://pi.example@evil.example/', ['http://pi.example'], false],
  ['http://pi.example:81/', ['http://pi.example'], false],
  ['https://pi.example/', ['http://pi.example'], false],
  ['http://pi.example/', [], false],
])('%s, where %j are allowed: %s', (url, allowed, may) => {
  expect(mayNotify(url, allowed)).toBe(may);
});
