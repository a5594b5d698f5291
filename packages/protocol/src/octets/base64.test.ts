import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';

describe('base64', () => {
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('of %j is %j (RFC 4648 §10)', (text, base64) => {
    expect(encodeBase64(new TextEncoder().encode(text))).toBe(base64);
  });

  it('gives back any bytes, also with line breaks and without padding', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const base64 = encodeBase64(bytes);
        expect(decodeBase64(base64)).toEqual(bytes);
        expect(decodeBase64(base64.replaceAll('=', ''))).toEqual(bytes);
        expect(decodeBase64(` ${base64.replace(/.{4}/g, '$&\r\n')}`)).toEqual(bytes);
        expect(decodeBase64([...base64].join('\t\v\f '))).toEqual(bytes);
      }),
    );
  });

  it.each(['A', 'Zm9v!', 'Zg=A', 'Zg=', 'Zm9v=', 'Zg===', '=', 'Zm-_', 'é'])('refuses %j', (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });
});
