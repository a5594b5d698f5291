import { describe, expect, it } from 'vitest';
import { parseMediaType } from './index.ts';

describe('media types', () => {
  it.each([
    ['multipart/related; boundary=abc; type="application/xml"', { boundary: 'abc', type: 'application/xml' }],
    [
      'Multipart/Related;BOUNDARY="a\\"b; c" ;; type=application/xml;',
      { boundary: 'a"b; c', type: 'application/xml' },
    ],
    ['multipart/related', {}],
  ])('%s', (text, parameters) => {
    const media = parseMediaType(text);
    expect(media?.name).toBe('multipart/related');
    expect(Object.fromEntries(media?.parameters ?? [])).toEqual(parameters);
  });

  it.each([
    '',
    'xml',
    'a/b c',
    'a/b; c=',
    'a/b; c="d',
    'a/b; c=d e',
    'a/b; c=d"e"',
    `a/b; c=${'d'.repeat(3000)}`,
  ])('not %.40s', (text) => {
    expect(parseMediaType(text)).toBeUndefined();
  });
});
