import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { RESYNC_NONCE } from '../auth/index.ts';
import { EncodeError, MalformedError } from '../vocabulary/index.ts';
import {
  buildNotification,
  type FormatName,
  formatSessionID,
  INITIATORS,
  MAX_NOTIFICATION,
  NOTIFICATION_FORMATS,
  type Notification,
  nonceBehind,
  notificationFormatOf,
  ONE_SMS,
  parseNotification,
  REASON_LIMITS,
  type Reason,
  readTold,
  reasonBody,
  reasonOf,
  reasonOptions,
  UI_MODES,
} from './index.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const secret = { user: 'com.example.dm', password: 'server secret' };
const nonce = hex('00ff3a2b 7f80c1d2');

/** MD5 as node:crypto has it, put together as the standard says. */
function digestOf(trigger: Uint8Array, made: Uint8Array = nonce): string {
  const md5 = (...parts: (string | Uint8Array)[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest();
  const credentials = md5(`${secret.user}:${secret.password}`).toString('base64');
  return md5(credentials, ':', made, ':', md5(trigger).toString('base64')).toString('hex');
}

const plain: Notification = {
  format: '1.2',
  version: 11,
  uiMode: 'user-interaction',
  initiator: 'server',
  sessionID: 0x1234,
  serverID: secret.user,
  body: new Uint8Array(0),
};

describe('a notification of DM 1.2', () => {
  it('reads the header of the example of the standard: 02 D0 00 00 00, 12 34, 12, 18 bytes of ServerID', () => {
    // WDP port 2948, WSP push with the media type C4 and the application AF 87; then the notification.
    const frame = hex(`0605040B84C002 010603C4AF87 ${'00'.repeat(16)} 02D0000000 1234 12`);
    const bytes = Uint8Array.of(...frame.subarray(13), ...utf8('com.mgmtsrv.manage'));
    const { notification, remarks } = parseNotification(bytes, '1.2');
    // 02 D0: version 11 and ui-mode 01; the initiator's bit is not set.
    expect(notification).toEqual({
      ...plain,
      uiMode: 'background',
      initiator: 'user',
      serverID: 'com.mgmtsrv.manage',
    });
    expect(remarks).toEqual([]);
  });

  it.each<[Partial<Notification>, string]>([
    [{}, '02f8000000 1234 0e'],
    [{ uiMode: 'not-specified', initiator: 'user', sessionID: 1 }, '02c0000000 0001 0e'],
    [{ uiMode: 'background', sessionID: 0xffff }, '02d8000000 ffff 0e'],
    [{ uiMode: 'informative', version: 10 }, '02a8000000 1234 0e'],
    [{ version: 1023 }, 'fff8000000 1234 0e'],
  ])('with %o is %s behind the digest that node:crypto makes', (change, head) => {
    const bytes = buildNotification({ ...plain, ...change } as Notification, secret, nonce);
    const trigger = Uint8Array.of(...hex(head), ...utf8('com.example.dm'));
    expect(Buffer.from(bytes.subarray(16)).toString('hex')).toBe(Buffer.from(trigger).toString('hex'));
    expect(Buffer.from(bytes.subarray(0, 16)).toString('hex')).toBe(digestOf(trigger));
  });

  it('takes bits that it knows nothing of, and says so', () => {
    const bytes = buildNotification(plain, secret, nonce);
    bytes[20] = 5;
    const { notification, remarks } = parseNotification(bytes, '1.2');
    expect(notification).toEqual(plain);
    expect(remarks).toEqual(['future-use bits are 0x5; expected none to be set']);
  });

  it.each<[string, string]>([
    ['', '0 bytes; expected a digest of 16'],
    ['00'.repeat(20), 'the header of the notification ends early'],
    [`${'00'.repeat(16)} 02f8000000 0000 01 41`, 'SessionID is 0'],
    [`${'00'.repeat(16)} 02f8000000 0001 00`, 'the ServerID is empty'],
    [`${'00'.repeat(16)} 02f8000000 0001 03 4141`, 'the ServerID ends early: expected 3 bytes, found 2'],
    [`${'00'.repeat(16)} 02f8000000 0001 02 ffff`, 'the ServerID is not UTF-8'],
  ])('is refused where it is %j', (bytes, reason) => {
    expect(() => parseNotification(hex(bytes), '1.2')).toThrow(MalformedError);
    expect(() => parseNotification(hex(bytes), '1.2')).toThrow(reason);
  });

  it.each<[Partial<Notification>, string]>([
    [{ sessionID: 0 }, 'SessionID is 0; expected 1 to 65535'],
    [{ sessionID: 0x1_0000 }, 'SessionID is 65536'],
    [{ serverID: '' }, 'ServerID has 0 bytes in UTF-8; expected 1 to 255'],
    [{ serverID: 'ä'.repeat(128) }, 'ServerID has 256 bytes'],
    [{ serverID: '\ud800' }, 'ServerID has half a character'],
    [{ version: 1024 }, 'version is 1024; expected 0 to 1023'],
  ])('is not made with %o', (change, reason) => {
    const build = () => buildNotification({ ...plain, ...change } as Notification, secret, nonce);
    expect(build).toThrow(EncodeError);
    expect(build).toThrow(reason);
  });

  it('leaves 103 bytes of one SMS for ServerID and body', () => {
    const room = 103 - plain.serverID.length;
    expect(buildNotification({ ...plain, body: new Uint8Array(room) }, secret, nonce)).toHaveLength(ONE_SMS);
  });
});

describe('the digest', () => {
  const parsed = parseNotification(buildNotification(plain, secret, nonce), '1.2');

  it('is that of the server, its password, its nonce and every byte', () => {
    expect(nonceBehind(parsed, secret, nonce)).toEqual(nonce);
    expect(nonceBehind(parsed, { ...secret, password: 'another' }, nonce)).toBeUndefined();
    expect(nonceBehind(parsed, { ...secret, user: 'org.other' }, nonce)).toBeUndefined();
    expect(nonceBehind(parsed, secret, RESYNC_NONCE)).toBeUndefined();
    for (let at = 0; at < parsed.covered.length; at++) {
      const covered = parsed.covered.slice();
      covered[at] = (covered[at] ?? 0) ^ 1;
      expect(nonceBehind({ ...parsed, covered }, secret, nonce)).toBeUndefined();
    }
  });

  it.each([
    ['four zero bytes', new Uint8Array(4)],
    ['the text', utf8('0x00000000')],
  ])('is also known with the resynchronisation nonce as %s', (_, made) => {
    const bytes = buildNotification(plain, secret, made);
    expect(Buffer.from(bytes.subarray(0, 16)).toString('hex')).toBe(digestOf(bytes.subarray(16), made));
    expect(nonceBehind(parseNotification(bytes, '1.2'), secret, RESYNC_NONCE)).toEqual(made);
  });
});

const full: Reason = {
  language: 'de-AT',
  text: 'Neue MMS-Einstellungen',
  consequence: 'Ohne sie gehen keine MMS.',
  legalNotice: '§ 1',
  expires: 1_800_000_000,
};

describe('the informative text', () => {
  it('is laid out as documented', () => {
    expect(
      Buffer.from(reasonBody({ language: 'en', text: 'Hi', expires: 1_800_000_000 })).toString('hex'),
    ).toBe('474e5401 010002656e 0200024869 0500046b49d200'.replaceAll(' ', ''));
    expect(reasonBody(undefined)).toHaveLength(0);
  });

  it('passes over fields that came later, and says when all of it did', () => {
    const body = hex('474e5401 090003ffffff 0200024869');
    expect(reasonOf({ ...plain, body } as Notification)).toEqual({ text: 'Hi' });
    expect(readTold({ ...plain, body: hex('474e5402ff') } as Notification)).toEqual({
      kind: 'newer',
      version: 2,
    });
    expect(readTold({ ...plain, body: hex('01020304') } as Notification)).toEqual({ kind: 'foreign' });
  });

  it.each([
    ['474e54', 'reason ends early'],
    ['474e5401 02', 'field 2 of the reason ends early'],
    ['474e5401 0200054869', 'field 2 of the reason ends early: expected 5 bytes, found 2'],
    ['474e5401 0200024869 0200024869', 'field 2 is twice in the reason'],
    ['474e5401 020002c328', 'text is not UTF-8'],
    ['474e5401 05000101', 'the expiry has 1 bytes; expected 4'],
    [`474e5401 0203e9${'61'.repeat(1001)}`, 'text has 1001 bytes; expected at most 1000'],
  ])('is refused where it is %j', (body, reason) => {
    const read = () => readTold({ ...plain, body: hex(body) } as Notification);
    expect(read).toThrow(MalformedError);
    expect(read).toThrow(reason);
    expect(reasonOf({ ...plain, body: hex(body) } as Notification)).toBeUndefined();
  });

  it.each<[Reason, string]>([
    [{}, 'a reason says nothing'],
    [{ text: 'ä'.repeat(501) }, 'text has 1002 bytes in UTF-8; expected 1 to 1000'],
    [{ text: '' }, 'text has 0 bytes'],
    [{ language: 'de_AT' }, 'language is "de_AT"; expected a language tag'],
    [{ expires: -1 }, 'expires is -1; expected 0 to 4294967295'],
  ])('is not made of %o', (reason, fault) => {
    expect(() => reasonBody(reason)).toThrow(EncodeError);
    expect(() => reasonBody(reason)).toThrow(fault);
  });
});

describe('a notification of DM 1.3', () => {
  const numbered: Notification = {
    format: '1.3',
    version: 13,
    uiMode: 'informative',
    initiator: 'server',
    sessionID: 0xa,
    serverID: 'dm',
    options: [{ number: 3, value: hex('0102') }, ...reasonOptions({ text: 'Hi' })],
  };

  it('is a header, options by ascending numbers, and the digest of all that', () => {
    const bytes = buildNotification(numbered, secret, nonce);
    expect(Buffer.from(bytes.subarray(16)).toString('hex')).toBe(
      '0368000003 000a 1002646d 30020102 50024869'.replaceAll(' ', ''),
    );
    expect(Buffer.from(bytes.subarray(0, 16)).toString('hex')).toBe(digestOf(bytes.subarray(16)));
    expect(parseNotification(bytes, '1.3')).toMatchObject({ notification: numbered, remarks: [] });
  });

  it.each([
    ['0368000002 000a 1002646d', 'option 2 of 2 ends early'],
    ['0368000001 000a 1002646d ff', '1 bytes behind the last of 1 options'],
    ['0368000001 000a 30020102', 'the first option is no Server-ID'],
    ['0368000000 000a', 'the first option is no Server-ID'],
    ['0368000002 000a 1002646d 1002646d', 'Server-ID is there twice'],
    ['0368000003 000a 1002646d 50024869 30020102', 'Requested-MO stands behind option 5'],
    ['0368000002 000a 1002646d 3003010203', 'Requested-MO has 3 bytes; expected 1 to 2'],
    ['0368000001 0000 1002646d', 'SessionID is 0'],
  ])('is refused where it is %j', (covered, reason) => {
    const read = () => parseNotification(hex('00'.repeat(16) + covered), '1.3');
    expect(read).toThrow(MalformedError);
    expect(read).toThrow(reason);
  });
});

test('a media type says which format it is', () => {
  expect(notificationFormatOf('Application/vnd.SyncML.notification; charset=utf-8')).toBe(
    NOTIFICATION_FORMATS['1.2'],
  );
  expect(notificationFormatOf('application/vnd.syncml.dm.notification')).toBe(NOTIFICATION_FORMATS['1.3']);
  expect(notificationFormatOf('application/vnd.syncml.ds.notification')).toBeUndefined();
});

test('SessionIDs are upper-case hexadecimal without leading zeros', () => {
  expect([1, 0xa, 0xabc, 0xffff].map(formatSessionID)).toEqual(['1', 'A', 'ABC', 'FFFF']);
});

const words = (most: number) =>
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => utf8(text).length <= most);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const reasons = fc
  .record({
    language: maybe(fc.constantFrom('en', 'de-AT', 'zh-Hant-TW')),
    text: maybe(words(REASON_LIMITS.text)),
    consequence: maybe(words(REASON_LIMITS.consequence)),
    legalNotice: maybe(words(REASON_LIMITS.legalNotice)),
    expires: maybe(fc.nat({ max: 0xffff_ffff })),
  })
  .filter((reason) => Object.values(reason).some((each) => each !== undefined));
const common = {
  version: fc.nat({ max: 1023 }),
  uiMode: fc.constantFrom(...UI_MODES),
  initiator: fc.constantFrom(...INITIATORS),
  sessionID: fc.integer({ min: 1, max: 0xffff }),
  serverID: words(255),
};
const notifications: fc.Arbitrary<Notification> = fc.oneof(
  fc.record({
    format: fc.constant('1.2' as const),
    ...common,
    body: fc.oneof(fc.uint8Array({ maxLength: 300 }), reasons.map(reasonBody)),
  }),
  fc.record({
    format: fc.constant('1.3' as const),
    ...common,
    options: fc
      .tuple(
        fc.array(
          fc.record({ number: fc.constantFrom(2, 3), value: fc.uint8Array({ minLength: 1, maxLength: 2 }) }),
        ),
        reasons.map(reasonOptions),
        fc.array(
          fc.record({ number: fc.integer({ min: 7, max: 15 }), value: fc.uint8Array({ maxLength: 99 }) }),
        ),
      )
      .map((options) => options.flat().sort((a, b) => a.number - b.number)),
  }),
);

test('what is built is read back, and proved by its nonce alone', () => {
  fc.assert(
    fc.property(notifications, fc.uint8Array({ maxLength: 20 }), (notification, made) => {
      const parsed = parseNotification(buildNotification(notification, secret, made), notification.format);
      expect(parsed.notification).toEqual(notification);
      expect(nonceBehind(parsed, secret, made)).toEqual(made);
      expect(nonceBehind(parsed, secret, Uint8Array.of(...made, 0))).toBeUndefined();
    }),
  );
});

test('a reason is read back in either format', () => {
  fc.assert(
    fc.property(reasons, (reason) => {
      const told = Object.fromEntries(Object.entries(reason).filter(([, value]) => value !== undefined));
      expect(reasonOf({ ...plain, format: '1.2', body: reasonBody(reason) })).toEqual(told);
      expect(reasonOf({ ...plain, format: '1.3', options: reasonOptions(reason) })).toEqual(told);
    }),
  );
  expect(reasonOf({ ...plain, format: '1.3', options: reasonOptions(full) })).toEqual(full);
});

test('no bytes lead to anything but a notification or a MalformedError', () => {
  const valid = notifications.map((each) => buildNotification(each, secret, nonce));
  const damaged = fc
    .tuple(valid, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }), fc.nat())
    .map(([bytes, changes, cut]) => {
      const changed = bytes.slice();
      for (const [at, value] of changes) changed[at % changed.length] = value;
      return cut % 2 ? changed : changed.subarray(0, cut % (changed.length + 1));
    });
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged),
      fc.constantFrom<FormatName>('1.2', '1.3'),
      (bytes, format) => {
        try {
          readTold(parseNotification(bytes, format).notification);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      },
    ),
    { numRuns: 2000 },
  );
  expect(() => parseNotification(new Uint8Array(MAX_NOTIFICATION + 1), '1.2')).toThrow('at most 16384');
});
