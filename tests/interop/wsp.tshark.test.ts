// What tshark makes of the pushes that Grove builds, and whether both know the same numbers.
import { buildNotification, MalformedError } from '@grove/protocol';
import {
  buildPush,
  DM_APPLICATION,
  PUSH_PORT,
  type PushContent,
  parsePush,
  SMS_SOURCE_PORT,
  segment,
  WSP_PORT,
} from '@grove/push';
import { describe, expect, it } from 'vitest';
import { dissect, type Packet } from '../rig/tshark.testing.ts';

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const datagram = (bytes: Uint8Array): Packet => ({ transport: 'udp', from: WSP_PORT, to: PUSH_PORT, bytes });

/** A notification with so many bytes of text for the user. */
const notification = (more: number): PushContent => ({
  contentType: 'application/vnd.syncml.notification',
  applicationId: DM_APPLICATION,
  headers: [],
  body: buildNotification(
    {
      format: '1.2',
      version: 11,
      uiMode: 'user-interaction',
      initiator: 'server',
      sessionID: 0x1234,
      serverID: 'com.mgmtsrv.manage',
      body: Uint8Array.from({ length: more }, (_, at) => 0x20 + (at % 90)),
    },
    { user: 'com.mgmtsrv.manage', password: 'secret' },
    Uint8Array.of(1, 2, 3),
  ),
});

