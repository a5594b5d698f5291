import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildNotification, type Notification } from '../notification/index.ts';
import { encodeBase64 } from '../octets/index.ts';
import { encodeMessage, type Message } from '../syncml/index.ts';
import { isFound, readCapture } from './index.ts';

const utf8 = new TextEncoder();
const message: Message = {
  header: {
    verDTD: '1.2',
    verProto: 'DM/1.2',
    sessionID: '7',
    msgID: '2',
    target: { locURI: 'IMEI:490154203237518' },
    source: { locURI: 'https://dm.example.com/dm' },
  },
  body: {
    commands: [{ name: 'Get', cmdID: '1', items: [{ target: { locURI: './DevInfo/Man' } }] }],
    final: true,
  },
};
const xml = encodeMessage(message, 'xml').slice();
const wbxml = encodeMessage(message, 'wbxml').slice();
const TNDS = utf8.encode(
  '<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD><Node><NodeName>A</NodeName></Node></MgmtTree>',
);

function joined(...parts: (Uint8Array | string)[]): Uint8Array {
  const all = parts.map((part) => (typeof part === 'string' ? utf8.encode(part) : part));
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** What was found, in short: `wbxml 7`, `xml MgmtTree`, `-` for what is not read. */
function found(bytes: Uint8Array): string[] {
  return readCapture(bytes).map((part) => {
    if (!isFound(part)) return '-';
    if ('notification' in part) {
      const { format, sessionID } = part.notification.notification;
      return [...part.wrappings, 'notification', format, sessionID].join(' ');
    }
    const what = 'message' in part ? part.message.message.header.sessionID : part.document.element.name;
    return [...part.wrappings, part.encoding, what].join(' ');
  });
}

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const textOf = (row: Uint8Array): string =>
  Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');

/** Rows of 16 bytes. */
function dump(bytes: Uint8Array, line: (offset: string, row: Uint8Array) => string, end = ''): string {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += 16)
    rows.push(line(at.toString(16).padStart(8, '0'), bytes.subarray(at, at + 16)));
  return `${rows.join('\n')}\n${end}`;
}
const xxd = (offset: string, row: Uint8Array) =>
  `${offset}: ${hexOf(row)
    .replace(/(.{4})(?=.)/g, '$1 ')
    .padEnd(39)}  ${textOf(row)}`;
const hexdump = (offset: string, row: Uint8Array) =>
  `${offset}  ${hexOf(row)
    .replace(/(..)(?=.)/g, '$1 ')
    .replace(/^(.{23}) /, '$1  ')
    .padEnd(48)}  |${textOf(row)}|`;
const od = (offset: string, row: Uint8Array) =>
  `${offset.slice(2)} ${hexOf(row).replace(/(..)(?=.)/g, '$1 ')}`;

describe('a document is found', () => {
  test.each<[string, Uint8Array, string[]]>([
    ['in XML', xml, ['xml 7']],
    ['in WBXML', wbxml, ['wbxml 7']],
    [
      'in base64, its lines broken',
      utf8.encode(encodeBase64(wbxml).replace(/(.{64})/g, '$1\n')),
      ['base64 wbxml 7'],
    ],
    ['in digits', utf8.encode(hexOf(wbxml)), ['hex wbxml 7']],
    ['in digits of C', utf8.encode(`{ ${hexOf(wbxml).replace(/(..)/g, '0x$1, ')} }`), ['hex wbxml 7']],
    ['in a dump by xxd', utf8.encode(dump(wbxml, xxd)), ['hex dump wbxml 7']],
    [
      'in a dump by xxd of XML, whose text looks like digits',
      utf8.encode(dump(xml, xxd)),
      ['hex dump xml 7'],
    ],
    [
      'in a dump by hexdump -C',
      utf8.encode(dump(wbxml, hexdump, wbxml.length.toString(16).padStart(8, '0'))),
      ['hex dump wbxml 7'],
    ],
    ['in a dump by od', utf8.encode(dump(wbxml, od)), ['hex dump wbxml 7']],
    [
      'in base64 of a dump',
      utf8.encode(encodeBase64(utf8.encode(dump(wbxml, xxd)))),
      ['base64 hex dump wbxml 7'],
    ],
    ['behind others', joined(wbxml, wbxml, '\r\n', xml, '\n', xml), ['wbxml 7', 'wbxml 7', 'xml 7', 'xml 7']],
    ['of another type', joined(TNDS, xml), ['xml MgmtTree', 'xml 7']],
    [
      'in an HTTP request and its response',
      joined(
        `POST /dm?s=1 HTTP/1.1\r\nHost: dm.example.com\r\nContent-Type: application/vnd.syncml.dm+wbxml\r\nContent-Length: ${wbxml.length}\r\n\r\n`,
        wbxml,
        'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.syncml.dm+xml\r\n\r\n',
        xml,
      ),
      ['wbxml 7', 'xml 7'],
    ],
    [
      'behind an interim response, in chunks',
      joined(
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
        `A;x=1\r\n`,
        xml.subarray(0, 10),
        `\r\n${(xml.length - 10).toString(16)}\r\n`,
        xml.subarray(10),
        '\r\n0\r\nTrailer: 1\r\n\r\n',
      ),
      ['-', 'xml 7'],
    ],
    [
      'behind a head with a length that an editor has made wrong',
      joined(`Content-Type: text/xml\nContent-Length: 9\n\n`, xml, '\n'),
      ['xml 7'],
    ],
    [
      'in a dump of an HTTP response',
      utf8.encode(dump(joined('HTTP/1.1 200 OK\r\n\r\n', wbxml), xxd)),
      ['hex dump wbxml 7'],
    ],
  ])('%s', (_name, bytes, expected) => {
    expect(found(bytes)).toEqual(expected);
  });

  test('with the head of its HTTP message', () => {
    const [part] = readCapture(
      joined('POST /dm HTTP/1.1\r\nContent-Type: a/b;\r\n c=d\r\nX-SyncML-HMAC: mac=AA\r\n\r\n', xml),
    );
    expect(part?.head?.start).toBe('POST /dm HTTP/1.1');
    expect(part?.head?.headers.get('content-type')).toBe('a/b; c=d');
    expect(part?.head?.headers.get('x-syncml-hmac')).toBe('mac=AA');
  });
});

