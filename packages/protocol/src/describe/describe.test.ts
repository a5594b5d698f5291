import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readCapture } from '../capture/index.ts';
import { encodeBase64 } from '../octets/index.ts';
import { decodeMessage, encodeMessage, type Message, xmlToWbxml } from '../syncml/index.ts';
import {
  describeBody,
  describeCommands,
  describeDocument,
  describeHeader,
  describeOthers,
  describeRules,
  describeSpoken,
  layOut,
  type Manner,
  partAsData,
  reportOn,
} from './index.ts';

const utf8 = new TextEncoder();
const TNDS =
  '<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD><Node><NodeName>MMS</NodeName>' +
  '<RTProperties><Format><node/></Format></RTProperties><Node><NodeName>MMSC</NodeName>' +
  '<RTProperties><Format><chr/></Format></RTProperties><Value>http://mms/</Value></Node></Node></MgmtTree>';
const BRANCHES = ['  VerDTD 1.2', '  └─ MMS (node)', '     └─ MMSC = http://mms/ (chr)'];
const WBXML = xmlToWbxml(utf8.encode(TNDS)).slice();

const target = (uri: string) => `<Target><LocURI>${uri}</LocURI></Target>`;
const source = (uri: string) => `<Source><LocURI>${uri}</LocURI></Source>`;
const meta = (inside: string) => `<Meta>${inside.replace(/<(\w+)>/g, '<$1 xmlns="syncml:metinf">')}</Meta>`;
const escaped = (xml: string) => xml.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const replace = (inside: string) =>
  `<Replace><CmdID>1</CmdID><Item>${target('./A')}${inside}</Item></Replace>`;

function decoded(commands: string, header = '') {
  const xml =
    '<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>1</SessionID>' +
    '<MsgID>1</MsgID><Target><LocURI>IMEI:1</LocURI></Target><Source><LocURI>https://dm</LocURI></Source>' +
    `${header}</SyncHdr><SyncBody>${commands}</SyncBody></SyncML>`;
  return decodeMessage(utf8.encode(xml), 'xml');
}

function linesOf(commands: string, manner: Manner = {}): string[] {
  return layOut(describeCommands(decoded(commands).message.body.commands, manner));
}

