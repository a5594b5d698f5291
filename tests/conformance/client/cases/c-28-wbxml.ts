import { type Check, Failure } from '../../framework/index.ts';
import type { Dialogue } from '../dialogue.ts';
import { credOf } from '../proof.ts';
import type { ClientCase, ClientGroup, ClientStand } from '../stand.ts';
import {
  type DocumentParts,
  dmddf,
  document,
  empty,
  meta,
  metinf,
  type Octets,
  opaque,
  page,
  tableText,
  tag,
  text,
} from '../wbxml.ts';
import { add } from '../xml.ts';

const RULE = 'DM_RepPro 1.2.1, WBXML usage; WBXML 1.3';
const TNDS_RULE = 'DM_TNDS 1.2; DM_TND 1.2.1, WBXML definition';
const UTF_8 = '6a';
const TNDS_XML = 'application/vnd.syncml.dmtnds+xml';
const TNDS_WBXML = 'application/vnd.syncml.dmtnds+wbxml';

/** The server's next message, token by token, with these commands. */
function byHand(dialogue: Dialogue, commands: Octets, parts?: DocumentParts): Uint8Array {
  // What the message has to say besides is taken from the one that would be sent instead.
  const { account, last } = dialogue;
  const xml = dialogue.compose('');
  const msgID = /<MsgID>(\d+)</.exec(xml)?.[1] ?? '';
  if (credOf(account.server) !== undefined && /<Cred>/.test(xml)) {
    throw new Failure('the server has not proved itself yet');
  }
  const header = tag(
    'SyncHdr',
    tag('VerDTD', text('1.2')),
    tag('VerProto', text('DM/1.2')),
    tag('SessionID', text(last.header.sessionID)),
    tag('MsgID', text(msgID)),
    tag('Target', tag('LocURI', text(last.header.source.locURI))),
    tag('Source', tag('LocURI', text(account.address))),
  );
  const status = tag(
    'Status',
    tag('CmdID', text('99')),
    tag('MsgRef', text(last.header.msgID)),
    tag('CmdRef', text('0')),
    tag('Cmd', text('SyncHdr')),
    tag('Data', text('212')),
  );
  return document(tag('SyncML', header, tag('SyncBody', status, commands, empty('Final'))), parts);
}

const target = (uri: Octets): Octets => tag('Target', tag('LocURI', uri));
const addOf = (...item: Octets[]): Octets => tag('Add', tag('CmdID', text('1')), tag('Item', ...item));

/** One Add that is sent by hand, and how the node reads then. */
function addCase(
  listed: Pick<ClientCase, 'id' | 'title' | 'rule'>,
  build: (uri: string) => { readonly item: readonly Octets[]; readonly parts?: DocumentParts },
  after: Readonly<Record<string, string>>,
): ClientCase {
  return {
    ...listed,
    encodings: ['wbxml'],
    async run({ planted }: ClientStand, check: Check) {
      const { dialogue, at } = await planted();
      const { item, parts } = build(`${at}/a`);
      const reply = await dialogue.sayBytes(byHand(dialogue, addOf(...item), parts));
      check.equal(reply?.codes, ['Add 200'], 'statuses');
      for (const [uri, value] of Object.entries(after)) {
        check.equal(await dialogue.read(`${at}/${uri}`), value, uri);
      }
    },
  };
}

const HEADERS: readonly (readonly [title: string, parts: DocumentParts])[] = [
  ['WBXML 1.1 is read', { version: 0x01 }],
  ['WBXML 1.2 is read', { version: 0x02 }],
  ['WBXML 1.3 is read', { version: 0x03 }],
  [
    'The public identifier of SyncML 1.2 may stand in the string table',
    { publicId: '-//SYNCML//DTD SyncML 1.2//EN' },
  ],
  [
    'So it may behind other strings in the table',
    { publicId: '-//SYNCML//DTD SyncML 1.2//EN', strings: ['one', 'two'] },
  ],
  [
    'The public identifier of SyncML 1.1, as text, does not decide the version of the protocol',
    { publicId: '-//SYNCML//DTD SyncML 1.1//EN' },
  ],
  ['Nor does it as the number 0x0FD3', { publicId: 0x0fd3 }],
];