describe('tshark', () => {
  it('dissects pushes as they were meant: headers, parameters and body', async () => {
    const mac = '0123456789ABCDEF0123456789ABCDEF01234567';
    const document: PushContent = {
      contentType: `application/vnd.wap.connectivity-wbxml; sec=USERPIN; mac=${mac}`,
      headers: [],
      body: Uint8Array.from(Buffer.from('030b6a004501', 'hex')),
    };
    const message: PushContent = {
      contentType: 'application/x-grove; charset=utf-8; name="two words"; own=1',
      applicationId: 'http://example.com/app',
      headers: [
        ['content-length', '513'],
        ['date', 'Thu, 02 Jan 2025 03:04:05 GMT'],
        ['x-wap-initiator-uri', 'http://example.com/pi'],
        ['push-flag', '3'],
        ['x-own', 'told as text'],
      ],
      body: new TextEncoder().encode('hello'),
    };
    const asked = notification(0);
    const seen = await dissect(
      [asked, document, message].map((content, tid) => datagram(buildPush(content, tid))),
      [
        'wsp.TID',
        'wsp.pdu_type',
        'wsp.header.content_type',
        'wsp.header.x_wap_application_id',
        'wsp.parameter.sec',
        'wsp.parameter.mac',
        'wsp.parameter.charset',
        'wsp.parameter.name',
        'wsp.untype.text',
        'wsp.header.content_length',
        'wsp.header.date',
        'wsp.header.initiator_uri',
        'wsp.header.push_flag',
        'wsp.header.name_string',
        'wsp.header_text_value',
        'media.type',
        '_ws.malformed',
        '_ws.expert',
      ],
    );
    const present = seen.map((fields) =>
      Object.fromEntries(Object.entries(fields).filter(([, values]) => values.length > 0)),
    );
    expect(present).toEqual([
      {
        'wsp.TID': ['0x00'],
        'wsp.pdu_type': ['0x06'],
        'wsp.header.content_type': [asked.contentType],
        'wsp.header.x_wap_application_id': [DM_APPLICATION],
        'media.type': [toHex(asked.body)],
      },
      {
        'wsp.TID': ['0x01'],
        'wsp.pdu_type': ['0x06'],
        'wsp.header.content_type': ['application/vnd.wap.connectivity-wbxml'],
        'wsp.parameter.sec': ['0x01'],
        'wsp.parameter.mac': [mac],
      },
      {
        'wsp.TID': ['0x02'],
        'wsp.pdu_type': ['0x06'],
        'wsp.header.content_type': ['application/x-grove'],
        'wsp.header.x_wap_application_id': ['http://example.com/app'],
        'wsp.parameter.charset': ['UTF-8'],
        'wsp.parameter.name': ['two words'],
        'wsp.untype.text': ['1'],
        'wsp.header.content_length': ['513'],
        'wsp.header.date': ['Jan  2, 2025 03:04:05 UTC'],
        'wsp.header.initiator_uri': ['http://example.com/pi'],
        'wsp.header.push_flag': [' (Initiator URI authenticated) (Content trusted)'],
        'wsp.header.name_string': ['x-own'],
        'wsp.header_text_value': ['told as text'],
        'media.type': [toHex(message.body)],
      },
    ]);
  });

  it('knows the same media types and applications by the same numbers', async () => {
    const codes = Array.from({ length: 0x80 }, (_, code) => code);
    const types = codes.map((code) => Uint8Array.of(1, 6, 1, 0x80 | code));
    const long = [0x0201, 0x0203, 0x020b, 0x0300, 0x0301].map((code) =>
      Uint8Array.of(1, 6, 4, 3, 2, code >> 8, code & 255),
    );
    const applications = codes.map((code) => Uint8Array.of(1, 6, 3, 0xc4, 0xaf, 0x80 | code));
    const pushes = [...types, ...long, ...applications];
    const seen = await dissect(pushes.map(datagram), [
      'wsp.header.content_type',
      'wsp.header.x_wap_application_id',
    ]);
    const differences = pushes.flatMap((push, at) => {
      const own = headersOf(push);
      const [type] = seen[at]?.['wsp.header.content_type'] ?? [];
      const [application] = seen[at]?.['wsp.header.x_wap_application_id'] ?? [];
      // What tshark does not know it tells in angle brackets; numbers without a name are told as such here.
      const both = [
        [type?.toLowerCase(), own.type],
        [application, own.application],
      ];
      return both.filter(([theirs, ours]) => theirs?.startsWith('<') === false && theirs !== ours);
    });
    // Numbers that were given to channels in WAP 1.1 and to the events of WTA since.
    expect(differences).toEqual([
      ['text/vnd.wap.channel', 'text/vnd.wap.wta-event'],
      ['application/vnd.wap.channelc', 'application/vnd.wap.wta-eventc'],
      ['application/vnd.uplanet.cachop-wbxml', 'application/vnd.uplanet.cacheop-wbxml'],
    ]);
  });

  it.each([
    [20, [undefined]],
    [400, [false, true]],
  ])('joins the short messages of a notification with %i bytes for the user', async (more, widths) => {
    const content = notification(more);
    const pdu = buildPush(content, 7);
    for (const wide of widths) {
      const messages = segment(pdu, {
        ports: { destination: PUSH_PORT, source: SMS_SOURCE_PORT },
        reference: 0x5a,
        wide: wide ?? false,
        most: 16,
      });
      const seen = await dissect(
        messages.map((userData, at) => ({
          transport: 'tcp',
          from: 4444,
          to: 2775,
          bytes: submit(userData, at + 1),
        })),
        [
          'gsm_sms.udh.mm.msg_id',
          'gsm_sms.udh.mm.msg_parts',
          'gsm_sms.udh.mm.msg_part',
          'wsp.header.content_type',
          'wsp.header.x_wap_application_id',
          'media.type',
        ],
        ['-d', 'tcp.port==2775,smpp'],
      );
      const total = messages.length;
      expect(seen.map((fields) => fields['gsm_sms.udh.mm.msg_part'])).toEqual(
        messages.map((_, at) => (total === 1 ? [] : [String(at + 1)])),
      );
      expect(seen.at(-1)).toMatchObject({
        'gsm_sms.udh.mm.msg_id': total === 1 ? [] : ['90'],
        'gsm_sms.udh.mm.msg_parts': total === 1 ? [] : [String(total)],
        'wsp.header.content_type': [content.contentType],
        'wsp.header.x_wap_application_id': [DM_APPLICATION],
        'media.type': [toHex(content.body)],
      });
    }
  });
});

function headersOf(push: Uint8Array): { type?: string; application?: string } {
  try {
    const { contentType, applicationId } = parsePush(push).content;
    return { type: contentType, ...(applicationId === undefined ? {} : { application: applicationId }) };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return {};
  }
}

/** A submit_sm with user data that begin with a header, of 8 bits (SMPP 3.4 §4.4.1). */
function submit(userData: Uint8Array, sequence: number): Uint8Array {
  const body = Buffer.concat([
    Buffer.from('\0\x01\x01100\0\x01\x01441632960001\0\x40\0\0\0\0\0\0\x04\0', 'latin1'),
    Buffer.of(userData.length),
    userData,
  ]);
  const head = Buffer.alloc(16);
  head.writeUInt32BE(head.length + body.length, 0);
  head.writeUInt32BE(4, 4);
  head.writeUInt32BE(sequence, 12);
  return Buffer.concat([head, body]);
}
