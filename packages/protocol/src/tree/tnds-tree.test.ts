import { describe, expect, it } from 'vitest';
import { type ReadTndsNode, readTnds, tndsMarkup } from './tnds.ts';
import { addTnds, replaceTnds } from './tnds-tree.ts';
import { DEVICE, ManagementTree } from './tree.ts';
import { Uri } from './uri.ts';
import type { LeafValue } from './value.ts';

const chr = (data: string): LeafValue => ({ format: 'chr', type: 'text/plain', data });
const empty = (): ManagementTree => new ManagementTree({ ddf: [], now: () => new Date(0) });
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
    expect(() => replaceTnds(tree, `${TARGET}/Name`, nodes, DEVICE)).toThrow(
      expect.objectContaining({ status: 405 }),
    );
    expect(() => replaceTnds(tree, './Nothing', nodes, DEVICE)).toThrow(
      expect.objectContaining({ status: 404 }),
    );
  });
});
