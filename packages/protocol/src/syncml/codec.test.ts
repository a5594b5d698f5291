import { describe, expect, it } from 'vitest';
import { EncodeError, LimitError, MalformedError } from '../vocabulary/index.ts';
import { decodeMessage, encodeMessage } from './codec.ts';
import { contentMarkup, contentText, itemFormat } from './content.ts';
import type { Encoding } from './markup.ts';
import type { Message } from './schema.ts';

/** Bytes written as hexadecimal numbers and 'text', with comments behind a semicolon. */
function bytes(listing: string): Uint8Array {
  const out: number[] = [];
  for (const line of listing.split('\n')) {
    for (const [part] of line.replace(/;.*/, '').matchAll(/'[^']*'|[0-9A-F]{2}/g)) {
      if (part.startsWith("'")) out.push(...new TextEncoder().encode(part.slice(1, -1)));
      else out.push(Number.parseInt(part, 16));
    }
  }
  return Uint8Array.from(out);
}

const xml = (document: string): Uint8Array => new TextEncoder().encode(document);
const text = (document: Uint8Array): string => new TextDecoder().decode(document);

/** A message with this body and the shortest header. */
function withBody(body: string, header = ''): Uint8Array {
  return xml(
    '<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto>' +
      '<SessionID>1</SessionID><MsgID>1</MsgID><Target><LocURI>t</LocURI></Target>' +
      `<Source><LocURI>s</LocURI></Source>${header}</SyncHdr><SyncBody>${body}</SyncBody></SyncML>`,
  );
}
const read = (body: string) => decodeMessage(withBody(body), 'xml');

const MESSAGE: Message = {
  header: {
    verDTD: '1.2',
    verProto: 'DM/1.2',
    sessionID: 'A1',
    msgID: '2',
    target: { locURI: 'IMEI:49' },
    source: { locURI: 'http://s/?a&b', locName: 'srv' },
  },
  body: {
    commands: [
      {
        name: 'Add',
        cmdID: '3',
        items: [{ target: { locURI: './A' }, meta: { format: 'bin' }, data: Uint8Array.of(0, 255) }],
      },
    ],
    final: true,
  },
};

const MESSAGE_WBXML = bytes(`
  02                 ; WBXML 1.2
  A4 01              ; public identifier 0x1201, SyncML 1.2
  6A                 ; UTF-8
  00                 ; no string table
  6D                 ; SyncML, with content
  6C                 ; SyncHdr
  71 03 '1.2' 00 01  ; VerDTD
  72 03 'DM/1.2' 00 01
  65 03 'A1' 00 01   ; SessionID
  5B 03 '2' 00 01    ; MsgID
  6E 57 03 'IMEI:49' 00 01 01
  67 57 03 'http://s/?a&b' 00 01
  56 03 'srv' 00 01  ; LocName
  01                 ; end of Source
  01                 ; end of SyncHdr
  6B                 ; SyncBody
  45 4B 03 '3' 00 01 ; Add, CmdID
  54                 ; Item
  6E 57 03 './A' 00 01 01
  5A                 ; Meta
  00 01 47 03 'bin' 00 01 ; page 1, Format
  01                 ; end of Meta, on page 1
  00 00 4F C3 02 00 FF 01 ; page 0, Data with two bytes
  01 01              ; end of Item, of Add
  12                 ; Final, without content
  01 01
`);

const MESSAGE_XML =
  '<?xml version="1.0" encoding="UTF-8"?><SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD>' +
  '<VerProto>DM/1.2</VerProto><SessionID>A1</SessionID><MsgID>2</MsgID><Target><LocURI>IMEI:49</LocURI></Target>' +
  '<Source><LocURI>http://s/?a&amp;b</LocURI><LocName>srv</LocName></Source></SyncHdr><SyncBody><Add>' +
  '<CmdID>3</CmdID><Item><Target><LocURI>./A</LocURI></Target><Meta><Format xmlns="syncml:metinf">b64</Format></Meta>' +
  '<Data>AP8=</Data></Item></Add><Final/></SyncBody></SyncML>';