/** A serialized tree with one leaf. */
const tree = (name: string): Octets =>
  dmddf(
    'MgmtTree',
    dmddf('VerDTD', text('1.2')),
    dmddf(
      'Node',
      dmddf('NodeName', text('')),
      dmddf('RTProperties', dmddf('Format', dmddf('node')), dmddf('Type')),
      dmddf(
        'Node',
        dmddf('NodeName', text(name)),
        dmddf(
          'RTProperties',
          dmddf('Format', dmddf('chr')),
          dmddf('Type', dmddf('MIME', text('text/plain'))),
        ),
        dmddf('Value', text('of the tree')),
      ),
    ),
  );

const TREE_XML = `<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD><Node><NodeName/><RTProperties><Format><node/></Format><Type/></RTProperties><Node><NodeName>leaf</NodeName><RTProperties><Format><chr/></Format><Type><MIME>text/plain</MIME></Type></RTProperties><Value>of the tree</Value></Node></Node></MgmtTree>`;

export const WBXML: ClientGroup = {
  id: 'C-28',
  title: 'WBXML',
  cases: [
    ...HEADERS.map(([title, parts], index) =>
      addCase(
        { id: `C-28.${index + 1}`, title, rule: RULE },
        (uri) => ({ item: [target(text(uri)), tag('Data', text('x'))], parts }),
        { a: 'x' },
      ),
    ),
    addCase(
      { id: 'C-28.8', title: 'A string may be given by its place in the string table', rule: RULE },
      (uri) => ({
        item: [target(tableText(6)), tag('Data', tableText(0))],
        parts: { strings: ['value', uri] },
      }),
      { a: 'value' },
    ),
    addCase(
      { id: 'C-28.9', title: 'A text may come as OPAQUE', rule: RULE },
      (uri) => ({ item: [target(text(uri)), tag('Data', opaque('opaque text'))] }),
      { a: 'opaque text' },
    ),
    addCase(
      { id: 'C-28.10', title: 'An OPAQUE may be longer than one byte can count', rule: RULE },
      (uri) => ({ item: [target(text(uri)), tag('Data', opaque('x'.repeat(20_000)))] }),
      { a: 'x'.repeat(20_000) },
    ),
    addCase(
      { id: 'C-28.11', title: 'A text may come in several pieces', rule: RULE },
      (uri) => ({ item: [target(text(uri)), tag('Data', text('one '), opaque('and '), text('two'))] }),
      { a: 'one and two' },
    ),
    addCase(
      { id: 'C-28.12', title: 'Meta holds elements of code page 1 without a MetInf around them', rule: RULE },
      (uri) => ({
        item: [
          target(text(uri)),
          meta(metinf('Format', text('int')), metinf('Type', text('text/plain'))),
          tag('Data', text('7')),
        ],
      }),
      { a: '7', 'a?prop=Format': 'int' },
    ),
    addCase(
      { id: 'C-28.13', title: 'Or with a MetInf around them', rule: RULE },
      (uri) => ({
        item: [
          target(text(uri)),
          meta(metinf('MetInf', metinf('Format', text('int')), metinf('Type', text('text/plain')))),
          tag('Data', text('7')),
        ],
      }),
      { a: '7', 'a?prop=Format': 'int' },
    ),
    addCase(
      {
        id: 'C-28.14',
        title: 'Bytes may come as they are, as OPAQUE under Meta Format bin',
        rule: 'DM_TND 1.2.1, Format; DM_RepPro 1.2.1, Meta',
      },
      (uri) => ({
        item: [
          target(text(uri)),
          meta(metinf('Format', text('bin')), metinf('Type', text('application/octet-stream'))),
          tag('Data', opaque(Uint8Array.of(0, 1, 2, 255))),
        ],
      }),
      { a: 'AAEC/w==', 'a?prop=Format': 'bin' },
    ),
    addCase(
      {
        id: 'C-28.15',
        title: 'Bytes may come as base64 in text, under Meta Format b64',
        rule: 'DM_TND 1.2.1, Format; DM_RepPro 1.2.1, Meta',
      },
      (uri) => ({
        item: [
          target(text(uri)),
          meta(metinf('Format', text('b64')), metinf('Type', text('application/octet-stream'))),
          tag('Data', text('AAEC/w==')),
        ],
      }),
      { a: 'AAEC/w==', 'a?prop=Format': 'bin' },
    ),
    addCase(
      { id: 'C-28.16', title: 'A serialized tree may come inline, on code page 2', rule: TNDS_RULE },
      (uri) => ({
        item: [
          target(text(uri)),
          meta(metinf('Format', text('xml')), metinf('Type', text(TNDS_XML))),
          tag('Data', page(2), tree('leaf'), page(0)),
        ],
      }),
      { 'a/leaf': 'of the tree' },
    ),
    addCase(
      {
        id: 'C-28.17',
        title: 'A serialized tree may come as a WBXML document of its own, as OPAQUE',
        rule: TNDS_RULE,
      },
      (uri) => ({
        item: [
          target(text(uri)),
          meta(metinf('Format', text('bin')), metinf('Type', text(TNDS_WBXML))),
          tag(
            'Data',
            opaque(document([...page(2), ...tree('leaf')], { publicId: '-//OMA//DTD-DM-DDF 1.2//EN' })),
          ),
        ],
      }),
      { 'a/leaf': 'of the tree' },
    ),
    addCase(
      { id: 'C-28.18', title: 'Such a document may begin on code page 0', rule: TNDS_RULE },
      (uri) => ({
        item: [
          target(text(uri)),
          meta(metinf('Format', text('bin')), metinf('Type', text(TNDS_WBXML))),
          tag('Data', opaque(document(tree('leaf'), { publicId: '-//OMA//DTD-DM-DDF 1.2//EN' }))),
        ],
      }),
      { 'a/leaf': 'of the tree' },
    ),
    addCase(
      { id: 'C-28.19', title: 'A serialized tree may come as XML in a text', rule: TNDS_RULE },
      (uri) => ({
        item: [
          target(text(uri)),
          meta(metinf('Format', text('xml')), metinf('Type', text(TNDS_XML))),
          tag('Data', text(TREE_XML)),
        ],
      }),
      { 'a/leaf': 'of the tree' },
    ),
    {
      id: 'C-28.20',
      title: 'What the client sends is WBXML 1.1, 1.2 or 1.3 in UTF-8 with the identifier of SyncML 1.2',
      rule: RULE,
      encodings: ['wbxml'],
      async run({ begin }, check) {
        const { body } = (await begin()).last.sent;
        check.oneOf(body[0], [0x01, 0x02, 0x03], 'version of WBXML');
        const hex = Buffer.from(body.subarray(1, 80)).toString('hex');
        const named = `0000${UTF_8}..${Buffer.from('-//SYNCML//DTD SyncML 1.2//EN').toString('hex')}`;
        check.matches(
          hex,
          new RegExp(`^(a401${UTF_8}|${named})`),
          'public identifier and charset, in hexadecimal',
        );
      },
    },
    {
      id: 'C-28.21',
      title: 'The client answers WBXML with WBXML',
      rule: RULE,
      encodings: ['wbxml'],
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const { sent } = await dialogue.say(add(`${at}/a`, 'x'));
        check.equal(sent.encoding, 'wbxml', 'encoding');
        check.oneOf(sent.body[0], [0x01, 0x02, 0x03], 'first byte');
      },
    },
  ],
};
