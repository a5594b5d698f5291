import { describe, expect, it } from 'vitest';
import { DEVICE, type LeafValue, ManagementTree, ROOT_ACL, TreeError, type TreeSnapshot } from './index.ts';

const now = (): Date => new Date('2001-07-11T16:38:17Z');
const chr = (data: string): LeafValue => ({ format: 'chr', type: 'text/plain', data });

/** The status that a command fails with; 200 when it does not. */
function statusOf(work: () => unknown): number {
  try {
    work();
    return 200;
  } catch (error) {
    if (error instanceof TreeError) return error.status;
    throw error;
  }
}

/** The example tree of DM_TND 1.2 on ACLs. */
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
            { name: 'Node3', acl: 'Get=ServerB&Replace=ServerB&Delete=ServerB', children: [leaf('Node4')] },
            leaf('Node5', 'Get=ServerB'),
          ],
        },
      ],
    },
  };
  return new ManagementTree({ ddf: [], now, snapshot });
}

describe('access control lists', () => {
  it.each([
    ['everyone may read Node1', 200, (t: ManagementTree) => t.get('./NodeA/Node1', 'ServerX')],
    ['nobody but ServerC may read Node2', 425, (t: ManagementTree) => t.get('./NodeA/Node2', 'ServerX')],
    ['nobody may delete Node1', 425, (t: ManagementTree) => t.delete('./NodeA/Node1', 'ServerC')],
    ['nobody may replace Node1', 425, (t: ManagementTree) => t.replace('./NodeA/Node1', chr('x'), 'ServerC')],
    [
      'ServerC may change the ACL of Node1 by its right on the parent',
      200,
      (t: ManagementTree) => t.replace('./NodeA/Node1?prop=ACL', chr('Get=*&Replace=ServerC'), 'ServerC'),
    ],
    [
      'a right on a leaf is none on its ACL',
      425,
      (t: ManagementTree) => t.replace('./NodeB/Node3/Node4?prop=ACL', chr('Get=*'), 'ServerA'),
    ],
    [
      'ServerB may change the ACL of its interior node',
      200,
      (t: ManagementTree) => t.replace('./NodeB/Node3?prop=ACL', chr('Get=*'), 'ServerB'),
    ],
    [
      'a malformed ACL is refused',
      400,
      (t: ManagementTree) => t.replace('./NodeA?prop=ACL', chr('Get='), 'ServerC'),
    ],
    [
      'ServerB may delete Node3 with all below',
      200,
      (t: ManagementTree) => t.delete('./NodeB/Node3', 'ServerB'),
    ],
    ['the root may not be deleted', 405, (t: ManagementTree) => t.delete('.', DEVICE)],
  ])('%s (%i)', (_title, status, work) => {
    expect(statusOf(() => work(exampleTree()))).toBe(status);
  });

  it('shows the ACL of a node that has none as empty, not the inherited one', () => {
    expect(exampleTree().get('./NodeB/Node3/Node4?prop=ACL', 'ServerB')).toEqual(chr(''));
  });

  it('gives the creator of an interior node rights on it when its parent gives none', () => {
    const tree = new ManagementTree({ ddf: [], now });
    tree.add('./New', 'node', 'ServerA');
    tree.add('./New/Leaf', chr('1'), 'ServerA');
    tree.replace('./New/Leaf', chr('2'), 'ServerA');
    expect(statusOf(() => tree.replace('./New/Leaf', chr('3'), 'ServerB'))).toBe(425);
    expect(tree.get('./New/Leaf', 'ServerB')).toEqual(chr('2'));
  });
});