test('bytes behind a document that are none of their own are a deviation of it', () => {
  const [part, ...others] = readCapture(joined(wbxml, 'rest'));
  expect(others).toEqual([]);
  expect(part !== undefined && 'message' in part && part.message.deviations.map(({ rule }) => rule)).toEqual([
    'wbxml-end',
  ]);
});

test.each<[string, Uint8Array | string, string]>([
  ['another document', '<html><body/></html>', 'unknown document element "html"'],
  ['nothing', '', ''],
  ['a compressed body', 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b', 'content encoding gzip'],
  ['a dump with a gap', '00000000: 0201\n00000010: 0201', 'line 1 is none of a dump'],
])('%s is nothing known, and it is said why', (_name, content, why) => {
  const [part] = readCapture(typeof content === 'string' ? utf8.encode(content) : content);
  expect(part !== undefined && !isFound(part) && part.tried.map((each) => each.why).join('; ')).toContain(
    why,
  );
});

test('of very many documents only some are read', () => {
  const parts = readCapture(joined(...Array.from({ length: 300 }, () => xml)));
  expect(parts).toHaveLength(201);
  expect(parts.at(-1)).toMatchObject({ tried: [{ what: 'read' }] });
});

const heads = fc.constantFrom(
  '',
  'HTTP/1.1 200 OK\r\n\r\n',
  'POST / HTTP/1.1\nContent-Length: 30\n\n',
  'Transfer-Encoding: chunked\nContent-Type: x\n\n5\n',
);
const pieces = fc.array(
  fc.tuple(heads, fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(xml, wbxml)), fc.nat(400)),
  { maxLength: 4 },
);

test('whatever comes is read, or it is said why not', () => {
  fc.assert(
    fc.property(pieces, (all) => {
      const bytes = joined(
        ...all.flatMap(([head, body, flip]) => [
          head,
          body.map((byte, at) => (at === flip ? byte ^ 0x41 : byte)),
        ]),
      );
      expect(readCapture(bytes).length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});

describe('a notification', () => {
  const secret = { user: 'com.example.dm', password: 'server secret' };
  const said = { uiMode: 'background', initiator: 'server', sessionID: 10, serverID: secret.user } as const;
  const built = (notification: Notification): Uint8Array =>
    buildNotification(notification, secret, utf8.encode('Nonce'));
  const old = built({ ...said, format: '1.2', version: 11, body: utf8.encode('theirs') });
  const numbered = built({ ...said, format: '1.3', version: 13, options: [] });

  test('is found in either format, as bytes and as text', () => {
    expect([old, numbered].map(found)).toEqual([['notification 1.2 10'], ['notification 1.3 10']]);
    expect(found(utf8.encode(hexOf(old)))).toEqual(['hex notification 1.2 10']);
    expect(found(utf8.encode(encodeBase64(old)))).toEqual(['base64 notification 1.2 10']);
  });

  test('is found whatever its digest begins with', () => {
    const blank = old.slice();
    blank.set(utf8.encode(' \n'));
    expect(found(blank)).toEqual(['notification 1.2 10']);
  });

  test('of a version that is not known is found only where the media type says what it is', () => {
    const later = built({ ...said, format: '1.2', version: 99, body: new Uint8Array(0) });
    const head = 'POST /push HTTP/1.1\r\nContent-Type: application/vnd.syncml.notification\r\n\r\n';
    expect(found(later)).toEqual(['-']);
    expect(found(joined(head, later))).toEqual(['notification 1.2 10']);
  });
});
