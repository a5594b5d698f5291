import { describe, expect, it } from 'vitest';
import {
  type DdfNode,
  DEVICE,
  type LeafValue,
  LockedError,
  ManagementTree,
  replaceTnds,
  type TreeSnapshot,
  USER,
} from './index.ts';

const URN = 'urn:oma:mo:oma-mms:1.3';
const ALL = ['Add', 'Copy', 'Delete', 'Exec', 'Get', 'Replace'] as const;
const DDF: readonly DdfNode[] = [
  {
    path: './MMS',
    access: ALL,
    format: 'node',
    types: [URN],
    occurrence: 'ZeroOrMore',
    children: [
      { name: 'Addr', access: ALL, format: 'chr', types: [], occurrence: 'One' },
      { name: 'Ext', access: ALL, format: 'node', types: [], occurrence: 'ZeroOrOne' },
    ],
  },
  { name: 'DevInfo', access: ALL, format: 'node', types: ['urn:x:devinfo:1.0'], scope: 'Permanent' },
];

const text = (data: string): LeafValue => ({ format: 'chr', type: 'text/plain', data });

function make(snapshot?: TreeSnapshot): ManagementTree {
  const tree = new ManagementTree({ ddf: DDF, now: () => new Date(1e12), snapshot });
  if (snapshot !== undefined) return tree;
  for (const name of ['One', 'Two']) {
    tree.add(`./MMS/${name}`, { format: 'node', type: URN, data: '' }, DEVICE);
    tree.add(`./MMS/${name}/Addr`, text(`http://${name}.example`), DEVICE);
  }
  tree.replace('./MMS?prop=ACL', text('Add=*&Delete=*&Get=*&Replace=*'), DEVICE);
  return tree;
}
const set = (
  tree: ManagementTree,
  uri: string,
  value = 'true',
  as: Parameters<ManagementTree['get']>[1] = 'opco',
) => tree.replace(uri, text(value), as);
const read = (tree: ManagementTree, uri: string): unknown => (tree.get(uri, 'opco') as LeafValue).data;
const withStatus = (status: number) => expect.objectContaining({ status });

describe('Active, Default and Locked', () => {
  it('are properties of the root of an instance, by ACL, as text', () => {
    const tree = make();
    expect(tree.get('./MMS/One?prop=Active', 'opco')).toEqual(text('false'));
    set(tree, './MMS/One?prop=Active', ' TRUE ');
    expect(read(tree, './MMS/One?prop=Active')).toBe('true');
    tree.replace('./MMS/One?prop=ACL', text('Get=opco'), DEVICE);
    expect(() => set(tree, './MMS/One?prop=Active', 'false')).toThrow(withStatus(425));
    expect(() => tree.get('./MMS/One?prop=Active', 'other')).toThrow(withStatus(425));
    expect(() => set(tree, './MMS/Two?prop=Active', 'yes')).toThrow(withStatus(400));
  });

  it.each(['./MMS', './MMS/One/Addr', './DevInfo', '.'])('are no properties of %s', (uri) => {
    const tree = make();
    expect(() => tree.get(`${uri}?prop=Active`, DEVICE)).toThrow(withStatus(405));
    expect(() => set(tree, `${uri}?prop=Active`, 'true', DEVICE)).toThrow(withStatus(405));
  });

  it('are not there on a device without them', () => {
    const tree = new ManagementTree({
      ddf: DDF,
      now: () => new Date(1e12),
      snapshot: make().snapshot(),
      instanceState: false,
    });
    expect(() => tree.get('./MMS/One?prop=Default', 'opco')).toThrow(withStatus(406));
    expect(() => set(tree, './MMS/One?prop=Locked')).toThrow(withStatus(406));
  });

  it('go on in a snapshot, of which older ones have none', () => {
    const tree = make();
    expect(JSON.stringify(tree.snapshot())).not.toContain('"state"');
    set(tree, './MMS/One?prop=Active');
    set(tree, './MMS/One?prop=Locked');
    expect(make(tree.snapshot()).instances(URN)[0]).toEqual({
      uri: './MMS/One',
      urn: URN,
      active: true,
      default: false,
      lockedBy: 'opco',
    });
    for (const state of [{ active: false }, { lockedBy: '' }, 'locked', null]) {
      const text = JSON.stringify(tree.snapshot()).replace(
        /"state":\{[^}]*\}/,
        `"state":${JSON.stringify(state)}`,
      );
      expect(() => make(JSON.parse(text) as TreeSnapshot)).toThrow('./MMS/One');
    }
  });

  it('change the version of both instances that a change concerns', () => {
    const tree = make();
    set(tree, './MMS/One?prop=Active');
    const before = read(tree, './MMS/One?prop=VerNo');
    set(tree, './MMS/Two?prop=Active');
    expect(Number(read(tree, './MMS/One?prop=VerNo'))).toBe(Number(before) + 1);
    expect(read(tree, './MMS/One?prop=Active')).toBe('false');
  });
});

