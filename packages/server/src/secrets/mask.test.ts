import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskSecrets } from './mask.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const masked = (text: string, ...secrets: (string | Uint8Array)[]) =>
  textOf(maskSecrets(bytesOf(text), secrets));

const utf16 = {
  le: (text: string) => Buffer.from(text, 'utf16le'),
  be: (text: string) => Buffer.from(text, 'utf16le').swap16(),
};

/** Ways to write a character in XML, which has no ampersand as it is. */
const forms: ((character: string) => string)[] = [
  (c) => (c === '&' ? '&amp;' : c),
  (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[c] ?? c,
  (c) => `&#${c.codePointAt(0)};`,
  (c) => `&#000${c.codePointAt(0)};`,
  (c) => `&#x${c.codePointAt(0)?.toString(16)};`,
  (c) => `&#x0${c.codePointAt(0)?.toString(16).toUpperCase()};`,
];

describe('maskSecrets', () => {
  it('overwrites every occurrence with as many stars', () => {
    expect(masked('hush, <Data>hush</Data> and hushhush', 'hush')).toBe(
      '****, <Data>****</Data> and ********',
    );
    expect(masked('user:pass', 'pass', 'user')).toBe('****:****');
  });

  it('covers occurrences that overlap', () => {
    expect(masked('xababax', 'aba')).toBe('x*****x');
    expect(masked('abcdef', 'abcd', 'cdef')).toBe('******');
  });

  it('leaves alone what it was given, and gives the same back where there is nothing to hide', () => {
    const bytes = bytesOf('hush');
    expect(textOf(maskSecrets(bytes, ['hush']))).toBe('****');
    expect(textOf(bytes)).toBe('hush');
    expect(maskSecrets(bytes, ['loud', '', new Uint8Array()])).toBe(bytes);
  });

  it('finds bytes as they are', () => {
    const bytes = Uint8Array.of(1, 0xc3, 0x04, 0xfe, 0xff, 0, 1);
    expect([...maskSecrets(bytes, [Uint8Array.of(0xfe, 0xff, 0)])]).toEqual([1, 0xc3, 4, 42, 42, 42, 1]);
  });

  it('works on a part of a larger buffer', () => {
    const bytes = bytesOf('hush hush').subarray(5);
    expect(textOf(maskSecrets(bytes, ['hush']))).toBe('****');
  });

  it.each(['le', 'be'] as const)('finds texts in UTF-16 %s', (order) => {
    const bytes = utf16[order]('\ufeff<Data>hüsh&#x21;</Data>');
    const found = Buffer.from(maskSecrets(bytes, ['hüsh!']));
    const text = (order === 'be' ? found.swap16() : found).toString('utf16le');
    expect(text).toBe(`\ufeff<Data>${'*'.repeat(10)}</Data>`);
  });

  it('finds a text however XML writes it', () => {
    const secret = fc.string({
      unit: fc.constantFrom(...'ab&<>"\'1;#xü\u{1f333}'),
      minLength: 1,
      maxLength: 8,
    });
    const encodings = fc.constantFrom((text: string) => Buffer.from(text), utf16.le, utf16.be);
    fc.assert(
      fc.property(secret, fc.infiniteStream(fc.constantFrom(...forms)), encodings, (text, choice, encode) => {
        const written = Array.from(text, (character) => choice.next().value?.(character) ?? character).join(
          '',
        );
        const bytes = encode(`<D>${written}</D>`);
        const found = maskSecrets(bytes, [text]);
        const stars = [...encode('<D>')].length;
        const inside = found.slice(stars, found.length - encode('</D>').length);
        expect(found).toHaveLength(bytes.length);
        expect([...inside].every((byte) => byte === 0x2a || byte === 0)).toBe(true);
      }),
    );
  });

  it('hides no more than the secret where others are escaped', () => {
    expect(masked('a&amp;b &lt;hush&gt; &#104;u&#x73;h&amp;', 'hush')).toBe(
      'a&amp;b &lt;****&gt; **************&amp;',
    );
    expect(masked('&#99999999;&#x110000;hush&amp', 'hush')).toBe('&#99999999;&#x110000;****&amp');
  });

  it('takes time in proportion to the bytes, whatever they are', () => {
    for (const nasty of ['&#0', '&#', '&', 'a', '&#97;', `&#x${'0'.repeat(1_000)}`, '\0&\0#', 'a\0']) {
      maskSecrets(bytesOf(nasty.repeat(300_000 / nasty.length)), ['aaaaaaaaaaaaaaaa', '\0\0\0\0\0\0\0\0']);
    }
    // With the square of the bytes it would take minutes, and the runner counts that as a failure.
  }, 30_000);
});
