import { expect, test } from 'vitest';
import { boundedLog } from './index.ts';

test('lines of a minute are bounded, and it is told how many there were', () => {
  const lines: string[] = [];
  let now = 0;
  const log = boundedLog(
    (text) => lines.push(text),
    () => now,
    2,
  );
  for (let line = 1; line <= 5; line++) log(`line ${line}`);
  expect(lines.splice(0)).toEqual(['line 1', 'line 2']);
  now = 60_000;
  log('line 6');
  expect(lines).toEqual(['3 more lines were left out', 'line 6']);
});
