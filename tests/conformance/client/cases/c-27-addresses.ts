import { NotApplicable } from '../../framework/index.ts';
import { checkCodes, commandCase } from '../command-case.ts';
import type { Dialogue } from '../dialogue.ts';
import type { ClientGroup } from '../stand.ts';
import { add, addNode, get, replace } from '../xml.ts';

const RULE = 'DM_TND 1.2.1, Addressing';
const LIMITS = 'DM_StdObj 1.2.1, DevDetail URI; DM_RepPro 1.2.1, Response status codes';

type Limit = 'MaxDepth' | 'MaxTotLen' | 'MaxSegLen';

/** A limit that the client declares; where it declares none, there is nothing to exceed. */
async function limit(dialogue: Dialogue, name: Limit): Promise<number> {
  const value = Number(await dialogue.read(`./DevDetail/URI/${name}`));
  if (!(value > 0)) throw new NotApplicable(`./DevDetail/URI/${name} declares no limit`);
  return value;
}

const segments = (uri: string): number => uri.split('/').filter((name) => name !== '.').length;

/** A URI of this many characters below a place, without a segment that is too long. */
function longUri(at: string, length: number, segment: number): string {
  let uri = at;
  while (uri.length < length) {
    const left = length - uri.length - 1;
    const next = Math.min(segment, left - segment === 1 ? segment - 2 : left);
    uri += `/${'x'.repeat(Math.max(1, next))}`;
  }
  return uri;
}

