import { describe, expect, it } from 'vitest';
import { type DdfNode, DEVICE, type LeafValue, ManagementTree } from './index.ts';

const URN = 'urn:oma:mo:example:1.0';
const MANAGE = ['Add', 'Copy', 'Delete', 'Get', 'Replace'] as const;
const chr = (data: string): LeafValue => ({ format: 'chr', type: '', data });

const DDF: readonly DdfNode[] = [
  {
    name: 'Info',
    access: ['Get'],
    format: 'node',
    types: ['urn:oma:mo:info:1.0'],
    scope: 'Permanent',
    children: [
      {
        name: 'Model',
        access: ['Get'],
        format: 'chr',
        types: ['text/plain'],
        scope: 'Permanent',
        defaultValue: 'One',
      },
      { name: 'Free', access: ['Get', 'Replace'], format: 'int', types: [], scope: 'Permanent' },
    ],
  },
  {
    path: './Vendor/Apps',
    access: MANAGE,
    format: 'node',
    types: [URN],
    occurrence: { zeroOrN: 2 },
    children: [
      { name: 'Id', access: ['Get'], format: 'chr', types: [] },
      { name: 'Secret', access: ['Replace'], format: 'chr', types: [] },
      { name: 'Ext', access: ['Add', 'Get'], format: 'node', types: [] },
    ],
  },
  {
    name: 'Inbox',
    access: ['Add'],
    format: 'node',
    types: ['urn:oma:mo:oma-dm-inbox:1.0'],
    scope: 'Permanent',
  },
];

function make(): ManagementTree {
  const tree = new ManagementTree({ ddf: DDF, now: () => new Date(0) });
  tree.replace('.?prop=ACL', chr('Add=*&Delete=*&Exec=*&Get=*&Replace=*'), DEVICE);
  return tree;
}
const refused = (status: number) => expect.objectContaining({ status });

describe('a described tree', () => {
  it('has its permanent nodes from the start, with their types and default values', () => {
    const tree = make();
    expect(tree.get('.', 's')).toEqual({ children: ['Info', 'Vendor', 'Inbox'] });
    expect(tree.get('./Info/Model', 's')).toEqual({ format: 'chr', type: 'text/plain', data: 'One' });
    expect(tree.get('./Info/Free', 's')).toEqual({ format: 'int', type: 'text/plain', data: '0' });
    expect(tree.find('urn:oma:mo:info:1.0')).toEqual(['./Info']);
  });

  it('keeps permanent nodes', () => {
    const tree = make();
    expect(() => tree.delete('./Info', 's')).toThrow(refused(405));
    expect(() => tree.replace('./Info/Model?prop=Name', chr('M'), 's')).toThrow(refused(405));
    expect(() => tree.add('./Info/More', chr(''), 's')).toThrow(refused(405));
    expect(() => tree.add('./Other', chr(''), 's')).toThrow(refused(405));
  });

  it('lets servers do what AccessType says, and the device more', () => {
    const tree = make();
    expect(() => tree.replace('./Info/Model', chr('Two'), 's')).toThrow(refused(405));
    expect(() => tree.replace('./Info/Free', chr('many'), 's')).toThrow(refused(415));
    tree.replace('./Info/Free', chr('5'), 's');
    tree.replace('./Info/Model', chr('Two'), DEVICE);
    expect([...tree.list('./Info', 's')].map(({ data }) => data)).toEqual([undefined, 'Two', '5']);
  });

  it('gives new instances their identifier, and no more of them than may be', () => {
    const tree = make();
    tree.add('./Vendor/Apps/A/Id', chr('a'), 's');
    tree.add('./Vendor/Apps/B', 'node', 's');
    expect(tree.find(URN)).toEqual(['./Vendor/Apps/A', './Vendor/Apps/B']);
    expect(() => tree.add('./Vendor/Apps/C', 'node', 's')).toThrow(refused(420));
    expect(() => tree.add('./Vendor/Apps/B/Id', 'node', 's')).toThrow(refused(415));
    expect(() => tree.add('./Vendor/Apps/B/Other/Deep', chr(''), 's')).toThrow(
      expect.objectContaining({ status: 405, uri: './Vendor/Apps/B/Other' }),
    );
    tree.delete('./Vendor/Apps/A', 's');
    tree.add('./Vendor/Apps/C', 'node', 's');
  });

  it('hides what has no Get', () => {
    const tree = make();
    tree.add('./Vendor/Apps/A/Secret', chr('word'), 's');
    tree.replace('./Vendor/Apps/A/Secret', chr('words'), 's');
    expect(() => tree.get('./Vendor/Apps/A/Secret', 's')).toThrow(refused(405));
    expect(() => tree.copy('./Vendor/Apps/A/Secret', './Vendor/Apps/A/Id', 's')).toThrow(refused(405));
    expect([...tree.list('./Vendor/Apps/A', 's')].map(({ uri }) => uri)).toEqual(['./Vendor/Apps/A']);
    expect(tree.get('./Vendor/Apps/A/Secret', DEVICE)).toMatchObject({ data: 'words' });
  });

  it('is open below an interior node without described children, by the AccessType of that node', () => {
    const tree = make();
    tree.add('./Vendor/Apps/A/Ext/Any/Thing', chr('x'), 's');
    expect(tree.get('./Vendor/Apps/A/Ext/Any/Thing', 's')).toMatchObject({ data: 'x' });
    expect(() => tree.delete('./Vendor/Apps/A/Ext/Any', 's')).toThrow(refused(405));
    tree.add('./Inbox/Account/Name', chr('x'), 's');
    expect(() => tree.get('./Inbox', 's')).toThrow(refused(405));
    expect(() => tree.get('./Inbox/Account/Name', 's')).toThrow(refused(405));
  });
});

describe('a tree', () => {
  it('takes many children without growing slow', () => {
    const tree = new ManagementTree({ ddf: [], now: () => new Date(0) });
    for (let index = 0; index < 20_000; index++) tree.add(`./Wide/${index}`, chr('x'), DEVICE);
    for (let index = 0; index < 20_000; index++) tree.replace(`./Wide/${index}`, chr('y'), DEVICE);
    expect([...tree.list('./Wide', DEVICE)]).toHaveLength(20_001);
  });

  it('forgets a server in every ACL, and keeps one on its root', () => {
    const tree = new ManagementTree({ ddf: [], now: () => new Date(0) });
    tree.add('./A/B', chr('x'), DEVICE);
    tree.replace('./A?prop=ACL', chr('Get=a+b&Replace=a'), DEVICE);
    tree.replace('./A/B?prop=ACL', chr('Get=a'), DEVICE);
    tree.replace('.?prop=ACL', chr('Get=a'), DEVICE);
    tree.removeServer('a');
    expect([...tree.list('.', DEVICE)].map(({ acl }) => acl)).toEqual(['Add=*&Get=*', 'Get=b', '']);
  });
});
