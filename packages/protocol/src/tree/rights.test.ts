import { describe, expect, it } from 'vitest';
import { DEVICE, ManagementTree, ROOT_ACL, type TreeSnapshot } from './index.ts';
import { chr, property, statusOf } from './tree.testing.ts';

const now = (): Date => new Date(0);
const bare = (): ManagementTree => new ManagementTree({ ddf: [], now });
const setAcl = (tree: ManagementTree, uri: string, acl: string, as: string): number =>
  statusOf(() => tree.replace(`${uri}?prop=ACL`, chr(acl), as));

/** The example of DM_TND 1.2, "ACL example". */
function exampleTree(): ManagementTree {
  const leaf = (name: string, acl = '') => ({ name, acl, data: name });
  const snapshot: TreeSnapshot = {
    version: 1,
    root: {
      name: '',
      acl: ROOT_ACL,
      children: [
        {
          name: 'NodeA',
          acl: 'Get=ServerC&Replace=ServerC',
          children: [leaf('Node1', 'Get=*'), leaf('Node2')],
        },
        {
          name: 'NodeB',
          acl: 'Get=ServerA&Replace=ServerA',
          children: [
            {
              name: 'Node3',
              acl: 'Get=ServerB&Replace=ServerB&Delete=ServerB',
              children: [leaf('Node4'), leaf('Node5', 'Get=ServerA&Replace=ServerA')],
            },
          ],
        },
      ],
    },
  };
  return new ManagementTree({ ddf: [], now, snapshot });
}

describe('the example tree', () => {
  const servers = ['ServerA', 'ServerB', 'ServerC', 'ServerX'];

  it('lets every server read Node1, and only ServerC change its ACL in one step', () => {
    for (const server of servers) {
      expect(exampleTree().get('./NodeA/Node1', server)).toMatchObject({ data: 'Node1' });
      const status = server === 'ServerC' ? 200 : 425;
      expect(setAcl(exampleTree(), './NodeA/Node1', 'Get=*&Replace=ServerC', server)).toBe(status);
    }
  });

  it('lets no server delete or replace Node1 directly, and ServerC in two steps', () => {
    for (const server of servers) {
      expect(statusOf(() => exampleTree().delete('./NodeA/Node1', server))).toBe(425);
      expect(statusOf(() => exampleTree().replace('./NodeA/Node1', chr(''), server))).toBe(425);
    }
    const tree = exampleTree();
    expect(setAcl(tree, './NodeA/Node1', 'Get=*&Replace=ServerC', 'ServerC')).toBe(200);
    expect(statusOf(() => tree.replace('./NodeA/Node1', chr('new'), 'ServerC'))).toBe(200);
  });

  it('shows ACLs as they are set, and none where a node inherits', () => {
    expect(exampleTree().get('./NodeA/Node1?prop=ACL', 'ServerX')).toMatchObject({ data: 'Get=*' });
    expect(exampleTree().get('./NodeB/Node3/Node4?prop=ACL', 'ServerB')).toMatchObject({ data: '' });
  });

  it('lets ServerA replace Node5, by its own ACL and not by that of its parent', () => {
    expect(statusOf(() => exampleTree().replace('./NodeB/Node3/Node5', chr('x'), 'ServerA'))).toBe(200);
    expect(statusOf(() => exampleTree().replace('./NodeB/Node3/Node5', chr('x'), 'ServerB'))).toBe(425);
    expect(statusOf(() => exampleTree().replace('./NodeB/Node3/Node4', chr('x'), 'ServerB'))).toBe(200);
    expect(statusOf(() => exampleTree().replace('./NodeB/Node3/Node4', chr('x'), 'ServerA'))).toBe(425);
  });
});

