import { describe, expect, it } from 'vitest';
import type { DdfNode } from './ddf.ts';
import { DEVICE } from './rights.ts';
import { type ReadTndsNode, readTnds, tndsMarkup } from './tnds.ts';
import { addTnds, replaceTnds } from './tnds-tree.ts';
import { ManagementTree } from './tree.ts';
import { Uri } from './uri.ts';
import type { LeafValue } from './value.ts';

const chr = (data: string): LeafValue => ({ format: 'chr', type: 'text/plain', data });
const empty = (): ManagementTree => new ManagementTree({ ddf: [], now: () => new Date(0) });
const refused = (status: number) => expect.objectContaining({ status });
const TARGET = './Vendor/App';

function grown(): ManagementTree {
  const tree = empty();
  tree.add(TARGET, { format: 'node', type: 'urn:oma:mo:example:1.0', data: '' }, DEVICE);
  tree.add(`${TARGET}/Name`, chr('A & <B>'), DEVICE);
  tree.add(`${TARGET}/Key`, { format: 'bin', type: 'x/y', data: Uint8Array.of(0, 255) }, DEVICE);
  tree.replace(`${TARGET}?prop=ACL`, chr('Get=*&Replace=s&Delete=s&Add=s'), DEVICE);
  tree.replace(`${TARGET}/Name?prop=Title`, chr('What it is called'), DEVICE);
  return tree;
}

/** The sub-tree as another device reads it. */
function sent(tree: ManagementTree): ReadTndsNode[] {
  const target = Uri.parse(TARGET);
  return readTnds(tndsMarkup(tree.list(TARGET, DEVICE), target), target);
}

describe('a serialized tree', () => {
  it('gives another tree the same nodes, ACLs and titles', () => {
    const tree = empty();
    addTnds(tree, sent(grown()), DEVICE);
    const nodes = (of: ManagementTree) => [...of.list(TARGET, DEVICE)].map(({ verNo: _, ...node }) => node);
    expect(nodes(tree)).toEqual(nodes(grown()));
  });

  it('is added wholly or not at all', () => {
    const tree = empty();
    tree.add(`${TARGET}/Key`, chr(''), DEVICE);
    const before = tree.snapshot();
    expect(() => addTnds(tree, sent(grown()).slice(1), DEVICE)).toThrow(
      expect.objectContaining({ status: 418, uri: `${TARGET}/Key` }),
    );
    expect(tree.snapshot()).toEqual(before);
  });

  it('replaces what is below a node, by the rights of the server', () => {
    const tree = grown();
    tree.add(`${TARGET}/Old`, chr('x'), DEVICE);
    const nodes = sent(grown());
    expect(() => replaceTnds(tree, TARGET, nodes, 'other')).toThrow(expect.objectContaining({ status: 425 }));
    replaceTnds(tree, TARGET, nodes, 's');
    expect(tree.get(TARGET, 's')).toEqual({ children: ['Name', 'Key'] });
    expect(() => replaceTnds(tree, './Nothing', nodes, DEVICE)).toThrow(
      expect.objectContaining({ status: 404 }),
    );
  });

  it('replaces a leaf by a leaf, and nothing else', () => {
    const tree = grown();
    const at = `${TARGET}/Name`;
    replaceTnds(tree, at, [{ uri: at, format: 'chr', type: 'text/plain', data: 'B', title: 'T' }], 's');
    expect([...tree.list(at, DEVICE)]).toMatchObject([{ data: 'B', title: 'T' }]);
    const below: ReadTndsNode = { uri: `${at}/X`, format: 'chr', data: '' };
    expect(() => replaceTnds(tree, at, [below], 's')).toThrow(refused(405));
    expect(() => replaceTnds(tree, TARGET, [{ uri: TARGET, format: 'chr', data: '' }], 's')).toThrow(
      refused(405),
    );
  });

  it('is added with ACLs only as its server might set them one by one', () => {
    const tree = empty();
    const leaf: ReadTndsNode = { uri: './L', format: 'chr', data: '', acl: 'Get=*&Replace=s' };
    // Whoever may add to the root, may not replace what is there: a leaf's ACL is its parent's business.
    expect(() => addTnds(tree, [leaf], 's')).toThrow(refused(425));
    expect(tree.has('./L')).toBe(false);
    const branch: ReadTndsNode = { uri: './B', format: 'node', acl: 'Get=other' };
    addTnds(tree, [branch, { ...leaf, uri: './B/L' }], 's');
    expect(tree.get('./B/L?prop=ACL', DEVICE)).toMatchObject({ data: 'Get=*&Replace=s' });
    expect(() => tree.get('./B', 's')).toThrow(refused(425));
  });

  it('leaves permanent nodes where they are, with what it says of them', () => {
    const access = ['Add', 'Delete', 'Get', 'Replace'] as const;
    const permanent = { access, types: [], scope: 'Permanent' } as const;
    const ddf: DdfNode[] = [
      {
        ...permanent,
        name: 'O',
        format: 'node',
        children: [
          { ...permanent, name: 'Fixed', format: 'chr' },
          { ...permanent, name: 'Known', format: 'chr', access: ['Get'] },
          { access, types: [], format: 'node', occurrence: 'OneOrMore' },
        ],
      },
    ];
    const tree = new ManagementTree({ ddf, now: () => new Date(0) });
    tree.replace('.?prop=ACL', chr('Add=*&Delete=*&Get=*&Replace=*'), DEVICE);
    tree.add('./O/one', 'node', 's');
    const fixed: ReadTndsNode = { uri: './O/Fixed', format: 'chr', data: 'new' };
    const known: ReadTndsNode = { uri: './O/Known', format: 'chr', data: '' };
    expect(() => replaceTnds(tree, './O', [fixed, known], 's')).toThrow(refused(405));
    replaceTnds(tree, './O', [fixed, known, { uri: './O/two', format: 'node' }], 's');
    expect([...tree.list('./O', 's')].map(({ uri, data }) => [uri, data])).toEqual([
      ['./O', undefined],
      ['./O/Fixed', 'new'],
      ['./O/Known', ''],
      ['./O/two', undefined],
    ]);
    expect(() => replaceTnds(tree, './O', [known, { uri: './O/two', format: 'node' }], 's')).toThrow(
      refused(405),
    );
    const other = [fixed, { ...known, data: 'x' }, { uri: './O/two', format: 'node' as const }];
    expect(() => replaceTnds(tree, './O', other, 's')).toThrow(refused(405));
    expect(tree.has('./O/two')).toBe(true);
  });
});