describe('a message', () => {
  it('has this WBXML form, byte for byte', () => {
    expect(encodeMessage(MESSAGE, 'wbxml')).toEqual(MESSAGE_WBXML);
    expect(decodeMessage(MESSAGE_WBXML, 'wbxml')).toEqual({
      message: MESSAGE,
      encoding: 'wbxml',
      version: '1.2',
      deviations: [],
    });
  });

  it('has this XML form, with bytes as base64', () => {
    expect(text(encodeMessage(MESSAGE, 'xml'))).toBe(MESSAGE_XML);
  });

  it('calls itself 1.1 when its VerDTD does, and keeps its VerProto apart', () => {
    const old: Message = { ...MESSAGE, header: { ...MESSAGE.header, verDTD: '1.1', verProto: 'DM/1.2' } };
    expect(encodeMessage(old, 'wbxml').subarray(0, 5)).toEqual(bytes('02 9F 53 6A 00'));
    const decoded = decodeMessage(encodeMessage(old, 'xml'), 'xml');
    expect(decoded.version).toBe('1.1');
    expect(decoded.message.header.verProto).toBe('DM/1.2');
  });

  it.each<[string, Uint8Array]>([
    [
      'WBXML 1.3 and a public identifier as text without an end',
      bytes("03 00 00 6A 1D '-//SYNCML//DTD SyncML 1.1//EN'"),
    ],
    ['WBXML 1.1 and an unknown public identifier', bytes('01 01 6A 00')],
    ['an undeclared charset', bytes('02 A4 01 00 00')],
  ])('is read with %s', (_, header) => {
    const body = MESSAGE_WBXML.subarray(5);
    expect(decodeMessage(Uint8Array.of(...header, ...body), 'wbxml').message).toEqual(MESSAGE);
  });

  it('is read from UTF-16 with and without a byte order mark', () => {
    const units = (bigEndian: boolean, document: string) =>
      Uint8Array.from(
        [...document].flatMap((c) => (bigEndian ? [0, c.charCodeAt(0)] : [c.charCodeAt(0), 0])),
      );
    const document = text(withBody('<Final/>'));
    for (const encoded of [
      units(true, document),
      units(false, document),
      Uint8Array.of(0xff, 0xfe, ...units(false, document)),
    ]) {
      expect(decodeMessage(encoded, 'xml').message.body.final).toBe(true);
    }
  });
});

describe('what devices send otherwise than the standard says', () => {
  it('is taken and noted: missing parts, another order, blanks, unknown elements, a second Target', () => {
    const { message, deviations } = read(
      '<Status><Data> 200 </Data><Cmd>\nAdd\n</Cmd><x:Oem xmlns:x="urn:x"><Data>1</Data></x:Oem><Item>' +
        '<Target><LocURI>a</LocURI></Target><Target><LocURI>b</LocURI></Target></Item></Status><Final/>',
    );
    expect(message.body.commands).toEqual([
      {
        name: 'Status',
        cmdID: '',
        cmd: 'Add',
        code: 200,
        targetRef: [],
        sourceRef: [],
        items: [{ target: { locURI: 'a' } }],
      },
    ]);
    expect(deviations.map(({ path, found }) => `${path}: ${found}`)).toEqual([
      'SyncML/SyncBody/Status[1]/Data: " 200 "',
      'SyncML/SyncBody/Status[1]: Cmd behind Data',
      'SyncML/SyncBody/Status[1]/Cmd: "\\nAdd\\n"',
      'SyncML/SyncBody/Status[1]: <Oem>',
      'SyncML/SyncBody/Status[1]/Item[1]: a second Target',
      'SyncML/SyncBody/Status[1]: no CmdID',
      'SyncML/SyncBody/Status[1]: no MsgRef',
      'SyncML/SyncBody/Status[1]: no CmdRef',
    ]);
  });

  it('gives commands that are not of DM by name and CmdID', () => {
    const { message } = read('<Sync><CmdID>7</CmdID><Add><CmdID>8</CmdID></Add></Sync>');
    expect(message.body.commands).toEqual([{ name: 'Unknown', element: 'Sync', cmdID: '7' }]);
  });

  it('takes a Meta with a MetInf wrapper, without a namespace, and in two parts', () => {
    const { message } = read(
      '<Get><CmdID>1</CmdID><Meta><MetInf xmlns="syncml:metinf"><Type>a</Type></MetInf></Meta>' +
        '<Item><Meta><Format>chr</Format></Meta><Data/><Meta><Size xmlns="syncml:metinf">4</Size></Meta></Item></Get>',
    );
    expect(message.body.commands).toMatchObject([
      { meta: { type: 'a' }, items: [{ meta: { format: 'chr', size: 4 } }] },
    ]);
  });

  it('reads a message without any namespace, or with prefixes, by its names', () => {
    const plain = text(withBody('<Get><CmdID>1</CmdID><Meta><Type>t</Type></Meta></Get>')).replace(
      / xmlns="[^"]*"/,
      '',
    );
    const prefixed = plain
      .replace(/<(\/?)Type/g, '<$1m:Type')
      .replace(/<(\/?)(?=[A-Z])/g, '<$1s:')
      .replace('<s:SyncML', '<s:SyncML xmlns:s="SYNCML:SYNCML1.2" xmlns:m="syncml:metinf"');
    const expected = [{ name: 'Get', cmdID: '1', meta: { type: 't' }, items: [] }];
    expect(decodeMessage(xml(plain), 'xml').message.body.commands).toEqual(expected);
    expect(decodeMessage(xml(plain), 'xml').deviations.length).toBeGreaterThan(0);
    const { message, deviations } = decodeMessage(xml(prefixed), 'xml');
    expect(message.body.commands).toEqual(expected);
    expect(deviations).toEqual([]);
  });

  it('takes numbers that are none as the nearest that makes sense', () => {
    const { message } = read(
      '<Alert><CmdID>1</CmdID><Data>oops</Data><Item><Meta><Size xmlns="syncml:metinf">-1</Size>' +
        '<MaxObjSize xmlns="syncml:metinf">99999999999999999999</MaxObjSize></Meta></Item></Alert>',
    );
    expect(message.body.commands).toMatchObject([{ code: 0, items: [{ meta: { maxObjSize: 0xffffffff } }] }]);
  });

  it('takes base64 that is called bin in XML', () => {
    const { message } = read(
      '<Replace><CmdID>1</CmdID><Item><Meta><Format xmlns="syncml:metinf">bin</Format></Meta><Data>aGk=</Data></Item></Replace>',
    );
    const item = message.body.commands[0]?.name === 'Replace' ? message.body.commands[0].items[0] : undefined;
    expect(item && contentText(item.data ?? '', itemFormat(item))).toBe('hi');
  });
});