describe('commands', () => {
  it('have the status that DM gives to each failure', () => {
    const tree = new ManagementTree({ ddf: [], now });
    tree.add('./A/B/Leaf', chr('value'), DEVICE);
    expect(tree.get('./A', DEVICE)).toEqual({ children: ['B'] });
    expect(statusOf(() => tree.add('./A/B', 'node', DEVICE))).toBe(418);
    expect(statusOf(() => tree.add('./A/B/Leaf/X', chr(''), DEVICE))).toBe(405);
    expect(statusOf(() => tree.replace('./A/C', chr(''), DEVICE))).toBe(404);
    expect(statusOf(() => tree.replace('./A/B', chr(''), DEVICE))).toBe(405);
    expect(statusOf(() => tree.get('./A/B?prop=Size', DEVICE))).toBe(406);
    expect(statusOf(() => tree.replace('./A/B?prop=Format', chr('chr'), DEVICE))).toBe(405);
    expect(statusOf(() => tree.add(`./${'x/'.repeat(80)}x`, chr(''), DEVICE))).toBe(414);
    expect(statusOf(() => tree.add('./N', { format: 'int', type: '', data: 'many' }, DEVICE))).toBe(415);
    expect(statusOf(() => tree.copy('./A', './Z', DEVICE))).toBe(403);
    expect(statusOf(() => tree.checkExec('./Nothing', 'ServerA'))).toBe(404);
  });

  it('rename by the property Name, and refuse the name of a sibling', () => {
    const tree = new ManagementTree({ ddf: [], now });
    tree.add('./A/One', chr('1'), DEVICE);
    tree.add('./A/Two', chr('2'), DEVICE);
    expect(statusOf(() => tree.replace('./A/One?prop=Name', chr('Two'), DEVICE))).toBe(418);
    tree.replace('./A/One?prop=Name', chr('Three'), DEVICE);
    expect(tree.get('./A/Three', DEVICE)).toEqual(chr('1'));
    expect(tree.has('./A/One')).toBe(false);
  });

  it('keep the properties of a leaf up to date', () => {
    const tree = new ManagementTree({ ddf: [], now });
    tree.add('./A', chr('grün'), DEVICE);
    tree.replace('./A', chr('grüner'), DEVICE);
    const property = (name: string) => (tree.get(`./A?prop=${name}`, DEVICE) as LeafValue).data;
    expect([property('Size'), property('VerNo'), property('TStamp')]).toEqual(['7', '1', '20010711T163817Z']);
  });

  it('stop at the capacity of the device', () => {
    const tree = new ManagementTree({ ddf: [], now, capacity: { nodes: 4, bytes: 10 } });
    tree.add('./A', chr('12345678'), DEVICE);
    expect(statusOf(() => tree.add('./B', chr('123'), DEVICE))).toBe(420);
    tree.delete('./A', DEVICE);
    expect(statusOf(() => tree.add('./B', chr('123'), DEVICE))).toBe(200);
    expect(statusOf(() => tree.add('./C/D/E/F', 'node', DEVICE))).toBe(420);
    expect(tree.has('./C')).toBe(false);
  });
});

describe('a transaction', () => {
  it('that fails leaves the tree as it was', () => {
    const tree = exampleTree();
    const before = JSON.stringify(tree.snapshot());
    const fail = () =>
      tree.transaction(() => {
        tree.add('./NodeA/New', chr('x'), DEVICE);
        tree.delete('./NodeB', DEVICE);
        tree.replace('./NodeA/Node1', chr('y'), DEVICE);
        tree.get('./NodeB', DEVICE);
      });
    expect(statusOf(fail)).toBe(404);
    expect(JSON.stringify(tree.snapshot())).toBe(before);
  });

  it('that succeeds is kept, and a snapshot restores it', () => {
    const tree = exampleTree();
    tree.transaction(() =>
      tree.add('./NodeA/New', { format: 'bin', type: 'x/y', data: new Uint8Array([1, 2]) }, DEVICE),
    );
    const snapshot = JSON.parse(JSON.stringify(tree.snapshot())) as TreeSnapshot;
    const restored = new ManagementTree({ ddf: [], now, snapshot });
    expect(restored.get('./NodeA/New', DEVICE)).toEqual({
      format: 'bin',
      type: 'x/y',
      data: new Uint8Array([1, 2]),
    });
    expect(restored.snapshot()).toEqual(tree.snapshot());
  });
});
