import { NotApplicable } from '../../framework/index.ts';
import { checkCodes, commandCase } from '../command-case.ts';
import type { Dialogue } from '../dialogue.ts';
import type { ClientGroup } from '../stand.ts';
import { add, copy, exec, get, replace } from '../xml.ts';

const RULE = 'DM_TND 1.2.1, Properties of nodes';
const FORMATS: readonly (readonly [format: string, data: string, type: string, held: string])[] = [
  ['chr', 'text', 'text/plain', 'chr'],
  ['int', '-42', 'text/plain', 'int'],
  ['bool', 'true', 'text/plain', 'bool'],
  ['float', '1.5', 'text/plain', 'float'],
  ['date', '2026-01-31', 'text/plain', 'date'],
  ['time', '23:59:59', 'text/plain', 'time'],
  ['xml', '&lt;a/&gt;', 'application/xml', 'xml'],
  ['null', '', '', 'null'],
  ['b64', 'AAEC', 'application/octet-stream', 'bin'],
];

/** What an optional property reads as; the case does not apply where the client has it not. */
async function optional(dialogue: Dialogue, uri: string): Promise<string> {
  const value = await dialogue.read(uri);
  if (value === 'status 406') throw new NotApplicable(`the client does not have the property (406)`);
  return value;
}

export const PROPERTIES: ClientGroup = {
  id: 'C-24',
  title: 'Properties',
  cases: [
    commandCase({
      id: 'C-24.1',
      title: 'Name is the last segment of the URI',
      rule: 'DM_TND 1.2.1, Name',
      given: { a: { b: 'one' } },
      send: (at) => get(`${at}/a/b?prop=Name`) + get(`${at}/a?prop=Name`),
      codes: ['Get 200', 'Get 200'],
      after: { 'a/b?prop=Name': 'b', 'a?prop=Name': 'a' },
    }),
    commandCase({
      id: 'C-24.2',
      title: 'Format of an interior node is node',
      rule: 'DM_TND 1.2.1, Format',
      given: { a: {} },
      send: (at) => get(`${at}/a?prop=Format`),
      codes: ['Get 200'],
      after: { 'a?prop=Format': 'node' },
    }),
    ...FORMATS.map(([format, data, type, held], index) =>
      commandCase({
        id: `C-24.${index + 3}`,
        title: `A leaf added with Meta Format ${format} has the Format ${held}`,
        rule: 'DM_TND 1.2.1, Format; DM_RepPro 1.2.1, Meta',
        send: (at) => add(`${at}/a`, data, { format, ...(type === '' ? {} : { type }) }),
        codes: ['Add 200'],
        after: { 'a?prop=Format': held, ...(type === '' ? {} : { 'a?prop=Type': type }) },
      }),
    ),
    commandCase({
      id: 'C-24.12',
      title: 'A leaf added without Meta is text/plain in Format chr',
      rule: 'DM_RepPro 1.2.1, Meta',
      send: (at) => add(`${at}/a`, 'x'),
      codes: ['Add 200'],
      after: { 'a?prop=Format': 'chr', 'a?prop=Type': 'text/plain' },
    }),
    commandCase({
      id: 'C-24.13',
      title: 'Type of an interior node that is no management object is empty',
      rule: 'DM_TND 1.2.1, Type',
      given: { a: {} },
      send: (at) => get(`${at}/a?prop=Type`),
      codes: ['Get 200'],
      after: { 'a?prop=Type': '' },
    }),
    {
      id: 'C-24.14',
      title: 'Size of an interior node is not supported: 406',
      rule: 'DM_TND 1.2.1, Size',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: {} });
        check.equal(await dialogue.codes(get(`${at}/a?prop=Size`)), ['Get 406'], 'statuses');
      },
    },
    {
      id: 'C-24.15',
      title: 'Title can be set and read',
      rule: 'DM_TND 1.2.1, Title',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        check.equal(await optional(dialogue, `${at}/a?prop=Title`), '', 'Title of a new node');
        check.equal(
          await dialogue.codes(replace(`${at}/a?prop=Title`, 'A leaf')),
          ['Replace 200'],
          'statuses',
        );
        check.equal(await dialogue.read(`${at}/a?prop=Title`), 'A leaf', 'Title');
        check.equal(await dialogue.read(`${at}/a`), 'one', 'value');
      },
    },
    {
      id: 'C-24.16',
      title: 'A Title of more than 255 bytes is refused',
      rule: 'DM_TND 1.2.1, Title',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        await optional(dialogue, `${at}/a?prop=Title`);
        const codes = await dialogue.codes(replace(`${at}/a?prop=Title`, 'ö'.repeat(128)));
        checkCodes(check, codes, ['Replace 413 or 400']);
        check.equal(await dialogue.read(`${at}/a?prop=Title`), '', 'Title');
      },
    },
    commandCase({
      id: 'C-24.17',
      title: 'Format and Type cannot be replaced: 405',
      rule: RULE,
      given: { a: 'one' },
      send: (at) => replace(`${at}/a?prop=Format`, 'int') + replace(`${at}/a?prop=Type`, 'text/html'),
      codes: ['Replace 405', 'Replace 405'],
      after: { 'a?prop=Format': 'chr', 'a?prop=Type': 'text/plain' },
    }),
    commandCase({
      id: 'C-24.18',
      title: 'Size, TStamp and VerNo cannot be replaced: 405, or 406 where the client has them not',
      rule: RULE,
      given: { a: 'one' },
      send: (at) =>
        replace(`${at}/a?prop=Size`, '1') +
        replace(`${at}/a?prop=TStamp`, '20010711T163817Z') +
        replace(`${at}/a?prop=VerNo`, '1'),
      codes: ['Replace 405 or 406', 'Replace 405 or 406', 'Replace 405 or 406'],
    }),
    commandCase({
      id: 'C-24.19',
      title: 'A property that there is not is answered with 406',
      rule: RULE,
      given: { a: 'one' },
      send: (at) => get(`${at}/a?prop=Colour`) + replace(`${at}/a?prop=Colour`, 'red'),
      codes: ['Get 406', 'Replace 406'],
    }),
    commandCase({
      id: 'C-24.20',
      title: 'Properties cannot be executed or copied: 405',
      rule: RULE,
      given: { a: 'one' },
      send: (at) => exec(`${at}/a?prop=Name`) + copy(`${at}/a?prop=Name`, `${at}/b`),
      codes: ['Exec 405 or 406', 'Copy 405 or 406'],
    }),
    commandCase({
      id: 'C-24.21',
      title: 'A property of a node that is not there is answered with 404',
      rule: RULE,
      send: (at) => get(`${at}/none?prop=Name`) + replace(`${at}/none?prop=ACL`, 'Get=*'),
      codes: ['Get 404', 'Replace 404'],
    }),
    {
      id: 'C-24.22',
      title: 'Results for a property name it in their Source',
      rule: 'DM_TND 1.2.1, Addressing',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const reply = await dialogue.say(get(`${at}/a?prop=Name`));
        check.equal(reply.items[0]?.source?.locURI, `${at}/a?prop=Name`, 'LocURI of the Source');
      },
    },
  ],
};

