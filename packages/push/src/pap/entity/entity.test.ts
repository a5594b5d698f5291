import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RelatedError, readRelated as related, writeRelated } from './index.ts';

const readRelated = (body: Uint8Array, boundary: string) => [...related(body, boundary)];
const bytes = (text: string) => Buffer.from(text, 'latin1');
const text = (part: { body: Uint8Array } | undefined) => Buffer.from(part?.body ?? []).toString('latin1');

describe('multipart/related', () => {
  it('is read with CRLF and with LF, with a preamble, an epilogue and blanks behind a boundary', () => {
    const body =
      'nobody reads this\r\n--b \r\nA: 1\r\n  2\r\n\r\none\r\n\r\n--b\n\ntwo\n--bb\n--b--x\r\n--b\nC:\n\n\n--b--\r\nnor this';
    const parts = readRelated(bytes(body), 'b');
    expect(parts.map(text)).toEqual(['one\r\n', 'two\n--bb\n--b--x', '']);
    expect(parts.map(({ headers }) => headers)).toEqual([[['a', '1 2']], [], [['c', '']]]);
  });

  it('ends where the last boundary does, with no line end behind it', () => {
    expect(readRelated(bytes('\r\n--b\r\n\r\nx\r\n--b--'), 'b').map(text)).toEqual(['x']);
  });

  it('undoes base64', () => {
    const [part] = readRelated(bytes('--b\nContent-Transfer-Encoding: Base64\n\nAAEC\r\n/w==\r\n--b--'), 'b');
    expect([...(part?.body ?? [])]).toEqual([0, 1, 2, 255]);
  });

  it.each([
    ['', 'b', /no line --boundary; the boundary is "b"/],
    ['--c\r\n\r\nx\r\n--c--', 'b', /no line/],
    ['--b\r\n\r\nx', 'b', /ends within part 1/],
    ['--b\r\n\r\nx\r\n--b', 'b', /ends within part 1/],
    ['--b\r\nA: 1\r\n--b--', 'b', /headers of part 1 do not end/],
    ['--b\r\nno header\r\n\r\n--b--', 'b', /part 1 has the line "no header"/],
    ['--b\r\nContent-Type: a/b; c="\x01"\r\n\r\n--b--', 'b', /expected "name: value"/],
    [`--b\r\n${'A: 1\r\n'.repeat(100)}\r\n\r\n--b--`, 'b', /more than 64 headers/],
    [`--b\r\nA: ${'x'.repeat(9000)}\r\n\r\n\r\n--b--`, 'b', /within 8192 bytes/],
    ['--b\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--b--', 'b', /base64 and is not/],
    ['--b\r\nContent-Transfer-Encoding: x-gzip\r\n\r\n!\r\n--b--', 'b', /"x-gzip"; expected binary/],
    ['--b\r\n\r\n'.repeat(20), 'b', /more than 8 parts/],
    ['--\r\n', '', /1 to 70/],
    ['--b \r\n', 'b ', /1 to 70/],
    ['--\r\n', '\r\n', /1 to 70/],
    ['', 'b'.repeat(71), /1 to 70/],
  ])('is refused: %.40j with the boundary %.10j', (body, boundary, problem) => {
    expect(() => readRelated(bytes(body), boundary)).toThrow(RelatedError);
    expect(() => readRelated(bytes(body), boundary)).toThrow(problem);
  });

  it('is read as it was written, whatever the bodies', () => {
    const hostile = fc.constantFrom('--b', '\r\n', '\n', '--', '-', 'b', '\0', ' ').map(bytes);
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(hostile).map((parts) => new Uint8Array(Buffer.concat(parts))),
    );
    const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    const part = fc.record({
      headers: fc.array(fc.tuple(fc.stringMatching(/^x-[a-z]{1,9}$/), value), { maxLength: 3 }),
      body,
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
        const read = readRelated(writeRelated(parts, 'border'), 'border');
        expect(read.map(({ headers, body }) => ({ headers, body: new Uint8Array(body) }))).toEqual(parts);
      }),
    );
  });

  it('throws nothing but its own error, whatever comes', () => {
    const piece = fc.constantFrom(
      '--b',
      '--b--',
      '\r\n',
      '\n',
      '\r',
      ' ',
      'A: 1',
      'Content-Transfer-Encoding: base64',
      'x',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          readRelated(bytes(pieces.join('')), 'b');
        } catch (error) {
          expect(error).toBeInstanceOf(RelatedError);
        }
      }),
    );
  });

  it('is not written with what would break it', () => {
    const body = bytes('a--b');
    expect(() => writeRelated([{ headers: [], body }], 'b')).toThrow('the boundary occurs within a part');
    expect(() => writeRelated([{ headers: [['A', 'x\r\nB: y']], body }], 'c')).toThrow('is no header');
    expect(() => writeRelated([{ headers: [['A b', 'x']], body }], 'c')).toThrow('is no header');
  });
});
