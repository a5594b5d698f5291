import { decodeMessage, encodeMessage, type Message, xmlToWbxml } from '@grove/protocol';
import { describe, expect, it } from 'vitest';
import { hideCredentials, hideSecrets, secretsOfMessage } from './secrets.ts';

const SECRET = 'ZGV2aWNlOnNlY3JldC1wYXNzd29yZA==';

function xml(header: string, body: string): string {
  return `<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>1</SessionID><MsgID>1</MsgID><Target><LocURI>g</LocURI></Target><Source><LocURI>d</LocURI></Source>${header}</SyncHdr><SyncBody>${body}</SyncBody></SyncML>`;
}
const cred = (data: string): string => `<Cred><Data>${data}</Data></Cred>`;
const results = (uri: string, data: string): string =>
  `<Results><CmdID>1</CmdID><CmdRef>1</CmdRef><Item><Source><LocURI>${uri}</LocURI></Source><Data>${data}</Data></Item></Results>`;
const node = (name: string, value: string): string =>
  `<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD><Node><NodeName>x</NodeName><Node><NodeName>${name}</NodeName><RTProperties><Format><chr/></Format></RTProperties><Value>${value}</Value></Node></Node></MgmtTree>`;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
function shown(text: string, encoding: 'xml' | 'wbxml'): string {
  const utf8 = new TextEncoder().encode(text);
  const bytes = encoding === 'xml' ? utf8 : xmlToWbxml(utf8);
  return latin1(hideSecrets(bytes, secretsOfMessage(decodeMessage(bytes, encoding).message)));
}

describe.each(['xml', 'wbxml'] as const)('secrets of a message in %s', (encoding) => {
  it.each([
    ['a Cred', xml(cred(SECRET), ''), SECRET],
    [
      'a Cred in lines',
      xml(cred(`\r\n  ${SECRET.slice(0, 9)}\r\n\t${SECRET.slice(9)}`), ''),
      SECRET.slice(9),
    ],
    ['a Cred of a command', xml('', `<Alert><CmdID>1</CmdID>${cred(SECRET)}<Data>1</Data></Alert>`), SECRET],
    [
      'a Cred of a command within another',
      xml('', `<Atomic><CmdID>1</CmdID><Get><CmdID>2</CmdID>${cred(SECRET)}</Get></Atomic>`),
      SECRET,
    ],
    ['the value of a secret node', xml('', results('./AP/Password', SECRET)), SECRET],
    ['the value of a secret node, escaped', xml('', results('./AP/Password', `p&amp;${SECRET}`)), SECRET],
    ['a secret in a tree', xml('', results('./AP', node('AAuthSecret', SECRET))), SECRET],
    ['a secret in a tree as text', xml('', results('./AP', escaped(node('PIN', SECRET)))), SECRET],
    [
      'a secret in a tree as text, escaped twice',
      xml('', results('./AP', escaped(node('PIN', 'p&amp;q-p&amp;q')))),
      'q-p',
    ],
  ])('%s', (_, text, secret) => {
    expect(text).toContain(secret);
    const hidden = shown(text, encoding);
    expect(hidden).not.toContain(secret);
    expect(hidden).toContain('DM/1.2');
  });

  it('are nothing else', () => {
    const text = xml('', results('./DevInfo/Man', 'Acme') + results('./AP', node('Name', 'internet')));
    expect(shown(text, encoding)).toContain('Acme');
    expect(shown(text, encoding)).toContain('internet');
  });
});

describe('a message with more secrets than can be looked for', () => {
  it.each([
    ['many', Array.from({ length: 5000 }, (_, index) => results('./A/Password', `x${index}`))],
    ['short ones in much', [...'abcdefghijk'].map((letter) => results('./A/PIN', letter.repeat(100_000)))],
  ])('is not shown at all: %s', (_, bodies) => {
    expect(shown(xml('', bodies.join('')), 'xml')).toContain('withheld');
  });

  it('may have a long one', () => {
    const key = '0123456789abcdef'.repeat(20_000);
    const hidden = shown(xml('', results('./A/Password', key)), 'xml');
    expect(hidden.includes('0123456789')).toBe(false);
    expect(hidden.includes('withheld')).toBe(false);
  });

  it('has to have very many', () => {
    const bodies = Array.from({ length: 100 }, (_, index) =>
      results('./A/Password', `secret-${index}`.repeat(4)),
    );
    const hidden = shown(xml('', bodies.join('')), 'xml');
    expect(hidden).toContain('DM/1.2');
    expect(hidden).not.toContain('secret-');
  });
});

describe('credentials in a message that cannot be read', () => {
  const message = xml(cred(SECRET), '<Alert><CmdID>1</CmdID><Data>1201</Data></Alert>');
  const within = message.slice(0, message.indexOf(SECRET) + 20);

  it.each<[string, Uint8Array, boolean]>([
    ['XML', Buffer.from(`${message}<`), true],
    ['XML that is cut off', Buffer.from(within), false],
    ['XML with prefixes', Buffer.from(message.replaceAll('Cred>', 's:Cred>')), true],
    ['UTF-16', Buffer.from(message, 'utf16le'), true],
    ['big-endian UTF-16', Buffer.from(message, 'utf16le').swap16(), true],
    ['WBXML', damagedWbxml(), false],
  ])('%s', (_, bytes, bodyShown) => {
    const hidden = latin1(hideCredentials(bytes)).replaceAll('\0', '');
    expect(hidden).not.toContain(SECRET.slice(0, 12));
    expect(hidden).toContain('DM/1.2');
    expect(hidden.includes('1201')).toBe(bodyShown);
  });

  it('shows the beginning of one that has none', () => {
    const bytes = Buffer.from(`<html>${'x'.repeat(10_000)}`);
    expect(latin1(hideCredentials(bytes))).toBe(latin1(bytes.subarray(0, 4096)));
  });
});

function damagedWbxml(): Uint8Array {
  const message: Message = {
    header: {
      verDTD: '1.2',
      verProto: 'DM/1.2',
      sessionID: '1',
      msgID: '1',
      target: { locURI: 'g' },
      source: { locURI: 'd' },
      cred: { meta: { format: 'b64', type: 'syncml:auth-basic', emi: [] }, data: SECRET },
    },
    body: { commands: [{ name: 'Alert', cmdID: '1', code: 1201, items: [] }] },
  };
  return encodeMessage(message, 'wbxml').slice(0, -3);
}
