import { describe, expect, it } from 'vitest';
import { type DdfNode, DEVICE, type ReadTndsNode, validateTree } from './index.ts';
import { chr, openTree } from './tree.testing.ts';

const all = { access: ['Add', 'Delete', 'Get', 'Replace'], types: [] } as const;
const ddf: readonly DdfNode[] = [
  {
    ...all,
    name: 'O',
    format: 'node',
    types: ['urn:o'],
    scope: 'Permanent',
    caseSense: 'CIS',
    children: [
      { ...all, name: 'State', format: 'int', scope: 'Permanent' },
      {
        ...all,
        format: 'node',
        occurrence: { oneOrN: 2 },
        children: [
          { ...all, name: 'Id', format: 'chr', types: ['text/plain'] },
          { ...all, name: 'When', format: 'date', occurrence: 'ZeroOrOne' },
          { ...all, name: 'Ext', format: 'node', occurrence: 'ZeroOrOne' },
        ],
      },
    ],
  },
];

const found = (nodes: Iterable<ReadTndsNode>) =>
  validateTree(ddf, nodes).map(({ uri, rule, status }) => `${uri} ${rule} ${status}`);
const node = (uri: string, type = ''): ReadTndsNode => ({ uri, format: 'node', type });
const leaf = (uri: string, data = '', format: ReadTndsNode['format'] = 'chr', type = ''): ReadTndsNode => ({
  uri,
  format,
  data,
  type,
});

describe('a tree against its description', () => {
  it('has no violation when it is as described', () => {
    const tree = openTree({ ddf });
    tree.add('./O/one/Id', chr('1'), 's');
    tree.add('./O/one/When', { format: 'date', type: '', data: '2001-07-11' }, 's');
    tree.add('./O/one/Ext/Any/Thing', chr('1'), 's');
    expect(validateTree(ddf, tree.list('.', DEVICE))).toEqual([]);
    expect(validateTree(ddf, tree.list('./O/one', DEVICE))).toEqual([]);
    expect(validateTree([], tree.list('.', DEVICE))).toEqual([]);
  });

  it('has one for each thing that is missing or too many', () => {
    expect(found([node('.')])).toEqual(['./O least 404']);
    expect(found([node('./O')])).toEqual(['./O/State least 404', './O/<X> least 404']);
    const state = leaf('./O/State', '1', 'int');
    const instances = ['a', 'b', 'c'].flatMap((name) => [node(`./O/${name}`), leaf(`./O/${name}/Id`)]);
    expect(found([node('./O'), state, ...instances])).toEqual(['./O/c most 420']);
    expect(found([node('./O'), state, node('./O/a')])).toEqual(['./O/a/Id least 404']);
  });

  it('has one for each node that is not what it should be', () => {
    const id = leaf('./O/a/Id');
    expect(
      found([
        node('./O', 'urn:other'),
        leaf('./O/State', 'many', 'int'),
        node('./O/a'),
        { ...id, type: 'text/html' },
        leaf('./O/a/When', '2001-07-11'),
        leaf('./O/a/Ext'),
        leaf('./O/a/Other'),
        node('./O/A'),
        { ...id, uri: './O/A/Id' },
        leaf('./Else'),
      ]),
    ).toEqual([
      './O type 415',
      './O/A name 418',
      './O/State value 415',
      './O/a/Id type 415',
      './O/a/When format 415',
      './O/a/Ext format 415',
      './O/a/Other unknown 405',
      './Else unknown 405',
    ]);
  });

  it('is judged by the limits of the device, and says what was expected', () => {
    expect(validateTree(ddf, [node('./O/a'), leaf('./O/a/Id')], { maxDepth: 2 })).toEqual([
      {
        uri: './O/a/Id',
        rule: 'limits',
        status: 414,
        found: './O/a/Id: URI of 3 segments, at most 2 allowed',
        expected: 'a shorter URI',
      },
    ]);
    expect(validateTree(ddf, [leaf('./O/State', 'many', 'int')])).toMatchObject([
      { found: 'many', expected: expect.stringContaining('a whole number from') },
    ]);
  });
});