describe('the instance in use', () => {
  it('is the Default one where none is Active, also when the Active one was deleted', () => {
    const tree = make();
    set(tree, './MMS/Two?prop=Default');
    expect(tree.instanceInUse(URN)?.uri).toBe('./MMS/Two');
    set(tree, './MMS/One?prop=Active');
    expect(tree.instanceInUse(URN)?.uri).toBe('./MMS/One');
    tree.delete('./MMS/One', USER);
    expect(tree.instanceInUse(URN)?.uri).toBe('./MMS/Two');
  });
});

describe('a locked instance', () => {
  const changes: [string, (tree: ManagementTree, as: 'other' | typeof USER) => void][] = [
    ['a value', (tree, as) => tree.replace('./MMS/One/Addr', text('x'), as)],
    ['a node more', (tree, as) => tree.add('./MMS/One/Ext', 'node', as)],
    ['its name', (tree, as) => tree.replace('./MMS/One?prop=Name', text('Three'), as)],
    ['its title', (tree, as) => tree.replace('./MMS/One?prop=Title', text('x'), as)],
    ['its deletion', (tree, as) => tree.delete('./MMS/One', as)],
    ['its lock', (tree, as) => set(tree, './MMS/One?prop=Locked', 'false', as)],
    ['its being Active', (tree, as) => set(tree, './MMS/One?prop=Active', 'false', as)],
    ['another being Active', (tree, as) => set(tree, './MMS/Two?prop=Active', 'true', as)],
    ['a value that is copied', (tree, as) => tree.copy('./MMS/Two/Addr', './MMS/One/Addr', as)],
  ];

  it.each(changes)('is closed for others, and not for who has locked it: %s', (_, change) => {
    for (const as of ['other', USER] as const) {
      const tree = make();
      set(tree, './MMS/One?prop=Active');
      set(tree, './MMS/One?prop=Locked');
      const before = tree.snapshot();
      expect(() => change(tree, as)).toThrow(expect.objectContaining({ status: 425, lockedBy: 'opco' }));
      expect(tree.snapshot()).toEqual(before);
      set(tree, './MMS/One?prop=Locked', 'false');
      change(tree, as);
    }
  });

  it('is open for the authority that has locked it', () => {
    for (const [, change] of changes) {
      const tree = make();
      set(tree, './MMS/One?prop=Locked', 'true', 'other');
      expect(() => change(tree, 'other')).not.toThrow();
    }
  });

  it('keeps its ACL and its sub-tree from another authority', () => {
    const tree = make();
    set(tree, './MMS/One?prop=Locked');
    expect(() => set(tree, './MMS/One?prop=ACL', 'Get=*', 'other')).toThrow(LockedError);
    const nodes = [{ uri: './MMS/One/Addr', format: 'chr', data: 'x' }] as const;
    expect(() => replaceTnds(tree, './MMS/One', nodes, 'other')).toThrow(LockedError);
    replaceTnds(tree, './MMS/One', nodes, 'opco');
    expect(read(tree, './MMS/One/Addr')).toBe('x');
    expect(read(tree, './MMS/One?prop=Locked')).toBe('true');
  });

  it('is kept when a node above it is to be deleted', () => {
    const tree = new ManagementTree({ ddf: [], now: () => new Date(1e12) });
    set(tree, '.?prop=ACL', 'Add=*&Get=*&Replace=opco', DEVICE);
    tree.add('./A/B/One', { format: 'node', type: URN, data: '' }, DEVICE);
    set(tree, './A/B/One?prop=Locked', 'true', 'opco');
    expect(() => tree.delete('./A', USER)).toThrow(LockedError);
    expect(() => tree.replace('./A?prop=Name', text('Z'), USER)).toThrow(LockedError);
  });

  it('is locked by an authority alone, and no more once that manages the device no more', () => {
    const tree = make();
    for (const as of [USER, DEVICE] as const)
      expect(() => set(tree, './MMS/One?prop=Locked', 'true', as)).toThrow(withStatus(405));
    set(tree, './MMS/One?prop=Locked');
    tree.removeServer('opco');
    tree.delete('./MMS/One', USER);
    expect(tree.has('./MMS/One')).toBe(false);
  });
});

describe('the user', () => {
  it('changes values whatever ACLs and AccessTypes say, and no ACLs and nothing permanent', () => {
    const tree = make();
    tree.replace('./MMS?prop=ACL', text('Get=opco'), DEVICE);
    tree.replace('./MMS/One/Addr', text('mine'), USER);
    expect(read(tree, './MMS/One/Addr')).toBe('mine');
    expect(() => tree.replace('./MMS/One?prop=ACL', text('Get=*'), USER)).toThrow(withStatus(405));
    expect(() => tree.delete('./DevInfo', USER)).toThrow(withStatus(405));
  });
});
