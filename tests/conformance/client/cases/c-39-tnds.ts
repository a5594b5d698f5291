import { contentMarkup, serializeMarkup } from '@grove/protocol';
import { NotApplicable } from '../../framework/index.ts';
import { checkCodes, commandCase } from '../command-case.ts';
import type { ClientGroup } from '../stand.ts';
import { add, atomic, cdata, escaped, get, remove, replace } from '../xml.ts';

const RULE = 'DM_TNDS 1.2; DM_RepPro 1.2.1, Add';
const REPLACE_RULE = 'DM_TNDS 1.2; DM_RepPro 1.2.1, Replace';
const META = { format: 'xml', type: 'application/vnd.syncml.dmtnds+xml' };

const tree = (...nodes: string[]): string =>
  `<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD>${nodes.join('')}</MgmtTree>`;

/** An empty name is that of the Target. */
function interior(name: string, properties: string, ...children: string[]): string {
  return `<Node><NodeName>${name}</NodeName><RTProperties>${properties}<Format><node/></Format><Type/></RTProperties>${children.join('')}</Node>`;
}

function leaf(name: string, value: string, more: { properties?: string; path?: string } = {}): string {
  const path = more.path === undefined ? '' : `<Path>${more.path}</Path>`;
  return `<Node><NodeName>${name}</NodeName>${path}<RTProperties>${more.properties ?? ''}<Format><chr/></Format><Type><MIME>text/plain</MIME></Type></RTProperties><Value>${value}</Value></Node>`;
}

const OBJECT = tree(interior('', '', leaf('a', 'one'), interior('b', '', leaf('c', 'three'))));