it('a message of nothing but deviations takes no longer than any other', () => {
  const count = 100_000;
  const body = '<Status><CmdID>1</CmdID><Data>no number</Data></Status>'.repeat(count);
  const limits = { commands: count, elements: 4 * count };
  const { message, deviations } = decodeMessage(withBody(body), 'xml', { limits });
  expect([message.body.commands.length, deviations.length]).toEqual([count, 100]);
});

describe('a serialized tree in a Data', () => {
  const tree =
    '<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD><Node><NodeName>A</NodeName></Node></MgmtTree>';
  const add = (data: string, format = 'xml') =>
    withBody(
      `<Add><CmdID>1</CmdID><Meta><Format xmlns="syncml:metinf">${format}</Format><Type xmlns="syncml:metinf">` +
        `application/vnd.syncml.dmtnds+xml</Type></Meta><Item><Data>${data}</Data></Item></Add>`,
    );
  const dataOf = (message: Message) => {
    const command = message.body.commands[0];
    return command?.name === 'Add' ? (command.items[0]?.data ?? '') : '';
  };
  const markup = dataOf(decodeMessage(add(tree), 'xml').message);

  it('is the same as markup, as escaped text, as CDATA, in an OPAQUE and on a code page of its own', () => {
    const inOpaque = encodeMessage(decodeMessage(add(tree), 'xml').message, 'wbxml');
    // The same on code page 2 of the message itself, as some devices write it.
    const inline = Uint8Array.of(...encodeMessage(decodeMessage(add('@'), 'xml').message, 'wbxml'));
    const at = inline.lastIndexOf(0x40);
    const onPage2 = Uint8Array.of(
      ...inline.subarray(0, at - 1),
      ...bytes("00 02 60 77 03 '1.2' 00 01 64 66 03 'A' 00 01 01 01"),
      ...inline.subarray(at + 2),
    );
    const forms: [Uint8Array, Encoding][] = [
      [add(tree.replaceAll('<', '&lt;')), 'xml'],
      [add(`<![CDATA[${tree}]]>`), 'xml'],
      [inOpaque, 'wbxml'],
      [onPage2, 'wbxml'],
    ];
    for (const [form, encoding] of forms) {
      const { message } = decodeMessage(form, encoding);
      expect(contentMarkup(dataOf(message))).toEqual(markup);
      expect(message.body.commands).toMatchObject([
        { meta: { format: 'xml', type: 'application/vnd.syncml.dmtnds+xml' } },
      ]);
    }
  });

  it('is said to be WBXML where it is', () => {
    const written = encodeMessage(decodeMessage(add(tree), 'xml').message, 'wbxml');
    expect(text(written)).toContain('application/vnd.syncml.dmtnds+wbxml');
    expect(text(written)).toContain('\u0003bin\u0000');
  });
});

