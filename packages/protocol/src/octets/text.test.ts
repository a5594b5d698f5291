import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, isUtf8, Utf8Text } from './text.ts';

describe('UTF-8', () => {
  it('is told from what is not as the platform tells it', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const byte = fc.oneof(
      fc.nat({ max: 255 }),
      fc.constantFrom(0xc1, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0x80, 0x8f, 0x9f, 0xa0, 0xbf),
    );
    const pieces = fc.oneof(
      byte.map((value) => [value]),
      fc.string({ unit: 'binary', maxLength: 3 }).map((text) => [...new TextEncoder().encode(text)]),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 6 }), (parts) => {
        const bytes = Uint8Array.from(parts.flat());
        let expected: string | undefined;
        try {
          expected = strict.decode(bytes);
        } catch {
          expected = undefined;
        }
        expect(decodeUtf8(bytes)).toBe(expected);
        expect(isUtf8(Uint8Array.of(0xff, ...bytes, 0xff), 1, bytes.length + 1)).toBe(expected !== undefined);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is cut where it is asked, ASCII or not', () => {
    const document = new TextEncoder().encode('ab é cd € ef');
    const text = new Utf8Text(document);
    const cuts = ['ab', 'é', 'cd', '€', 'ef'].map((part) => {
      const start = Buffer.from(document).indexOf(part);
      return text.text(start, start + new TextEncoder().encode(part).length);
    });
    expect(cuts).toEqual(['ab', 'é', 'cd', '€', 'ef']);
    expect(text.view).toBe('ab \u007f\u007f cd \u007f\u007f\u007f ef');
  });
});
