import { buildNotification, type CapturePart, isFound, readCapture } from '@grove/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DM_APPLICATION } from '../bearer/index.ts';
import { NEWEST, writePap } from '../pap/index.ts';
import { encodePdu, PLAIN_MESSAGE } from '../smpp/index.ts';
import { SMS_SOURCE_PORT, segment } from '../sms/index.ts';
import { buildPush, PUSH_PORT } from '../wsp/index.ts';
import { PUSH_OPENERS } from './index.ts';

const body = buildNotification(
  {
    format: '1.2',
    version: 11,
    uiMode: 'informative',
    initiator: 'server',
    sessionID: 0x1234,
    serverID: 'com.mgmtsrv.manage',
    body: Uint8Array.from({ length: 300 }, (_, at) => at),
  },
  { user: 'com.mgmtsrv.manage', password: 'secret' },
  Uint8Array.of(1, 2, 3),
);
const content = {
  contentType: 'application/vnd.syncml.notification',
  applicationId: DM_APPLICATION,
  headers: [],
  body,
};
const push = buildPush(content, 1);
const segments = segment(push, {
  ports: { destination: PUSH_PORT, source: SMS_SOURCE_PORT },
  reference: 7,
  wide: true,
  most: 8,
});

/** SMS-DELIVER of a modem: from +441632960001, 8 bits, behind the number of the SMS centre +447785016005. */
const delivered = (userData: Uint8Array): string =>
  `07914477581006F5 44 0C91441623690010 00 04 62110251008000 ${userData.length.toString(16).padStart(2, '0')}${userData.toHex()}`.replace(
    / /g,
    '',
  );
const submitted = (userData: Uint8Array, sequence: number): Buffer =>
  encodePdu('submit_sm', sequence, 0, {
    ...PLAIN_MESSAGE,
    source_addr: '100',
    destination_addr: '441632960001',
    esm_class: 0x40,
    data_coding: 4,
    short_message: userData,
  });

const read = (input: Uint8Array | string): CapturePart[] =>
  readCapture(typeof input === 'string' ? Buffer.from(input, 'latin1') : input, PUSH_OPENERS);
const kinds = (parts: readonly CapturePart[]): string[][] =>
  parts.map((part) => [
    ...part.carriers.map(({ kind }) => kind),
    ...(isFound(part) ? ['notification' in part ? 'notification' : 'document'] : []),
  ]);

