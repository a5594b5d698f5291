import { describe, expect, it } from 'vitest';
import { DEVICE, type LeafValue, ManagementTree, ROOT_ACL, type TreeSnapshot } from './index.ts';
import { statusOf } from './tree.testing.ts';

const now = (): Date => new Date('2001-07-11T16:38:17Z');
const chr = (data: string): LeafValue => ({ format: 'chr', type: 'text/plain', data });

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
    expect(statusOf(() => tree.delete('.', DEVICE))).toBe(405);
    expect(statusOf(() => tree.delete('./A/C', DEVICE))).toBe(404);
  });

  it('stop at the capacity of the device', () => {
    const tree = new ManagementTree({ ddf: [], now, capacity: { nodes: 4, bytes: 10 + ROOT_ACL.length } });
    tree.add('./A', chr('12345678'), DEVICE);
    expect(statusOf(() => tree.add('./B', chr('123'), DEVICE))).toBe(420);
    tree.delete('./A', DEVICE);
    expect(statusOf(() => tree.add('./B', chr('123'), DEVICE))).toBe(200);
    expect(statusOf(() => tree.add('./C/D/E/F', 'node', DEVICE))).toBe(420);
    expect(tree.has('./C')).toBe(false);
  });
});

function planted(): ManagementTree {
  const tree = new ManagementTree({ ddf: [], now });
  for (const name of ['Node1', 'Node2']) tree.add(`./NodeA/${name}`, chr(name), DEVICE);
  tree.add('./NodeB', 'node', DEVICE);
  return tree;
}

describe('a transaction', () => {
  it('that fails leaves the tree as it was', () => {
    const tree = planted();
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
    const tree = planted();
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
