import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBuffer } from './buffer.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a byte buffer', () => {
  it('gives results that later writing leaves alone, whatever their sizes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.oneof(fc.nat({ max: 6_000 }), fc.nat({ max: 60_000 })), fc.nat({ max: 255 })), {
          maxLength: 30,
        }),
        (parts) => {
          const buffer = new ByteBuffer();
          const results = parts.map(([length, byte]) => {
            const part = new Uint8Array(length).fill(byte);
            buffer.append(part.subarray(0, length >> 1));
            buffer.copy(part, length >> 1, length);
            return buffer.take();
          });
          expect(results.map((result) => [result.length, result[0] ?? 0, result.at(-1) ?? 0])).toEqual(
            parts.map(([length, byte]) => [length, length === 0 ? 0 : byte, length === 0 ? 0 : byte]),
          );
        },
      ),
    );
  });

  it('replaces what was written, by more and by less', () => {
    const buffer = new ByteBuffer();
    buffer.utf8('one');
    buffer.take();
    buffer.utf8('a bin b');
    buffer.splice(2, 5, new TextEncoder().encode('wbxml'));
    buffer.splice(0, 1, new Uint8Array(0));
    buffer.utf8('!');
    expect(text(buffer.take())).toBe(' wbxml b!');
  });

  it('writes a terminated text unless there is a NUL in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (value) => {
        const buffer = new ByteBuffer();
        buffer.push(1);
        const written = buffer.terminated(value);
        expect(written).toBe(!value.includes('\0'));
        expect(text(buffer.take())).toBe(written ? `\u0001${value.toWellFormed()}\0` : '\u0001');
      }),
    );
  });
});