describe('a command', () => {
  it.each<[string, string[]]>([
    [
      `<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><TargetRef>x</TargetRef><Chal>${meta('<Type>syncml:auth-md5</Type><NextNonce>AAAA</NextNonce>')}</Chal><Data>407</Data></Status>`,
      [
        'Status 407 Authentication required for SyncHdr (message 1), challenge syncml:auth-md5 with a next nonce',
      ],
    ],
    [
      '<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>2</CmdRef><Cmd>Replace</Cmd><TargetRef>./A</TargetRef><Data>999</Data></Status>',
      ['Status 999, which is no code of the standard for Replace ./A (command 2 of message 1)'],
    ],
    [
      `<Get><CmdID>1</CmdID><Item>${target('./A?prop=ACL')}</Item><Item>${target('./B?list=TNDS-Value')}</Item><Item>${target('./C?x')}</Item></Get>`,
      [
        'Get',
        '  ./A?prop=ACL (its property ACL)',
        '  ./B?list=TNDS-Value (all below as a serialized tree, without Value)',
        '  ./C?x (a query that the standard does not have)',
      ],
    ],
    [
      `<Results><CmdID>1</CmdID><CmdRef>1</CmdRef><Item>${source('./A')}<Data>1</Data></Item></Results>`,
      ['Results (command 1) ./A = 1'],
    ],
    [
      `<Atomic><CmdID>1</CmdID><Copy><CmdID>2</CmdID><Item>${target('./B')}${source('./A')}</Item></Copy><Exec><CmdID>3</CmdID><Correlator>c</Correlator><Item>${target('./C')}</Item></Exec></Atomic>`,
      ['Atomic of 2 commands', '  Copy ./A → ./B', '  Exec (correlator c) ./C'],
    ],
    [
      `<Alert><CmdID>1</CmdID><Data>1226</Data><Correlator>7</Correlator><Item>${source('./FUMO')}${meta('<Type>org.example.event</Type><Mark>warning</Mark>')}<Data>200</Data></Item></Alert>`,
      ['Alert 1226 Generic alert (correlator 7) ./FUMO = 200 (org.example.event, warning)'],
    ],
    [
      '<Alert><CmdID>1</CmdID><Data>1102</Data><Item><Data>MINDT=10&amp;MAXDT=60&amp;MAXLEN=4&amp;IT=N&amp;ET=P&amp;DR=1234</Data></Item><Item><Data>PIN?</Data></Item></Alert>',
      [
        'Alert 1102 Text input: PIN?',
        '  shown for 10 seconds at least',
        '  waits 60 seconds for the user',
        '  takes a number of 4 characters at most',
        '  hides what is typed',
        '  by default 1234',
      ],
    ],
    [
      '<Alert><CmdID>1</CmdID><Data>1104</Data><Item><Data>DR=1-2</Data></Item><Item><Data>Which?</Data></Item><Item><Data>red</Data></Item><Item><Data>green</Data></Item></Alert>',
      ['Alert 1104 Multiple choice: Which?', '  1. red', '  2. green', '  by default 1 and 2'],
    ],
    [
      replace(`${meta('<Format>int</Format><Size>9</Size>')}<Data>80</Data><MoreData/>`),
      ['Replace ./A = 80 (int, 9 bytes in all, more to come)'],
    ],
    [
      replace(`${meta('<Format>b64</Format>')}<Data>iVBORw0KGgo=</Data>`),
      ['Replace ./A = 89 50 4e 47 0d 0a 1a 0a (8 bytes) (b64)'],
    ],
    [replace('<Data>&#x9;\u202e</Data>'), ['Replace ./A = \\t\\u202e']],
    ['<Sync><CmdID>7</CmdID></Sync>', ['Sync which is no command of device management']],
  ])('%s', (commands, lines) => {
    expect(linesOf(commands)).toEqual(lines);
  });

  it.each<[string, string, string]>([
    ['as markup', TNDS, 'serialized tree (TNDS)'],
    ['as escaped text', escaped(TNDS), 'serialized tree (TNDS), XML as text'],
    ['as CDATA', `<![CDATA[${TNDS}]]>`, 'serialized tree (TNDS), XML as text'],
    [
      'as WBXML in base64',
      encodeBase64(WBXML),
      'serialized tree (TNDS), WBXML in base64, though no Format says so',
    ],
  ])('opens a document %s', (_how, data, title) => {
    expect(linesOf(replace(`<Data>${data}</Data>`))).toEqual([`Replace ./A = ${title}`, ...BRANCHES]);
  });

  it('opens a document in base64, in an OPAQUE, and in a value of another document', () => {
    expect(
      linesOf(replace(`${meta('<Format>b64</Format>')}<Data>${encodeBase64(utf8.encode(TNDS))}</Data>`)),
    ).toEqual(['Replace ./A = serialized tree (TNDS), XML in base64 (b64)', ...BRANCHES]);
    const outer = TNDS.replace('http://mms/', encodeBase64(WBXML));
    expect(linesOf(replace(`<Data>${outer}</Data>`)).at(-1)).toContain('└─ MMSC = http://mms/');
    const { message } = decoded(replace('<Data/>'));
    const [command] = message.body.commands;
    if (command?.name !== 'Replace' || command.items[0] === undefined) throw new Error('no Item');
    command.items[0].data = WBXML;
    expect(layOut(describeCommands([command], {}))[0]).toBe('Replace ./A = serialized tree (TNDS), WBXML');
  });

  it('shows as many nodes of a document as it is told', () => {
    const lines = linesOf(replace(`<Data>${TNDS}</Data>`), { nodes: 1 });
    expect(lines.slice(2)).toEqual(['  └─ MMS (node)', '     └─ … and 1 node more']);
  });
});

describe('secrets', () => {
  const CRED = `<Cred>${meta('<Type>syncml:auth-basic</Type>')}<Data>QnJ1Y2UyOk9oQmVoYXZl</Data></Cred>`;
  const tree = TNDS.replace('MMSC', 'AAuthSecret');
  const body =
    `${replace(`<Data>${tree}</Data>`)}<Add><CmdID>2</CmdID><Item>${target('./Wifi/Password')}<Data>hush</Data></Item></Add>` +
    `<Status><CmdID>3</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Chal>${meta('<Type>syncml:auth-md5</Type><NextNonce>Tm9uY2U=</NextNonce>')}</Chal><Data>401</Data></Status>`;
  const message = decoded(body, CRED);
  const bytes = encodeMessage(message.message, 'xml').slice();
  const texts = (manner: Manner) => [
    Object.values(describeHeader(message.message.header, manner)).join('\n'),
    ...layOut(describeBody(message, [], manner)),
    JSON.stringify(reportOn(readCapture(bytes)).map((report) => partAsData(report, manner))),
  ];

  it.each(['OhBehave', 'QnJ1Y2UyOk9oQmVoYXZl', 'hush', 'http://mms/', 'Tm9uY2U='])(
    '%s is not shown',
    (secret) => {
      expect(texts({}).join('\n')).not.toContain(secret);
    },
  );

  it('are shown to whoever asks for them', () => {
    const text = texts({ secrets: true }).join('\n');
    for (const secret of ['Bruce2:OhBehave', 'hush', 'http://mms/', 'Tm9uY2U='])
      expect(text).toContain(secret);
  });
});