export const ADDRESSES: ClientGroup = {
  id: 'C-27',
  title: 'Addresses',
  cases: [
    commandCase({
      id: 'C-27.1',
      title: 'A URI without ./ at its start is that of the same node',
      rule: RULE,
      given: { a: 'one' },
      send: (at) => replace(`${at.slice(2)}/a`, 'two'),
      codes: ['Replace 200'],
      after: { a: 'two' },
    }),
    commandCase({
      id: 'C-27.2',
      title: 'The case of names is kept',
      rule: RULE,
      send: (at) => addNode(`${at}/MixedCase`) + add(`${at}/MixedCase/LeaF`, 'x'),
      codes: ['Add 200', 'Add 200'],
      after: { '': 'MixedCase', MixedCase: 'LeaF' },
    }),
    {
      id: 'C-27.3',
      title: 'Names that differ in case alone are of two nodes, or the second is answered with 418',
      rule: 'DM_TND 1.2.1, Addressing; DM_DDF 1.2, CaseSense',
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ name: 'one' });
        const codes = await dialogue.codes(add(`${at}/NAME`, 'two'));
        checkCodes(check, codes, ['Add 200 or 418']);
        const both = codes[0] === 'Add 200';
        check.equal(await dialogue.read(`${at}/name`), 'one', 'the first');
        check.equal(await dialogue.read(`${at}/NAME`), both ? 'two' : 'one', 'the second');
      },
    },
    commandCase({
      id: 'C-27.4',
      title: 'Names may have characters beyond ASCII, in UTF-8',
      rule: RULE,
      send: (at) => add(`${at}/Größe-名前`, 'x'),
      codes: ['Add 200'],
      after: { 'Größe-名前': 'x', '': 'Größe-名前' },
    }),
    commandCase({
      id: 'C-27.5',
      title: 'Names may have blanks, dots and percent signs, which stand for themselves',
      rule: RULE,
      send: (at) => add(`${at}/a b`, '1') + add(`${at}/c.d`, '2') + add(`${at}/e%20f`, '3'),
      codes: ['Add 200', 'Add 200', 'Add 200'],
      after: { 'a b': '1', 'c.d': '2', 'e%20f': '3' },
    }),
    commandCase({
      id: 'C-27.6',
      title: '../ leads nowhere',
      rule: RULE,
      given: { a: 'one', b: {} },
      send: (at) => get(`${at}/b/../a`) + replace(`${at}/b/../a`, 'two'),
      codes: ['Get 400 or 404 or 405 or 414', 'Replace 400 or 404 or 405 or 414'],
      after: { a: 'one' },
    }),
    commandCase({
      id: 'C-27.7',
      title: 'An empty segment is refused',
      rule: RULE,
      given: { a: {} },
      send: (at) => add(`${at}/a//b`, 'x'),
      codes: ['Add 400 or 404 or 405 or 500'],
      after: { a: '' },
    }),
    {
      id: 'C-27.8',
      title: 'A segment longer than MaxSegLen is answered with 414',
      rule: LIMITS,
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const most = await limit(dialogue, 'MaxSegLen');
        const codes = await dialogue.codes(
          add(`${at}/${'x'.repeat(most + 1)}`, 'x') + get(`${at}/${'x'.repeat(most + 1)}`),
        );
        check.equal(codes, ['Add 414', 'Get 414'], 'statuses');
        check.equal(await dialogue.read(at), '', 'the place afterwards');
      },
    },
    {
      id: 'C-27.9',
      title: 'A segment as long as MaxSegLen is taken',
      rule: LIMITS,
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const name = 'x'.repeat(await limit(dialogue, 'MaxSegLen'));
        const total = Number(await dialogue.read('./DevDetail/URI/MaxTotLen'));
        if (total > 0 && at.length + 1 + name.length > total) {
          throw new NotApplicable('such a URI is longer than MaxTotLen');
        }
        check.equal(await dialogue.codes(add(`${at}/${name}`, 'x')), ['Add 200'], 'statuses');
        check.equal(await dialogue.read(at), name, 'the place afterwards');
      },
    },
    {
      id: 'C-27.10',
      title: 'A URI longer than MaxTotLen is answered with 414',
      rule: LIMITS,
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const most = await limit(dialogue, 'MaxTotLen');
        const uri = longUri(at, most + 3, 30);
        check.equal(await dialogue.codes(get(uri) + add(uri, 'x')), ['Get 414', 'Add 414'], 'statuses');
      },
    },
    {
      id: 'C-27.11',
      title: 'So is the URI of a property, of which the query counts as well',
      rule: LIMITS,
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const most = await limit(dialogue, 'MaxTotLen');
        const uri = longUri(at, most - 4, 30);
        check.equal(await dialogue.codes(get(`${uri}?prop=Format`)), ['Get 414'], 'statuses');
      },
    },
    {
      id: 'C-27.12',
      title: 'A URI with more segments than MaxDepth is answered with 414',
      rule: LIMITS,
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const most = await limit(dialogue, 'MaxDepth');
        const uri = at + '/d'.repeat(most + 1 - segments(at));
        check.equal(await dialogue.codes(get(uri) + add(uri, 'x')), ['Get 414', 'Add 414'], 'statuses');
      },
    },
    {
      id: 'C-27.13',
      title: 'A URI with as many segments as MaxDepth is taken',
      rule: LIMITS,
      async run({ planted }, check) {
        const { dialogue, at } = await planted();
        const most = await limit(dialogue, 'MaxDepth');
        let uri = at;
        for (let depth = segments(at); depth < most; depth++) {
          uri += '/d';
          check.equal(await dialogue.codes(addNode(uri)), ['Add 200'], 'statuses');
        }
      },
    },
    {
      id: 'C-27.14',
      title: 'A node cannot be renamed to more than MaxSegLen: 414',
      rule: LIMITS,
      async run({ planted }, check) {
        const { dialogue, at } = await planted({ a: 'one' });
        const most = await limit(dialogue, 'MaxSegLen');
        const codes = await dialogue.codes(replace(`${at}/a?prop=Name`, 'x'.repeat(most + 1)));
        check.equal(codes, ['Replace 414'], 'statuses');
        check.equal(await dialogue.read(`${at}/a`), 'one', 'value');
      },
    },
    {
      id: 'C-27.15',
      title: 'The limits are 16-bit numbers in decimal',
      rule: 'DM_StdObj 1.2.1, DevDetail URI',
      async run({ meet }, check) {
        const dialogue = await meet();
        for (const name of ['MaxDepth', 'MaxTotLen', 'MaxSegLen']) {
          const value = await dialogue.read(`./DevDetail/URI/${name}`);
          check.that(/^\d{1,5}$/.test(value) && Number(value) <= 65_535, `${name} is ${value}`);
        }
      },
    },
  ],
};
