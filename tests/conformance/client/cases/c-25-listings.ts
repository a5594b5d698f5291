import { contentMarkup, type Item, type ReadTndsNode, readTnds, Uri } from '@grove/protocol';
import { NotApplicable } from '../../framework/index.ts';
import { checkCodes } from '../command-case.ts';
import type { Dialogue } from '../dialogue.ts';
import type { Reply } from '../reply.ts';
import type { ClientGroup } from '../stand.ts';
import { get, replace } from '../xml.ts';

const RULE = 'DM_RepPro 1.2.1, Get with list';
const TREE = { a: 'one', b: { c: 'three', d: {} } };

/** Asks for a listing; a client need not have any. */
async function listing(dialogue: Dialogue, uri: string, list: string): Promise<Reply> {
  const reply = await dialogue.say(get(`${uri}?list=${list}`));
  if (reply.codes[0] === 'Get 406') throw new NotApplicable(`the client has no ?list=${list} (406)`);
  return reply;
}

/** Items by their nodes below a place. */
function below(at: string, items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [(item.source?.locURI ?? '').replace(at, ''), item]));
}

export const LISTINGS: ClientGroup = {
  id: 'C-25',
  title: 'Listings',
  cases: [
    {
      id: 'C-25.1',
      title: 'Struct gives one Item for the node and each below it, with their URIs in Source',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        const reply = await listing(dialogue, at, 'Struct');
        check.equal(reply.codes, ['Get 200'], 'statuses');
        check.equal([...below(at, reply.items).keys()].sort(), ['', '/a', '/b', '/b/c', '/b/d'], 'nodes');
      },
    },
    {
      id: 'C-25.2',
      title: 'Struct says of interior nodes that their Format is node, and brings no values',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        const items = below(at, (await listing(dialogue, at, 'Struct')).items);
        check.equal(items.get('/b')?.meta?.format, 'node', 'Format of an interior node');
        check.oneOf(items.get('/a')?.meta?.format, ['chr', undefined], 'Format of a leaf');
        check.equal(items.get('/a')?.data, undefined, 'Data of a leaf');
      },
    },
    {
      id: 'C-25.3',
      title: 'StructData brings the values of the leaves as well',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        const reply = await listing(dialogue, at, 'StructData');
        check.equal([...below(at, reply.items).keys()].sort(), ['', '/a', '/b', '/b/c', '/b/d'], 'nodes');
        check.equal([reply.value(`${at}/a`), reply.value(`${at}/b/c`)], ['one', 'three'], 'values');
      },
    },
    {
      id: 'C-25.4',
      title: 'Struct says the management object identifier of a node',
      rule: RULE,
      async run({ meet }, check) {
        const dialogue = await meet();
        const items = below('./DevInfo', (await listing(dialogue, './DevInfo', 'Struct')).items);
        check.matches(items.get('')?.meta?.type, /^urn:oma:mo:oma-dm-devinfo:1\.\d$/, 'Type of ./DevInfo');
      },
    },
    {
      id: 'C-25.5',
      title: 'A listing leaves out what the server may not Get',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        await dialogue.say(replace(`${at}/b?prop=ACL`, 'Get=com.example.other'));
        const reply = await listing(dialogue, at, 'StructData');
        check.equal(reply.codes, ['Get 200'], 'statuses');
        check.equal([...below(at, reply.items).keys()].sort(), ['', '/a'], 'nodes');
      },
    },
    {
      id: 'C-25.6',
      title: 'A listing of what is not there is answered with 404, of what may not be read with 425',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        await listing(dialogue, at, 'Struct');
        await dialogue.say(replace(`${at}/b?prop=ACL`, 'Get=com.example.other'));
        const codes = await dialogue.codes(get(`${at}/none?list=Struct`) + get(`${at}/b?list=Struct`));
        check.equal(codes, ['Get 404', 'Get 425'], 'statuses');
      },
    },
    {
      id: 'C-25.7',
      title: 'A listing that there is not is answered with 406',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        check.equal(await dialogue.codes(get(`${at}?list=Everything`)), ['Get 406'], 'statuses');
      },
    },
    {
      id: 'C-25.8',
      title: 'Listings are for Get alone',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        checkCodes(check, await dialogue.codes(replace(`${at}/a?list=Struct`, 'x')), ['Replace 405 or 406']);
        check.equal(await dialogue.read(`${at}/a`), 'one', 'value');
      },
    },
    {
      id: 'C-25.9',
      title: 'TNDS gives one Item whose Source is the node, with Format and Type of a serialized tree',
      rule: 'DM_RepPro 1.2.1, Get with list; DM_TNDS 1.2',
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        const reply = await listing(dialogue, at, 'TNDS');
        check.equal(reply.items.length, 1, 'number of Items');
        check.matches(reply.items[0]?.source?.locURI, new RegExp(`^${at.replaceAll('.', '\\.')}`), 'Source');
        const { format, type } = reply.meta(reply.items[0]?.source?.locURI ?? '');
        const isText = format === 'xml' && type.endsWith('+xml');
        const isWbxml = (format === 'bin' || format === 'b64') && type.endsWith('+wbxml');
        check.that(isText || isWbxml, `Format ${format} with Type ${type}`);
        check.matches(type, /^application\/vnd\.syncml\.dmtnds\+(xml|wbxml)$/, 'Type');
      },
    },
    {
      id: 'C-25.10',
      title: 'TNDS holds all nodes with their values and Formats',
      rule: 'DM_TNDS 1.2',
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        const nodes = serialized(await listing(dialogue, at, 'TNDS'), at);
        const found = new Map(nodes.map((node) => [node.uri.replace(at, ''), node]));
        check.equal([...found.keys()].sort(), ['', '/a', '/b', '/b/c', '/b/d'], 'nodes');
        check.equal(found.get('/b/c')?.data, 'three', 'value of a leaf');
      },
    },
    {
      id: 'C-25.11',
      title: 'TNDS-Value leaves out the values',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        const nodes = serialized(await listing(dialogue, at, 'TNDS-Value'), at);
        check.equal(nodes.length, 5, 'number of nodes');
        check.equal(
          nodes.filter(({ data }) => data !== undefined && data !== ''),
          [],
          'nodes with a value',
        );
      },
    },
    {
      id: 'C-25.12',
      title: 'TNDS+ACL+Value brings ACLs and values, and no other property',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        await dialogue.say(replace(`${at}/a?prop=ACL`, 'Get=*'));
        const reply = await listing(dialogue, at, 'TNDS+ACL+Value');
        const nodes = serialized(reply, at);
        const leaf = nodes.find(({ uri }) => uri.endsWith('/a'));
        check.equal([leaf?.acl, leaf?.data], ['Get=*', 'one'], 'ACL and value of a leaf');
        check.equal(leaf?.title, undefined, 'its Title');
      },
    },
    {
      id: 'C-25.13',
      title: 'A TNDS listing that both asks for and leaves out properties is refused',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        await listing(dialogue, at, 'TNDS');
        const codes = await dialogue.codes(get(`${at}?list=TNDS+ACL-Value`));
        checkCodes(check, codes, ['Get 400 or 405 or 406']);
      },
    },
    {
      id: 'C-25.14',
      title: 'TNDS leaves out what the server may not Get',
      rule: RULE,
      async run({ planted }, check) {
        const { dialogue, at } = await planted(TREE);
        await dialogue.say(replace(`${at}/b?prop=ACL`, 'Get=com.example.other'));
        const nodes = serialized(await listing(dialogue, at, 'TNDS'), at);
        check.equal(nodes.length, 2, 'number of nodes');
      },
    },
  ],
};

/** The nodes of the serialized tree in a reply. */
function serialized(reply: Reply, at: string): readonly ReadTndsNode[] {
  const [item] = reply.items;
  const data = item?.data;
  if (data === undefined) return [];
  const markup = contentMarkup(data, reply.meta(item?.source?.locURI ?? '').format);
  return markup === undefined ? [] : readTnds(markup, Uri.parse(at));
}
