import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PapError, type PapVersion, readPap, writePap } from './index.ts';
import { anyMessage } from './messages.testing.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, unknown: 'refuse' | 'ignore' = 'refuse') => readPap(utf8(text), { unknown });

/** What a document that is refused says. */
function refusal(bytes: Uint8Array | string, unknown: 'refuse' | 'ignore' = 'refuse'): PapError {
  try {
    readPap(typeof bytes === 'string' ? utf8(bytes) : bytes, { unknown });
  } catch (error) {
    if (error instanceof PapError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const PUSH = '<push-message push-id="1@pi"><address address-value="sip:a@b"/></push-message>';

describe('documents', () => {
  it('are read as they were written, whatever the message', () => {
    fc.assert(
      fc.property(
        anyMessage,
        fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
        (message, product) => {
          const document = {
            version: '2.1' as const,
            ...(product === undefined ? {} : { productName: product }),
            message,
          };
          expect(read(writePap(document))).toEqual(document);
        },
      ),
    );
  });

  it.each<[string, PapVersion]>([
    ['<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP//EN" "http://www.wapforum.org/DTD/pap_1.0.dtd">', '1.0'],
    ['<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 1.0//EN" "http://www.wapforum.org/DTD/pap_1.0.dtd">', '1.0'],
    [
      '<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 2.0//EN" "http://www.wapforum.org/DTD/pap_2.0.dtd" [<?wap-pap-ver supported-versions="2.0,1.*"?>]>',
      '2.0',
    ],
    [
      '<!DOCTYPE pap PUBLIC "-//OMA//DTD PAP 2.1//EN" "http://www.openmobilealliance.org/tech/DTD/pap_2.1.dtd">',
      '2.1',
    ],
    ["<!DOCTYPE pap PUBLIC '-//WAPFORUM//DTD PAP 2.1//EN' 'x' [ <!-- none --> <?a ' \" ]> ?> ]>", '2.1'],
    ['<!DOCTYPE pap SYSTEM "pap_2.0.dtd">', '2.0'],
    ['<!DOCTYPE pap>', '2.1'],
    ['', '2.1'],
  ])('say their version: %s', (doctype, version) => {
    expect(read(`<?xml version="1.0"?>${doctype}<pap>${PUSH}</pap>`).version).toBe(version);
  });

  it('are written in the version that is asked for, with nothing that it does not have', () => {
    const message = { name: 'push-message', pushId: '1', addresses: ['sip:a@b'] } as const;
    for (const version of ['1.0', '2.0', '2.1'] as const) {
      expect(read(writePap({ version, message })).version).toBe(version);
    }
    const replacing = { ...message, replacePushId: '0' };
    expect(() => writePap({ version: '1.0', message: replacing })).toThrow(
      'replace-push-id of push-message came with PAP 2.0',
    );
    expect(() => writePap({ version: '2.1', message: { ...message, pushId: 'a\0' } })).toThrow(
      'push-id holds U+0000',
    );
  });

  it('are read in the encodings of XML', () => {
    const text = `<pap><cancel-message push-id="é"/></pap>`;
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
    const expected = { name: 'cancel-message', pushId: 'é' };
    expect(readPap(utf16, { unknown: 'refuse' }).message).toEqual(expected);
    expect(readPap(utf16.swap16(), { unknown: 'refuse' }).message).toEqual(expected);
    const latin = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${text}`, 'latin1');
    expect(readPap(latin, { unknown: 'refuse' }).message).toEqual(expected);
    expect(
      readPap(Buffer.from(text, 'latin1'), { unknown: 'refuse', charset: 'iso-8859-1' }).message,
    ).toEqual(expected);
  });

  it('take times with a zone, with fractions and without either', () => {
    for (const time of ['2030-01-02T03:04:05Z', '2030-01-02T04:04:05.000+01:00', '2030-01-02T03:04:05']) {
      const push = PUSH.replace('push-id', `deliver-before-timestamp="${time}" push-id`);
      const { message } = read(`<pap>${push}</pap>`);
      expect(message).toMatchObject({ deliverBefore: Date.UTC(2030, 0, 2, 3, 4, 5) });
    }
  });

  it('are read with as much of a description as an operator can use', () => {
    const message = {
      name: 'cancel-response',
      pushId: '1',
      results: [{ code: 1000, desc: '📡'.repeat(50_000) }],
    } as const;
    expect(read(writePap({ version: '2.1', message })).message).toMatchObject({
      results: [{ code: 1000, desc: `${'📡'.repeat(500)}…` }],
    });
  });

  it('of answers are understood with what else they hold', () => {
    const text =
      '<pap><resultnotification-response code="1000" x="y"><z/></resultnotification-response></pap>';
    expect(read(text, 'ignore').message).toEqual({ name: 'resultnotification-response', code: 1000 });
    expect(refusal(text).message).toContain('no attribute "x"');
  });
});

describe('what is no PAP', () => {
  const pap = (inner: string) => `<pap>${inner}</pap>`;
  it.each([
    ['', 2000, /no element|root/],
    ['<pap', 2000, /line 1, column 4/],
    ['<si><indication/></si>', 2000, /the document is a "si"; expected pap/],
    [pap(''), 2000, /empty/],
    [pap(PUSH + PUSH), 2000, /after "push-message" there is "push-message"/],
    [pap('<pull-message/>'), 2000, /"pull-message" is no message of PAP; expected one of push-message/],
    [pap('<constructor/>'), 2000, /no message of PAP/],
    [pap('<push-message push-id="1"/>'), 2000, /push-message has no element address/],
    [pap('<push-message><address address-value="a"/></push-message>'), 2000, /no attribute push-id/],
    [
      pap('<push-message push-id="1"><address/></push-message>'),
      2000,
      /push-message\/address has no attribute address-value/,
    ],
    [
      pap(
        '<push-message push-id="1" deliver-before-timestamp="soon"><address address-value="a"/></push-message>',
      ),
      2000,
      /deliver-before-timestamp of push-message is "soon"; expected a time/,
    ],
    [
      pap(
        '<push-message push-id="1" deliver-before-timestmp="2030-01-01T00:00:00Z"><address address-value="a"/></push-message>',
      ),
      2000,
      /no attribute "deliver-before-timestmp"; it may have push-id/,
    ],
    [
      pap('<push-message push-id="1"><address address-value="a"/><custom/></push-message>'),
      2000,
      /no element "custom"; it may have address, quality-of-service/,
    ],
    [
      pap(
        '<push-message push-id="1"><address address-value="a"/><quality-of-service priority="urgent"/></push-message>',
      ),
      2000,
      /priority of push-message\/quality-of-service is "urgent"; expected one of high, medium, low/,
    ],
    [
      pap(PUSH.replace('/></push', '/><quality-of-service/><quality-of-service/></push')),
      2000,
      /2 elements quality-of-service/,
    ],
    [pap(`text${PUSH}`), 2000, /no text/],
    [pap(PUSH.replace('1@pi', '&x;')), 2000, /line 1.*entity/],
    [pap(PUSH.replace('push-id', 'push-id="2" push-id')), 2000, /twice|duplicate/],
    [
      `<!DOCTYPE pap [<!ENTITY x SYSTEM "file:///etc/passwd">]>${pap(PUSH.replace('1@pi', '&x;'))}`,
      2000,
      /declares/,
    ],
    [`<!DOCTYPE pap [<!ENTITY % x SYSTEM "http://127.0.0.1/">%x;]>${pap(PUSH)}`, 2000, /declares/],
    [`<!DOCTYPE pap [${' '.repeat(5000)}]>${pap(PUSH)}`, 2000, /longer than/],
    [`<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 3.0//EN" "x">${pap(PUSH)}`, 3002, /2\.1, 2\.0, 1\.0/],
    ['<?xml version="1.0" encoding="EBCDIC"?><pap/>', 2000, /"ebcdic"; taken are utf-8/],
    [`${'<pap>'.repeat(20)}`, 2000, /nested more than 8/],
    [
      `<pap><cancel-message push-id="1">${'<address address-value="a"/>'.repeat(3000)}</cancel-message></pap>`,
      2000,
      /more than 2048 elements/,
    ],
    [
      `<pap ${Array.from({ length: 100 }, (_, i) => `a${i}=""`).join(' ')}/>`,
      2000,
      /more than 32 attributes/,
    ],
    [`<pap>${' '.repeat(300_000)}</pap>`, 2000, /bytes; at most/],
  ])('is refused: %.80s', (text, code, problem) => {
    const error = refusal(text);
    expect(error.message).toMatch(problem);
    expect(error.code).toBe(code);
  });

  it('says of which message it was a broken one, once that is known', () => {
    expect(refusal(pap('<push-message push-id="7"/>')).subject).toEqual({
      name: 'push-message',
      pushId: '7',
    });
    expect(refusal(pap('<push-message push-id="7">')).subject).toBeUndefined();
    expect(refusal(pap('<push-message push-id="7">')).fragment).toContain('push-id="7"');
  });

  it('is refused as such and as nothing else, wherever a document is damaged', () => {
    const document = fc.tuple(anyMessage, fc.nat(), fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 6 }));
    fc.assert(
      fc.property(document, ([message, at, cut, put]) => {
        const bytes = utf8(writePap({ version: '2.1', message }));
        const from = at % bytes.length;
        const damaged = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + cut)]);
        try {
          readPap(damaged, { unknown: 'ignore' });
        } catch (error) {
          expect(error).toBeInstanceOf(PapError);
        }
      }),
    );
  });
});