/** Enough changes to bring a 16-bit counter from just below its end over it. */
const LAST_VERSION = 65_535;

export const CHANGES: ClientGroup = {
  id: 'C-26',
  title: 'Size, TStamp and VerNo',
  cases: [
    {
      id: 'C-26.1',
      title: 'Size of a leaf is the number of bytes of its value',
      rule: 'DM_TND 1.2.1, Size',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'zwölf' });
        check.equal(await optional(dialogue, `${at}/a?prop=Size`), '6', 'Size of a text in UTF-8');
        await dialogue.say(replace(`${at}/a`, ''));
        check.equal(await dialogue.read(`${at}/a?prop=Size`), '0', 'Size of an empty text');
      },
    },
    {
      id: 'C-26.2',
      title: 'Size of a bin leaf counts the bytes themselves, not their base64',
      rule: 'DM_TND 1.2.1, Size',
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        await dialogue.say(add(`${at}/a`, 'AAECAw==', { format: 'b64', type: 'application/octet-stream' }));
        check.equal(await optional(dialogue, `${at}/a?prop=Size`), '4', 'Size');
      },
    },
    {
      id: 'C-26.3',
      title: 'TStamp is UTC in the basic form of ISO 8601, and not of the future',
      rule: 'DM_TND 1.2.1, TStamp',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const stamp = await optional(dialogue, `${at}/a?prop=TStamp`);
        check.matches(
          stamp,
          /^\d{4}(0[1-9]|1[0-2])([0-2]\d|3[01])T([01]\d|2[0-3])[0-5]\d[0-6]\dZ$/,
          'TStamp',
        );
      },
    },
    {
      id: 'C-26.4',
      title: 'VerNo changes with the value',
      rule: 'DM_TND 1.2.1, VerNo',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const before = Number(await optional(dialogue, `${at}/a?prop=VerNo`));
        await dialogue.say(replace(`${at}/a`, 'two'));
        const now = Number(await dialogue.read(`${at}/a?prop=VerNo`));
        check.equal(now, (before + 1) % (LAST_VERSION + 1), `VerNo after ${before}`);
      },
    },
    {
      id: 'C-26.5',
      title: 'VerNo does not change by reading',
      rule: 'DM_TND 1.2.1, VerNo',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const before = await optional(dialogue, `${at}/a?prop=VerNo`);
        await dialogue.say(get(`${at}/a`));
        check.equal(await dialogue.read(`${at}/a?prop=VerNo`), before, 'VerNo');
      },
    },
    {
      id: 'C-26.6',
      title: 'After 65535 VerNo begins at 0 again',
      rule: 'DM_TND 1.2.1, VerNo',
      encodings: ['wbxml'],
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: '0' });
        const uri = `${at}/a`;
        let version = Number(await optional(dialogue, `${uri}?prop=VerNo`));
        const bunch = 500;
        while (version < LAST_VERSION) {
          const count = Math.min(bunch, LAST_VERSION - version);
          const items = Array.from({ length: count }, () => replace(uri, 'x')).join('');
          await dialogue.sayOnce(items);
          version += count;
        }
        check.equal(await dialogue.read(`${uri}?prop=VerNo`), String(LAST_VERSION), 'VerNo');
        await dialogue.say(replace(uri, 'y'));
        check.equal(await dialogue.read(`${uri}?prop=VerNo`), '0', 'VerNo after one more change');
      },
    },
  ],
};