describe('an ACL', () => {
  it('is inherited only as a whole', () => {
    const tree = exampleTree();
    // Node3 says nothing of Add, and NodeB above it does not help.
    expect(setAcl(tree, './NodeB', 'Add=ServerB&Get=*', 'ServerA')).toBe(200);
    expect(statusOf(() => tree.add('./NodeB/Node3/New', chr(''), 'ServerB'))).toBe(425);
    expect(setAcl(tree, './NodeB/Node3', '', 'ServerB')).toBe(200);
    expect(statusOf(() => tree.add('./NodeB/Node3/New', chr(''), 'ServerB'))).toBe(200);
  });

  it('of an interior node is changed with Replace on it or on its parent', () => {
    expect(setAcl(exampleTree(), './NodeB/Node3', 'Get=*', 'ServerB')).toBe(200);
    expect(setAcl(exampleTree(), './NodeB/Node3', 'Get=*', 'ServerA')).toBe(200);
    expect(setAcl(exampleTree(), './NodeB/Node3', 'Get=*', 'ServerC')).toBe(425);
  });

  it('of a leaf is changed with Replace on its parent alone', () => {
    // ServerA may replace Node5, and nothing of Node3; it may take Node3 over first.
    const tree = exampleTree();
    expect(setAcl(tree, './NodeB/Node3/Node5', 'Get=*', 'ServerA')).toBe(425);
    expect(setAcl(tree, './NodeB/Node3/Node5', 'Get=*', 'ServerB')).toBe(200);
    expect(setAcl(tree, './NodeB/Node3', 'Replace=ServerA', 'ServerA')).toBe(200);
    expect(setAcl(tree, './NodeB/Node3/Node5', 'Get=ServerA', 'ServerA')).toBe(200);
  });

  it('gives everything to * where names stand beside it', () => {
    const tree = exampleTree();
    expect(setAcl(tree, './NodeA', 'Get=ServerC+*', 'ServerC')).toBe(200);
    expect(property(tree, './NodeA', 'ACL')).toBe('Get=*');
    expect(statusOf(() => tree.get('./NodeA', 'ServerX'))).toBe(200);
  });

  it.each([
    ['Get=', 400],
    ['get=*', 400],
    ['Copy=*', 400],
    ['Get=a b', 400],
    [`Get=${'x'.repeat(5000)}`, 420],
  ])('%.10s is refused with %i, and leaves the one before', (acl, status) => {
    const tree = exampleTree();
    expect(setAcl(tree, './NodeA', acl, 'ServerC')).toBe(status);
    expect(property(tree, './NodeA', 'ACL')).toBe('Get=ServerC&Replace=ServerC');
  });

  it('counts against the capacity of the device', () => {
    const tree = new ManagementTree({ ddf: [], now, capacity: { nodes: 9, bytes: 30 } });
    tree.add('./A', 'node', DEVICE);
    expect(statusOf(() => tree.replace('./A?prop=ACL', chr('Get=a-long-server-id'), DEVICE))).toBe(420);
    expect(statusOf(() => tree.replace('./A?prop=Title', chr('x'.repeat(20)), DEVICE))).toBe(420);
    expect(statusOf(() => tree.replace('./A?prop=ACL', chr('Get=a'), DEVICE))).toBe(200);
  });
});

describe("the root's ACL", () => {
  it('lets every server read and add by default, and none replace', () => {
    const tree = bare();
    expect(property(tree, '.', 'ACL')).toBe('Add=*&Get=*');
    expect(setAcl(tree, '.', 'Add=*&Get=*&Replace=a', 'a')).toBe(425);
  });

  it('is changed by who may, but keeps Add for all', () => {
    const tree = bare();
    tree.replace('.?prop=ACL', chr('Add=*&Get=*&Replace=a'), DEVICE);
    expect(setAcl(tree, '.', 'Add=a&Get=*', 'a')).toBe(405);
    expect(setAcl(tree, '.', '', 'a')).toBe(405);
    expect(setAcl(tree, '.', 'Add=*&Replace=a', 'a')).toBe(200);
  });
});

describe('the creator of an interior node', () => {
  it('gets rights on it when it may not replace the parent', () => {
    const tree = bare();
    tree.add('./New', 'node', 'a');
    expect(property(tree, './New', 'ACL')).toBe('Add=*&Get=*&Delete=a&Replace=a');
    tree.add('./New/Leaf', chr('1'), 'a');
    expect(property(tree, './New/Leaf', 'ACL')).toBe('');
    expect(statusOf(() => tree.replace('./New/Leaf', chr('2'), 'a'))).toBe(200);
    expect(statusOf(() => tree.replace('./New/Leaf', chr('3'), 'b'))).toBe(425);
    expect(statusOf(() => tree.delete('./New', 'b'))).toBe(425);
  });

  it('gets them once, on the outermost node that was made on the way', () => {
    const tree = bare();
    tree.add('./One/Two/Three', chr('1'), 'a');
    expect(property(tree, './One', 'ACL')).toBe('Add=*&Get=*&Delete=a&Replace=a');
    expect([property(tree, './One/Two', 'ACL'), property(tree, './One/Two/Three', 'ACL')]).toEqual(['', '']);
    expect(setAcl(tree, './One/Two/Three', 'Get=a', 'a')).toBe(200);
  });

  it('gets none when it may replace the parent, nor on a leaf', () => {
    const tree = bare();
    tree.add('./Leaf', chr(''), 'a');
    expect(property(tree, './Leaf', 'ACL')).toBe('');
    tree.replace('.?prop=ACL', chr('Add=*&Get=*&Replace=a'), DEVICE);
    tree.add('./New', 'node', 'a');
    expect(property(tree, './New', 'ACL')).toBe('');
  });
});

describe('a server that is removed', () => {
  it('is in no ACL any more, and leaves the defaults at the root', () => {
    const tree = bare();
    tree.add('./A/B', chr('x'), DEVICE);
    tree.replace('./A?prop=ACL', chr('Get=a+b&Replace=a'), DEVICE);
    tree.replace('./A/B?prop=ACL', chr('Get=a'), DEVICE);
    tree.replace('.?prop=ACL', chr('Add=a&Get=a+b&Replace=a'), DEVICE);
    tree.removeServer('a');
    // Nobody may replace at the root: * would hand the whole tree to whoever comes first.
    expect(['.', './A', './A/B'].map((uri) => property(tree, uri, 'ACL'))).toEqual([
      'Add=*&Get=b',
      'Get=b',
      '',
    ]);
    tree.replace('.?prop=ACL', chr('Replace=b'), DEVICE);
    tree.removeServer('b');
    expect(property(tree, '.', 'ACL')).toBe(ROOT_ACL);
  });
});