export const TNDS: ClientGroup = {
  id: 'C-39',
  title: 'Serialized trees',
  cases: [
    commandCase({
      id: 'C-39.1',
      title: 'Add of a serialized tree in escaped text makes all its nodes, with one Status',
      rule: RULE,
      send: (at) => add(`${at}/new`, escaped(OBJECT), META),
      codes: ['Add 200'],
      after: { new: 'a/b', 'new/a': 'one', 'new/b/c': 'three' },
    }),
    commandCase({
      id: 'C-39.2',
      title: 'So does one in a CDATA section',
      rule: RULE,
      send: (at) => add(`${at}/new`, cdata(OBJECT), META),
      codes: ['Add 200'],
      after: { new: 'a/b', 'new/b/c': 'three' },
    }),
    commandCase({
      id: 'C-39.3',
      title: 'So does one as markup within Data',
      rule: RULE,
      send: (at) => add(`${at}/new`, OBJECT, META),
      codes: ['Add 200'],
      after: { new: 'a/b', 'new/b/c': 'three' },
    }),
    commandCase({
      id: 'C-39.4',
      title: 'When one of its nodes cannot be made, none is',
      rule: RULE,
      given: { new: { a: 'old' } },
      send: (at) => add(at, tree(interior('new', '', leaf('x', 'one'), leaf('a', 'two'))), META),
      codes: ['Add 418'],
      after: { new: 'a', 'new/a': 'old' },
    }),
    commandCase({
      id: 'C-39.5',
      title: 'Replace by a serialized tree takes away what it does not have',
      rule: REPLACE_RULE,
      given: { obj: { a: 'old', gone: 'x' } },
      send: (at) => replace(`${at}/obj`, OBJECT, META),
      codes: ['Replace 200'],
      after: { obj: 'a/b', 'obj/a': 'one', 'obj/b/c': 'three', 'obj/gone': 'status 404' },
    }),
    commandCase({
      id: 'C-39.6',
      title: 'Replace by a serialized tree that cannot be read leaves all as it was',
      rule: REPLACE_RULE,
      given: { obj: { a: 'old' } },
      send: (at) => replace(`${at}/obj`, escaped('<MgmtTree xmlns="syncml:dmddf1.2"><Node>'), META),
      codes: ['Replace 400 or 415'],
      after: { obj: 'a', 'obj/a': 'old' },
    }),
    commandCase({
      id: 'C-39.7',
      title: 'ACLs in the tree are those of its nodes',
      rule: 'DM_TNDS 1.2, RTProperties',
      send: (at) =>
        add(
          `${at}/new`,
          tree(
            interior(
              '',
              '',
              leaf('a', 'one', { properties: '<ACL>Get=*&amp;Replace=com.example.other</ACL>' }),
            ),
          ),
          META,
        ),
      codes: ['Add 200'],
      after: { 'new/a?prop=ACL': 'Get=*&Replace=com.example.other' },
    }),
    commandCase({
      id: 'C-39.8',
      title: 'The Path of a node says below which node it lies',
      rule: 'DM_TNDS 1.2, Path',
      send: (at) =>
        add(`${at}/new`, tree(interior('', '', interior('b', '')), leaf('deep', 'x', { path: 'b' })), META),
      codes: ['Add 200'],
      after: { 'new/b': 'deep', 'new/b/deep': 'x' },
    }),
    commandCase({
      id: 'C-39.9',
      title: 'A Type in the tree gives a node its management object identifier',
      rule: 'DM_TNDS 1.2, RTProperties',
      send: (at) =>
        add(
          `${at}/new`,
          tree(
            '<Node><NodeName/><RTProperties><Format><node/></Format><Type><DDFName>urn:oma:mo:ext-example:1.0</DDFName></Type></RTProperties></Node>',
          ),
          META,
        ),
      codes: ['Add 200'],
      after: { 'new?prop=Type': 'urn:oma:mo:ext-example:1.0' },
    }),
    commandCase({
      id: 'C-39.10',
      title: 'A serialized tree in an Atomic that fails is rolled back',
      rule: 'DM_RepPro 1.2.1, Atomic; DM_TNDS 1.2',
      given: { a: 'one' },
      send: (at) => atomic(add(`${at}/new`, OBJECT, META), replace(`${at}/none`, 'x')),
      codes: ['Atomic 507', 'Add 216', 'Replace 404'],
      after: { '': 'a' },
    }),
    {
      id: 'C-39.11',
      title: 'A serialized tree cannot put nodes where the server may not: nothing is made',
      rule: 'DM_TNDS 1.2; DM_TND 1.2.1, ACL',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ open: {}, closed: {} });
        await dialogue.say(replace(`${at}/closed?prop=ACL`, 'Get=*'));
        const nodes = tree(leaf('a', 'one', { path: 'open' }), leaf('b', 'two', { path: 'closed' }));
        checkCodes(check, await dialogue.codes(add(at, nodes, META)), ['Add 425']);
        check.equal(await dialogue.read(`${at}/open`), '', 'the open place');
        check.equal(await dialogue.read(`${at}/closed`), '', 'the closed place');
      },
    },
    {
      id: 'C-39.12',
      title: 'What ?list=TNDS gives can be put back where it was',
      rule: 'DM_TNDS 1.2',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ obj: { a: 'one', b: { c: 'three' } } });
        const reply = await dialogue.say(get(`${at}/obj?list=TNDS`));
        if (reply.codes[0] === 'Get 406') throw new NotApplicable('the client has no ?list=TNDS (406)');
        const [item] = reply.items;
        const { format } = reply.meta(item?.source?.locURI ?? '');
        const markup = check.found(contentMarkup(item?.data ?? '', format), 'the serialized tree');
        const text = new TextDecoder().decode(serializeMarkup(markup, 'xml'));
        const codes = await dialogue.codes(remove(`${at}/obj`) + add(`${at}/obj`, escaped(text), META));
        check.equal(codes, ['Delete 200', 'Add 200'], 'statuses');
        check.equal(await dialogue.read(`${at}/obj`), 'a/b', 'the children');
        check.equal(await dialogue.read(`${at}/obj/b/c`), 'three', 'a value');
      },
    },
  ],
};