describe('a message that cannot be read', () => {
  it.each<[string, Encoding, Uint8Array, RegExp]>([
    [
      'no SyncHdr',
      'xml',
      xml('<SyncML xmlns="SYNCML:SYNCML1.2"><SyncBody/></SyncML>'),
      /SyncML without SyncHdr/,
    ],
    [
      'no SessionID',
      'xml',
      xml(text(withBody('')).replace(/<SessionID>.*<\/SessionID>/, '')),
      /without SessionID/,
    ],
    ['an empty Source', 'xml', xml(text(withBody('')).replace('>s<', '><')), /LocURI of its Source/],
    ['another document', 'xml', xml('<DevInf xmlns="syncml:devinf"/>'), /DevInf; expected SyncML/],
    ['a DOCTYPE', 'xml', xml('<!DOCTYPE SyncML [<!ENTITY a "b">]><SyncML/>'), /DOCTYPE is not allowed/],
    ['an entity', 'xml', withBody('&a;'), /"&a;"; expected one of the five/],
    ['a NUL', 'xml', withBody('<Get><CmdID>\0</CmdID></Get>'), /U\+0000.*SyncBody\/Get\/CmdID \(at byte/],
    ['bytes that are not UTF-8', 'xml', Uint8Array.of(...withBody(''), 0xff), /not UTF-8 \(at byte \d{3}\)/],
    [
      'an encoding',
      'xml',
      xml('<?xml version="1.0" encoding="Shift_JIS"?><SyncML/>'),
      /Shift_JIS is not read/,
    ],
    ['WBXML 1.0', 'wbxml', bytes('00 A4 01 6A 00 6D 01'), /version byte 0x00/],
    ['a charset', 'wbxml', bytes('02 A4 01 11 00 6D 01'), /Shift_JIS/],
    ['a provisioning document', 'wbxml', bytes('03 0B 6A 00 45 01'), /public identifier 0x000b/],
    [
      'an OPAQUE without end',
      'wbxml',
      bytes('02 A4 01 6A 00 6D C3 83 00 00'),
      /OPAQUE of 384 bytes; 1 are left/,
    ],
    ['a string without end', 'wbxml', bytes("02 A4 01 6A 00 6D 03 'abc'"), /string without an end/],
    [
      'an index beyond the table',
      'wbxml',
      bytes("02 A4 01 6A 02 'a' 00 6D 83 02 01"),
      /index 2 of a string table of 2/,
    ],
    ['a number of six bytes', 'wbxml', bytes('02 A4 01 6A 81 80 80 80 80 00'), /more than 32 bits/],
    ['an open element', 'wbxml', bytes('02 A4 01 6A 00 6D 6C'), /end of document with 2 open elements/],
    ['nothing', 'wbxml', bytes(''), /expected the WBXML version/],
  ])('has %s', (_, encoding, document, reason) => {
    const attempt = () => decodeMessage(document, encoding);
    expect(attempt).toThrow(MalformedError);
    expect(attempt).toThrow(reason);
  });

  it.each<[string, Encoding, Uint8Array]>([
    ['elements 10 000 deep', 'xml', withBody('<a>'.repeat(10_000))],
    [
      'elements 10 000 deep',
      'wbxml',
      Uint8Array.of(...bytes('02 A4 01 6A 00'), ...new Uint8Array(10_000).fill(0x6d)),
    ],
    [
      'half a million attributes',
      'xml',
      withBody(`<a ${Array.from({ length: 500_000 }, (_, i) => `a${i}="" `).join('')}/>`),
    ],
    ['half a million commands', 'xml', withBody('<Get/>'.repeat(500_000))],
    [
      'text that grows from a string table',
      'wbxml',
      // 30 000 references of two bytes to a string of 100 kB.
      Uint8Array.from([
        ...bytes('02 A4 01 6A 86 8D 20'),
        ...new Uint8Array(99_999).fill(0x61),
        ...bytes('00 6D 6C 65'),
        ...Array.from({ length: 30_000 }, () => [0x83, 0x00]).flat(),
      ]),
    ],
  ])('is refused before it costs anything: %s (%s)', (_, encoding, document) => {
    expect(() => decodeMessage(document, encoding)).toThrow(LimitError);
  });
});

describe('a message that cannot be written', () => {
  const withData = (data: string): Message => ({
    ...MESSAGE,
    body: { commands: [{ name: 'Add', cmdID: '1', items: [{ data }] }] },
  });

  it('names the place and the character that XML cannot carry', () => {
    expect(() => encodeMessage(withData('a\u0001'), 'xml')).toThrow(
      new EncodeError('SyncML/SyncBody/Add/Item/Data holds the character U+0001, which XML cannot carry'),
    );
    expect(() => encodeMessage(withData('\ud800'), 'xml')).toThrow(EncodeError);
  });

  it('may be written as WBXML all the same', () => {
    expect(decodeMessage(encodeMessage(withData('a\u0001'), 'wbxml'), 'wbxml').message).toEqual(
      withData('a\u0001'),
    );
  });

  it('holds an Unknown command', () => {
    const message: Message = {
      ...MESSAGE,
      body: { commands: [{ name: 'Unknown', element: 'Sync', cmdID: '1' }] },
    };
    expect(() => encodeMessage(message, 'xml')).toThrow(/Unknown is not a command/);
  });
});
