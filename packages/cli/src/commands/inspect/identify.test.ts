import { stripVTControlCharacters } from 'node:util';
import { encodeMessage, type Message, xmlToWbxml } from '@grove/protocol';
import { expect, test } from 'vitest';
import { describeMessage } from '../../describe/index.ts';
import { type Found, identify } from './identify.ts';
import { xmlLines } from './xml.ts';

const utf8 = new TextEncoder();
const TNDS =
  "<MgmtTree xmlns='syncml:dmddf1.2'><VerDTD>1.2</VerDTD><Node><NodeName>MMS</NodeName>" +
  '<RTProperties><Format><node/></Format></RTProperties><Node><NodeName>MMSC</NodeName>' +
  '<RTProperties><Format><chr/></Format></RTProperties><Value>http://mms/</Value></Node></Node></MgmtTree>';

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
    commands: [
      {
        name: 'Status',
        cmdID: '1',
        msgRef: '1',
        cmdRef: '0',
        cmd: 'SyncHdr',
        targetRef: [],
        sourceRef: [],
        code: 212,
        items: [],
      },
      {
        name: 'Replace',
        cmdID: '2',
        items: [
          { target: { locURI: './Setting/Port' }, meta: { format: 'int', emi: [] }, data: '8080' },
          { target: { locURI: './Setting/Logo' }, meta: { format: 'b64', emi: [] }, data: 'iVBORw0KGgo=' },
          { target: { locURI: './Setting/Tree' }, data: TNDS },
        ],
      },
    ],
    final: true,
  },
};

const xml = encodeMessage(message, 'xml').slice();
const wbxml = encodeMessage(message, 'wbxml').slice();

function foundIn(bytes: Uint8Array): Found {
  const found = identify(bytes);
  if (!('encoding' in found)) throw new Error(JSON.stringify(found));
  return found;
}

test.each([
  ['XML', xml, 'xml', 'none'],
  ['WBXML', wbxml, 'wbxml', 'none'],
  [
    'base64 of WBXML',
    utf8.encode(
      Buffer.from(wbxml)
        .toString('base64')
        .replace(/(.{64})/g, '$1\n'),
    ),
    'wbxml',
    'base64',
  ],
  [
    'hex of WBXML',
    utf8.encode(Buffer.from(wbxml).toString('hex').replace(/(..)/g, '0x$1, ')),
    'wbxml',
    'hex',
  ],
  ['base64 of XML', utf8.encode(Buffer.from(xml).toString('base64')), 'xml', 'base64'],
])('a message is known in %s', (_name, bytes, encoding, wrapping) => {
  expect(foundIn(bytes)).toMatchObject({
    encoding,
    wrapping,
    message: { message: { header: { sessionID: '7' } } },
  });
});

test('a message is told with its values and the documents in them', () => {
  const found = foundIn(wbxml);
  if (!('message' in found)) throw new Error('no message');
  const text = stripVTControlCharacters(describeMessage(found.message, wbxml.length).join('\n'));
  expect(text).toContain('Status 212 Authentication accepted for SyncHdr (message 1)');
  expect(text).toContain('./Setting/Port = 8080 (int)');
  expect(text).toContain('89 50 4e 47 0d 0a 1a 0a (8 bytes)');
  expect(text).toContain('└─ MMS (node)');
  expect(text).toContain('MMSC = http://mms/ (chr)');
});

test('documents are known by their root, and shown as XML whatever they came in', () => {
  const found = foundIn(xmlToWbxml(utf8.encode(TNDS)).slice());
  expect(found).toMatchObject({ encoding: 'wbxml', document: { element: { name: 'MgmtTree' } } });
  expect(xmlLines(found)).toContain('      <Value>http://mms/</Value>');
});

test('what is nothing known is told with the reasons', () => {
  expect(identify(utf8.encode('<html><body/></html>'))).toEqual([
    expect.objectContaining({ what: 'XML', why: expect.stringContaining('"html"') }),
    expect.objectContaining({ what: 'WBXML' }),
    { what: 'hex', why: 'holds other characters' },
    { what: 'base64', why: 'holds other characters' },
  ]);
});
