import { describe, expect, it } from 'vitest';
import { type Format, normaliseValue, sizeOf, ValueError } from './value.ts';

const kept = (format: Format, data: string | Uint8Array, wanted?: Format) =>
  normaliseValue({ format, type: '', data }, wanted && { format: wanted, types: [] }).data;

describe('a value', () => {
  it.each<[Format, string | Uint8Array, Format | undefined, string | Uint8Array]>([
    ['int', ' -2147483648 ', undefined, '-2147483648'],
    ['bool', 'TRUE', undefined, 'true'],
    ['bool', '0', undefined, 'false'],
    ['chr', '42', 'int', '42'],
    ['chr', 'true', 'bool', 'true'],
    ['b64', 'AP8=', undefined, Uint8Array.of(0, 255)],
    ['b64', 'AP8=', 'bin', Uint8Array.of(0, 255)],
    ['chr', Uint8Array.of(0xc3, 0xbc), undefined, 'ü'],
    ['float', '-1.5E3', undefined, '-1.5E3'],
    ['date', '20010711', undefined, '20010711'],
    ['time', '16:38:17Z', undefined, '16:38:17Z'],
    ['date', ' 2000-02-29+01:00 ', undefined, '2000-02-29+01:00'],
    ['date', '2001-W28-3', undefined, '2001-W28-3'],
    ['date', '2001192', undefined, '2001192'],
    ['time', '163817', undefined, '163817'],
    ['time', '24:00', undefined, '24:00'],
    ['time', '16:38:17.25+0130', undefined, '16:38:17.25+0130'],
    ['time', '20010711T163817Z', undefined, '20010711T163817Z'],
    ['time', 'T16', undefined, 'T16'],
    ['float', '-INF', undefined, '-INF'],
    ['float', '.5', undefined, '.5'],
    ['xml', '<a/>', undefined, '<a/>'],
    ['chr', '', 'null', ''],
    ['null', '', undefined, ''],
  ])('of format %s, %o, described as %s, is kept as %o', (format, data, wanted, expected) => {
    expect(kept(format, data, wanted)).toEqual(expected);
  });

  it.each<[Format, string | Uint8Array, Format | undefined]>([
    ['int', '2147483648', undefined],
    ['int', '1.0', undefined],
    ['int', '', undefined],
    ['bool', 'yes', undefined],
    ['bool', 'constructor', undefined],
    ['chr', 'many', 'int'],
    ['int', '1', 'chr'],
    ['chr', 'AP8=', 'bin'],
    ['bin', 'text', undefined],
    ['b64', '%', undefined],
    ['chr', Uint8Array.of(0xff), undefined],
    ['float', 'x', undefined],
    ['date', 'today', undefined],
    ['date', '2001-13-01', undefined],
    ['date', '2001-02-29', undefined],
    ['date', '010711', undefined],
    ['date', '2001-0711', undefined],
    ['date', '2001366', undefined],
    ['date', '2001-07-11T16:38', undefined],
    ['time', '25:00', undefined],
    ['time', '16:60', undefined],
    ['time', '24:01', undefined],
    ['time', '16:3817', undefined],
    ['time', '', undefined],
    ['float', '+INF', undefined],
    ['float', '1e', undefined],
    ['float', '0x10', undefined],
    ['chr', '', 'bool'],
    ['xml', 'x', 'chr'],
    ['null', 'x', undefined],
    ['node', '', undefined],
  ])('of format %s, %o, described as %s, is refused', (format, data, wanted) => {
    expect(() => kept(format, data, wanted)).toThrow(ValueError);
  });

  it('has a type that the description lists, by default the first', () => {
    const type = (given: string, types: string[]) =>
      normaliseValue({ format: 'chr', type: given, data: '' }, { format: 'chr', types }).type;
    expect(type('', ['a/b', 'c/d'])).toBe('a/b');
    expect(type('text/plain', ['a/b'])).toBe('a/b');
    expect(type('C/D; charset=utf-8', ['a/b', 'c/d'])).toBe('c/d');
    expect(type('', [])).toBe('text/plain');
    expect(() => type('x/y', ['a/b'])).toThrow(ValueError);
  });

  it('counts its size in bytes of UTF-8', () => {
    for (const text of ['', 'abc', 'ü', '€', '😀', 'a😀b€ü']) {
      expect(sizeOf(text)).toBe(new TextEncoder().encode(text).length);
    }
  });
});