const response = Buffer.concat([
  Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: ${content.contentType}\r\n\r\n`),
  body,
]).toString('latin1');

const related = (boundary: string): string =>
  [
    `--${boundary}`,
    'Content-Type: application/xml',
    '',
    Buffer.from(
      writePap({
        version: NEWEST,
        message: {
          name: 'push-message',
          pushId: 'id@pi.example',
          deliverBefore: Date.UTC(2030, 0, 2),
          addresses: ['WAPPUSH=+441632960001/TYPE=PLMN@ppg', 'WAPPUSH=+441632960002/TYPE=PLMN@ppg'],
          qualityOfService: { priority: 'high', bearer: 'SMS' },
        },
      }),
    ).toString('latin1'),
    `--${boundary}`,
    'Content-Type: application/vnd.syncml.notification',
    '',
    Buffer.from(body).toString('latin1'),
    `--${boundary}--`,
    '',
  ].join('\r\n');

describe('a capture', () => {
  it.each([
    ['a push', push, ['wsp-push', 'notification']],
    ['a push in hex', push.toHex(), ['wsp-push', 'notification']],
    ['a push in base64', push.toBase64(), ['wsp-push', 'notification']],
    [
      'short messages, one a line',
      segments.map((each) => each.toHex()).join('\n'),
      ['sms', 'wsp-push', 'notification'],
    ],
    [
      'short messages in disorder and twice, in base64',
      [segments[1], segments[0], segments[1], segments[2]].map((each) => each?.toBase64()).join('\r\n'),
      ['sms', 'wsp-push', 'notification'],
    ],
    [
      'short messages of a modem',
      segments.map(delivered).join('\n'),
      ['sms-transfer', 'sms', 'wsp-push', 'notification'],
    ],
    [
      'submissions to an SMS centre',
      Buffer.concat(segments.map(submitted)),
      ['smpp', 'sms', 'wsp-push', 'notification'],
    ],
    [
      'a MESSAGE of SIP',
      Buffer.concat([
        Buffer.from(
          'MESSAGE sip:alice@example.com SIP/2.0\r\nVia: SIP/2.0/UDP core;branch=z9hG4bK1\r\n' +
            'From: <sip:push@example.com>;tag=1\r\nTo: <sip:alice@example.com>\r\nCall-ID: 1\r\nCSeq: 1 MESSAGE\r\n' +
            `Content-Type: ${content.contentType}\r\nContent-Length: ${body.length}\r\n\r\n`,
        ),
        body,
      ]),
      ['sip', 'notification'],
    ],
    ['a push of PAP', related('b'), ['pap', 'notification']],
    [
      'a push of PAP over HTTP',
      `POST /pap HTTP/1.1\r\nContent-Type: multipart/related; boundary=b\r\nContent-Length: ${related('b').length}\r\n\r\n${related('b')}`,
      ['pap', 'notification'],
    ],
    [
      'OTA-HTTP',
      `POST /wappush HTTP/1.1\r\nContent-Type: application/http\r\nContent-Length: ${response.length}\r\n\r\n${response}`,
      ['ota-http', 'notification'],
    ],
  ])('of %s is opened down to the notification', (_, input, expected) => {
    const parts = read(input);
    expect(kinds(parts)).toEqual([expected]);
    expect(new Uint8Array(parts[0]?.bytes ?? [])).toEqual(new Uint8Array(body));
  });

  it('of a document of PAP tells what it says', () => {
    const [part] = read(related('b'));
    expect(part?.carriers[0]).toMatchObject({
      title: expect.stringMatching(/^PAP 2\.1 push-message, [\d,]+ bytes$/),
      facts: {
        'Push id': 'id@pi.example',
        'Deliver before': '2030-01-02T00:00:00.000Z',
        Addresses: 'WAPPUSH=+441632960001/TYPE=PLMN@ppg, WAPPUSH=+441632960002/TYPE=PLMN@ppg',
        'Quality of service, priority': 'high',
        'Quality of service, bearer': 'SMS',
      },
    });
  });

  it('of short messages says which are missing, and keeps messages apart', () => {
    const [part, ...others] = read(segments[1]?.toHex() ?? '');
    expect(others).toEqual([]);
    expect(part?.carriers).toMatchObject([
      { title: 'SMS user data, 140 bytes', facts: { Missing: 'part 1, 3', Content: undefined } },
    ]);
    const [other] = segment(push, {
      ports: { destination: 2948, source: 1 },
      reference: 8,
      wide: true,
      most: 8,
    });
    const mixed = [segments[0], other, segments[2], segments[1]].map((each) => each?.toHex()).join('\n');
    expect(kinds(read(mixed))).toEqual([['sms', 'wsp-push', 'notification'], ['sms']]);
  });

  it.each([
    [
      '07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37',
      'SMS-DELIVER, 36 bytes',
      { From: '27838890001', 'SMS centre': '+27381000015', 'Data coding': '0x00 (text)' },
    ],
    [
      '0011000B916407281553F80000AA0AE8329BFD4697D9EC37',
      'SMS-SUBMIT, 24 bytes',
      { To: '+46708251358', 'SMS centre': undefined },
    ],
    ['000409D0CFF9382C07000032113041908240024131', 'SMS-DELIVER, 21 bytes', { From: 'Oscar' }],
  ])('of a text message, %s, tells whose it is', (digits, title, facts) => {
    expect(read(digits)).toMatchObject([{ bytes: new Uint8Array(0), carriers: [{ title, facts }] }]);
  });

  it('keeps the MAC of a provisioning document to itself', () => {
    const mac = '0123456789ABCDEF0123456789ABCDEF01234567';
    const contentType = `application/vnd.wap.connectivity-wbxml; sec=USERPIN; mac="${mac}"`;
    const [part] = read(buildPush({ contentType, headers: [], body: Uint8Array.of(3, 0x0b, 0x6a, 0) }, 1));
    const told = part?.carriers[0]?.layout.find(({ name }) => name === 'content-type');
    expect(told).toMatchObject({ secret: true, value: expect.stringContaining('mac=(not shown)') });
    expect(told?.value).not.toContain(mac);
  });

  it('of a damaged push says what is wrong with it', () => {
    expect(read('0106ff')).toMatchObject([
      {
        carriers: [],
        tried: expect.arrayContaining([expect.objectContaining({ what: 'a WSP push in hex' })]),
      },
    ]);
  });

  it('of anything is read to its end', () => {
    const piece = fc.oneof(
      fc.constantFrom(...segments, push, new TextEncoder().encode(related('b'))),
      fc.uint8Array({ maxLength: 30 }),
    );
    const written = fc.array(fc.tuple(piece, fc.constantFrom('hex', 'base64', 'latin1')), { maxLength: 5 });
    fc.assert(
      fc.property(written, (pieces) => {
        const text = pieces
          .map(([bytes, form]) => Buffer.from(bytes).toString(form as BufferEncoding))
          .join('\n');
        for (const part of read(text)) expect(part.carriers.length).toBeLessThanOrEqual(4);
      }),
    );
  });
});
