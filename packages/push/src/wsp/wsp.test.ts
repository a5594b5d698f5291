import { EncodeError, MalformedError } from '@grove/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DM_APPLICATION, type PushContent } from '../bearer/index.ts';
import { buildPush, type ParsedPush, parsePush } from './index.ts';
import { anyPush } from './push.testing.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const ascii = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

const notification: PushContent = {
  contentType: 'application/vnd.syncml.notification',
  applicationId: DM_APPLICATION,
  headers: [],
  body: hex(`${'5a'.repeat(16)} 02D0000000 1234 12 ${ascii('com.mgmtsrv.manage')}`),
};

/** A push with these headers, as hex. */
const withHeaders = (headers: string): Uint8Array => {
  const bytes = hex(headers);
  return Uint8Array.of(1, 6, bytes.length, ...bytes, 0x2a);
};

describe('a push PDU', () => {
  it('of a notification is that of the example of the standard, byte for byte', () => {
    const frame = `010603C4AF87${toHex(notification.body)}`;
    expect(toHex(buildPush(notification, 1))).toBe(frame.toLowerCase());
    expect(parsePush(hex(frame))).toMatchObject({ tid: 1, content: notification, remarks: [] });
  });

  it('of a provisioning document has its security in 47 bytes of Content-Type', () => {
    const mac = '01D36060A48A94202B8E799B55B59AE17E4E7EB5';
    const content: PushContent = {
      contentType: `application/vnd.wap.connectivity-wbxml; SEC=NETWPIN; MAC="${mac}"`,
      headers: [],
      body: hex('030b6a0045c6560187070603'),
    };
    const built = buildPush(content, 0x25);
    expect(toHex(built)).toBe(`25062f1f2db69180 92${ascii(mac)}00 ${toHex(content.body)}`.replace(/\s/g, ''));
    expect(parsePush(built).content.contentType).toBe(
      `application/vnd.wap.connectivity-wbxml; sec=NETWPIN; mac=${mac}`,
    );
  });

  it.each([
    ['a number of two bytes', '03 02 02 0B', 'application/vnd.nokia.syncset+wbxml'],
    ['text', `${ascii('application/x-some')}00`, 'application/x-some'],
    [
      'text with its parameters inside',
      `${ascii('text/plain;charset=utf-8')}00`,
      'text/plain; charset=utf-8',
    ],
    ['a charset by number', '03 83 81 EA', 'text/plain; charset=utf-8'],
    ['a charset by a long number', '05 83 81 02 03F7', 'text/plain; charset=utf-16'],
    ['a parameter without a number', `07 83 ${ascii('abc')}00 ${ascii('x')}00 `, 'text/plain; abc=x'],
  ])('has its content type as %s', (_, header, contentType) => {
    const { content, remarks } = parsePush(withHeaders(header));
    expect(content).toEqual({ contentType, headers: [], body: Uint8Array.of(0x2a) });
    expect(remarks).toEqual([]);
  });

  it.each([
    ['a service indication', 'DC 06 01 AE 02056A00', 'application/vnd.wap.sic', undefined],
    [
      'one for the browser',
      '00 06 08 03AE81EA AF82 B484 02056A',
      'application/vnd.wap.sic; charset=utf-8',
      'wml.ua',
    ],
    [
      'an MMS notification',
      `2D 06 22 ${ascii('application/vnd.wap.mms-message')}00 AF84 8C82`,
      'application/vnd.wap.mms-message',
      'mms.ua',
    ],
    ['a trigger of SUPL', '7F 06 06 03 02 0312 AF90 01', 'application/vnd.omaloc-supl-init', 'ulp.ua'],
  ])('as networks send it, %s, is read', (_, bytes, contentType, application) => {
    const { content, remarks } = parsePush(hex(bytes));
    expect(content).toMatchObject({ contentType });
    expect(content.applicationId).toBe(application && `x-wap-application:${application}`);
    expect(remarks).toEqual([]);
  });

  it('tells of headers by number, by text, of other code pages and of none that it knows', () => {
    const { content, remarks } = parsePush(
      withHeaders(
        `C4 ${ascii('X-Wap-Application-Id')}00 ${ascii('7')}00 8D 02 0102 B4 84 D0 81 7F02 A0 81 03 A1 ${ascii('a')}00 01 ${ascii('x-own')}00 ${ascii('v')}00 88 02 8081 91 83`,
      ),
    );
    expect(content).toEqual({
      contentType: 'application/vnd.syncml.notification',
      applicationId: DM_APPLICATION,
      headers: [
        ['content-length', '258'],
        ['push-flag', '4'],
        ['x-own', 'v'],
      ],
      body: Uint8Array.of(0x2a),
    });
    expect(remarks).toEqual([
      'header "0x50" was passed over: its number is not known on code page 1 (at byte 33)',
      'header "0x20" was passed over: its number is not known on code page 2 (at byte 35)',
      'header "0x21" was passed over: its number is not known on code page 3 (at byte 39)',
      expect.stringContaining(
        'header "cache-control" was passed over: its value is in a form that is not read',
      ),
      expect.stringContaining('header "content-type" was passed over'),
    ]);
  });

  it('gives back what it was made of', () => {
    fc.assert(
      fc.property(anyPush, fc.nat({ max: 255 }), (content, tid) => {
        expect(parsePush(buildPush(content, tid))).toMatchObject({ tid, content, remarks: [] });
      }),
    );
  });

  it('of any origin is read or refused, and what was read can be sent on', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.of(1, 6, ...bytes)),
      fc
        .uint8Array({ minLength: 1, maxLength: 30 })
        .map((bytes) => Uint8Array.of(1, 6, bytes.length, ...bytes)),
      fc
        .tuple(anyPush, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }), fc.nat())
        .map(([content, changes, cut]) => {
          const bytes = buildPush(content, 1);
          for (const [at, byte] of changes) bytes[2 + (at % (bytes.length - 2))] = byte;
          return cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
        }),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        let read: ParsedPush;
        try {
          read = parsePush(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
          return;
        }
        const again = parsePush(buildPush(read.content, 1));
        expect(again.remarks).toEqual([]);
        expect(parsePush(buildPush(again.content, 1)).content).toEqual(again.content);
        expect(again.content.body).toEqual(read.content.body);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['nothing', '', 'the transaction id ends early'],
    ['another PDU', '01 40 00', 'a PDU Get of WSP; expected Push (0x06) (at byte 1)'],
    ['headers longer than the PDU', '01 06 05 C4 AF 87', 'the headers ends early: expected 5 bytes, found 3'],
    ['a length without an end', '01 06 FF FF FF FF FF FF 00', 'longer than 32 bits (at byte 2)'],
    ['a length of 4 GB', '01 06 8F FF FF FF 7F C4', 'headers of 4294967295 bytes; expected at most 8192'],
    ['a content type longer than the headers', '01 06 03 1E AF 87', 'the content type ends early'],
    ['an unknown media type', '01 06 01 E0', 'media type 0x60 is not known (at byte 3)'],
    ['no media type', '01 06 02 01 00', 'the media type is empty'],
    ['a text without an end', '01 06 03 61 2F 61', 'the media type ends early'],
    ['a header without a value', '01 06 02 C4 AF', 'the header x-wap-application-id ends early'],
    ['a header without a name', '01 06 03 C4 00 00', 'a header begins with 0'],
  ])('that is %s is refused', (_, bytes, reason) => {
    expect(() => parsePush(hex(bytes))).toThrow(reason);
  });

  it('with more headers than any has is refused', () => {
    expect(() =>
      parsePush(Uint8Array.of(1, 6, 0x81, 3, 0xc4, ...new Array(65).fill([0xb4, 0x80]).flat())),
    ).toThrow('more than 64 headers');
  });

  it.each([
    [
      'a line end in a header',
      { headers: [['x-a', 'b\r\nc: d']] as const },
      'expected no control characters',
    ],
    ['a header without a name', { headers: [['', 'b']] as const }, 'expected a token'],
    ['a second Content-Type', { headers: [['Content-Type', 'a/b']] as const }, 'only as a property'],
    ['no media type', { contentType: 'notification' }, 'expected type/subtype'],
    ['an empty application id', { applicationId: '' }, 'the application id is empty'],
    ['a header too long', { headers: [['x-a', 'b'.repeat(9000)]] as const }, 'expected at most 8192'],
  ])('is not made with %s', (_, change, reason) => {
    const build = (): Uint8Array => buildPush({ ...notification, ...change }, 1);
    expect(build).toThrow(EncodeError);
    expect(build).toThrow(reason);
  });
});
