import { printable } from '@grove/protocol';
import { expect, test } from 'vitest';
import { formatTable } from './table.ts';

const columns = [
  { title: 'NAME', value: (row: [string, number]) => row[0] },
  { title: 'COUNT', value: (row: [string, number]) => row[1], align: 'right' as const },
];

test('columns are as wide as their widest cell', () => {
  expect(
    formatTable(columns, [
      ['a', 1],
      ['longer', 12345],
    ]),
  ).toEqual(['NAME    COUNT', 'a           1', 'longer  12345']);
});

test('the widest column gives way on a narrow terminal', () => {
  expect(formatTable(columns, [['a name that is long', 1]], 20)).toEqual([
    'NAME           COUNT',
    'a name that …      1',
  ]);
});

test('what a device says cannot steer the terminal', () => {
  expect(printable('\u001b[2Jx\u202ey\n')).toBe('\\u001b[2Jx\\u202ey\\n');
  expect(formatTable(columns, [['\u001b]0;title\u0007', 1]])[1]).not.toContain('\u001b');
});