test('a message is told with what is wrong beneath each command, and the rules behind it', () => {
  const message = decoded(
    `<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>212</Data></Status><Atomic><CmdID>12</CmdID><Get><CmdID>13</CmdID><Item>${target('./A')}</Item></Get></Atomic>`,
    '<RespURI>/dm</RespURI>',
  );
  const [part] = readCapture(encodeMessage(message.message, 'xml').slice());
  const findings = part === undefined ? [] : (reportOn([part])[0]?.findings ?? []);
  expect(layOut(describeBody(message, findings, {}))).toEqual([
    ' 1  Status 212 Authentication accepted for SyncHdr (message 1)',
    '12  Atomic of 1 command',
    '      13  Get ./A',
    '            ! Get in an Atomic; expected Add, Alert, Copy, Delete or Replace (atomic-content)',
    'not final: more of the package follows',
  ]);
  expect(layOut(describeOthers(findings))).toEqual([
    '! SyncML/SyncHdr: RespURI /dm; expected an absolute URI (header-respuri)',
    '! SyncML/SyncBody: no Final; expected Final (final-missing)',
  ]);
  expect(layOut(describeRules(findings)).filter((line) => !line.startsWith(' '))).toEqual([
    'error    atomic-content  OMA-TS-DM_RepPro 1.2.1, Atomic',
    'warning  header-respuri  OMA-SyncML-RepPro 1.2, RespURI',
    'note     final-missing   OMA-TS-DM_Protocol 1.2.1, 6',
  ]);
});

test('a message of a conversation says who speaks, and what is odd', () => {
  const message = decoded('<Final/>');
  const spoken = {
    direction: 'response',
    bytes: 1234,
    encoding: 'xml',
    decoded: message,
    findings: [],
  } as const;
  expect(layOut([describeSpoken({ ...spoken, remarks: ['something'] })])).toEqual([
    '← server message 1, XML, 1.2 kB',
    '  ! something',
  ]);
});

test('a device description is told with formats, occurrence and access', () => {
  const DDF =
    '<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD><Man>Arbor</Man><Node><NodeName>A</NodeName><DFProperties>' +
    '<AccessType><Get/><Replace/></AccessType><DFFormat><int/></DFFormat><Occurrence><One/></Occurrence><DFTitle>An A</DFTitle>' +
    '<DFType><MIME>text/plain</MIME></DFType></DFProperties></Node></MgmtTree>';
  const [part] = readCapture(utf8.encode(DDF));
  const document = part !== undefined && 'document' in part ? describeDocument(part.document, {}) : undefined;
  expect(document?.title).toBe('device description (DDF)');
  expect(layOut(document?.lines ?? [])).toEqual([
    'VerDTD 1.2, Man Arbor',
    '└─ A (int, One, Get Replace, text/plain) An A',
  ]);
});

test('messages of one session are held against one another', () => {
  const server: Message = {
    ...decoded(
      `<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>212</Data></Status><Get><CmdID>2</CmdID><Item>${target('./A')}</Item></Get><Final/>`,
    ).message,
  };
  const client: Message = {
    header: { ...server.header, msgID: '2', source: server.header.target, target: server.header.source },
    body: { commands: server.body.commands.slice(0, 1), final: true },
  };
  const files = [server, client].flatMap((message) => [...encodeMessage(message, 'xml')]);
  expect(
    reportOn(readCapture(Uint8Array.from(files))).map(({ findings }) => findings.map(({ rule }) => rule)),
  ).toEqual([[], ['status-missing']]);
});

test('whatever a capture holds can be told', () => {
  const whole = encodeMessage(
    decoded(
      `${replace(`<Data>${escaped(TNDS)}</Data>`)}<Alert><CmdID>2</CmdID><Data>1103</Data><Item><Data>DR=1</Data></Item></Alert>`,
    ).message,
    'wbxml',
  ).slice();
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }), (flips) => {
      const bytes = whole.slice();
      for (const [at, byte] of flips) bytes[at] = byte;
      for (const report of reportOn(readCapture(bytes))) {
        JSON.stringify(partAsData(report));
        const { part } = report;
        if ('message' in part)
          expect(layOut(describeBody(part.message, report.findings, {})).join('')).not.toMatch(/\p{Cc}/u);
        else if ('document' in part) layOut(describeDocument(part.document, {})?.lines ?? []);
      }
    }),
    { numRuns: 500 },
  );
});
