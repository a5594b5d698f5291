import { expect, test } from 'vitest';
import { shownName, shownText } from './index.ts';

test.each([
  ['lines, of which no more than one is empty', 'One\r\nTwo\u2028\n \n\n\nThree\n\n', 'One\nTwo\n\nThree'],
  ['no control characters', 'a\u0000b\u001b[2Jc\u009bd\te', 'a b [2Jc d e'],
  ['nothing that turns words round', 'pay \u202e001\u202c to \u2066bob\u2069', 'pay 001 to bob'],
  ['nothing that is not seen', 'ex\u200bam\u00adple\ufeff.com', 'example.com'],
  [
    'the marks that a writing needs',
    'می\u200cخواهم \u200fשלום e\u0301 ệ',
    'می\u200cخواهم \u200fשלום e\u0301 ệ',
  ],
  ['no piles of them', `a${'\u0301'.repeat(500)}b`, `a${'\u0301'.repeat(4)}b`],
])('a text is shown with %s', (_, text, shown) => {
  expect(shownText(text)).toBe(shown);
});

test('a name is shown on one line, and not too long', () => {
  expect(shownName(' Example\n\tMobile ')).toBe('Example Mobile');
  expect(shownName('𝔐'.repeat(100))).toBe(`${'𝔐'.repeat(59)}…`);
});
