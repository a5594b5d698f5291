import { describe, expect, it } from 'vitest';
import { type DdfNode, DEVICE, type LeafValue, ManagementTree } from './index.ts';
import { chr, openTree, property, statusOf } from './tree.testing.ts';

const URN = 'urn:oma:mo:example:1.0';
const MANAGE = ['Add', 'Copy', 'Delete', 'Get', 'Replace'] as const;

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

const make = (): ManagementTree => openTree({ ddf: DDF });
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
});

const describedBy = (node: Partial<DdfNode>, ...below: Partial<DdfNode>[]): DdfNode => ({
  name: 'O',
  access: MANAGE,
  format: 'node',
  types: [],
  scope: 'Permanent',
  ...node,
  ...(below.length === 0
    ? {}
    : { children: below.map((each) => ({ access: MANAGE, format: 'chr', types: [], ...each })) }),
});

describe('instances', () => {
  const tree = (occurrence: DdfNode['occurrence']) =>
    openTree({ ddf: [describedBy({}, { format: 'node', occurrence })] });
  const add = (to: ManagementTree, name: string) => statusOf(() => to.add(`./O/${name}`, 'node', 's'));
  const remove = (from: ManagementTree, name: string) => statusOf(() => from.delete(`./O/${name}`, 's'));

  it.each<[DdfNode['occurrence'], number[], number]>([
    ['One', [200, 420], 405],
    [undefined, [200, 420], 405],
    ['ZeroOrOne', [200, 420], 200],
    ['ZeroOrMore', [200, 200, 200, 200], 200],
    ['OneOrMore', [200, 200, 200, 200], 405],
    [{ zeroOrN: 2 }, [200, 200, 420], 200],
    [{ oneOrN: 3 }, [200, 200, 200, 420], 405],
  ])('of %o are added with %o, and the last is deleted with %i', (occurrence, added, last) => {
    const to = tree(occurrence);
    expect(added.map((_, index) => add(to, String(index)))).toEqual(added);
    for (const [name, status] of added.entries())
      if (name > 0 && status === 200) expect(remove(to, String(name))).toBe(200);
    expect(remove(to, '0')).toBe(last);
  });

  it('are put where a node of their identifier belongs', () => {
    const at = openTree({
      ddf: [describedBy({ path: './V' }, { format: 'node', types: [URN], occurrence: 'ZeroOrMore' })],
    });
    expect(at.home(URN)).toBe('./V/O/1');
    at.add('./V/O/1', 'node', 's');
    expect(at.home(URN)).toBe('./V/O/2');
    expect(at.home('urn:other')).toBeUndefined();
    expect(make().home('urn:oma:mo:info:1.0')).toBe('./Info');
  });
});

describe('permanent nodes', () => {
  const ddf = [
    describedBy(
      {},
      {
        format: 'node',
        occurrence: 'ZeroOrMore',
        children: [
          {
            name: 'State',
            access: ['Get'],
            format: 'int',
            types: [],
            scope: 'Permanent',
            defaultValue: '10',
          },
          {
            name: 'Set',
            access: MANAGE,
            format: 'node',
            types: [],
            scope: 'Permanent',
            acl: 'Get=*&Replace=*',
            children: [{ name: 'L', access: MANAGE, format: 'chr', types: [] }],
          },
        ],
      },
    ),
  ];

  it('come and go with the node above them, and only with it', () => {
    const tree = openTree({ ddf });
    tree.add('./O/X', 'node', 's');
    expect(tree.get('./O/X', 's')).toEqual({ children: ['State', 'Set'] });
    expect(tree.get('./O/X/State', 's')).toMatchObject({ format: 'int', data: '10' });
    expect(property(tree, './O/X/Set', 'ACL')).toBe('Get=*&Replace=*');
    expect(statusOf(() => tree.add('./O/X/State', chr('1'), 's'))).toBe(418);
    expect(statusOf(() => tree.delete('./O/X/State', 's'))).toBe(405);
    expect(statusOf(() => tree.delete('./O/X', 's'))).toBe(200);
    expect(statusOf(() => tree.add('./O/Y/State', chr('1'), 's'))).toBe(418);
    expect(tree.has('./O/Y')).toBe(false);
    tree.add('./O/Y/Set/L', chr('1'), 's');
    expect(tree.get('./O/Y', 's')).toEqual({ children: ['State', 'Set'] });
    tree.delete('./O/Y/State', DEVICE);
    expect(statusOf(() => tree.add('./O/Y/State', chr('1'), 's'))).toBe(405);
  });

  it('have an empty value of their format where the default is none', () => {
    const leaf = (name: string, format: DdfNode['format'], defaultValue?: string): Partial<DdfNode> => ({
      name,
      format,
      defaultValue,
      scope: 'Permanent',
    });
    const tree = openTree({
      ddf: [
        describedBy(
          {},
          leaf('a', 'int', 'many'),
          leaf('b', 'b64', 'AAH/'),
          leaf('c', 'bin', '%'),
          leaf('d', 'bool'),
        ),
      ],
    });
    const values = ['a', 'b', 'c', 'd'].map((name) => (tree.get(`./O/${name}`, 's') as LeafValue).data);
    expect(values).toEqual(['0', Uint8Array.of(0, 1, 255), new Uint8Array(), 'false']);
  });
});

describe('names of which the case does not matter', () => {
  const ddf = [
    describedBy(
      { caseSense: 'CIS' },
      { name: 'Named', scope: 'Permanent' },
      { format: 'node', occurrence: { zeroOrN: 2 }, children: [] },
      { name: 'Exact', format: 'node', scope: 'Permanent', caseSense: 'CS' },
    ),
  ];

  it('are found, and kept as they were spelled first', () => {
    const tree = openTree({ ddf });
    tree.replace('./o/NAMED', chr('x'), 's');
    tree.add('./O/Inst/Leaf', chr('1'), 's');
    expect(tree.get('./O', 's')).toEqual({ children: ['Named', 'Exact', 'Inst'] });
    expect(tree.get('./o/iNST/lEAF', 's')).toMatchObject({ data: '1' });
    expect(property(tree, './o/INST', 'Name')).toBe('Inst');
    tree.replace('./O/INST/leaf', chr('2'), 's');
    tree.add('./O/INST/Other', chr('3'), 's');
    expect([...tree.list('./o', 's')].map(({ uri }) => uri)).toEqual([
      './O',
      './O/Named',
      './O/Exact',
      './O/Inst',
      './O/Inst/Leaf',
      './O/Inst/Other',
    ]);
    tree.delete('./O/inst/OTHER', 's');
    expect(tree.get('./O/Inst', 's')).toEqual({ children: ['Leaf'] });
  });

  it('clash', () => {
    const tree = openTree({ ddf });
    tree.add('./O/One', 'node', 's');
    expect(statusOf(() => tree.add('./O/ONE', 'node', 's'))).toBe(418);
    tree.add('./O/Two', 'node', 's');
    expect(statusOf(() => tree.replace('./O/Two?prop=Name', chr('oNE'), 's'))).toBe(418);
    expect(statusOf(() => tree.replace('./O/Two?prop=Name', chr('TWO'), 's'))).toBe(200);
    expect(tree.get('./O', 's')).toEqual({ children: ['Named', 'Exact', 'One', 'TWO'] });
  });

  it('are exact again where the description says so, and where it says nothing', () => {
    const tree = openTree({ ddf: [...ddf, describedBy({ name: 'P' })] });
    tree.add('./O/Exact/a', chr('1'), 's');
    expect(statusOf(() => tree.get('./O/Exact/A', 's'))).toBe(404);
    expect(statusOf(() => tree.get('./O/exact', 's'))).toBe(404);
    expect(statusOf(() => tree.get('./p', 's'))).toBe(404);
  });
});

describe('copying', () => {
  const ddf = [
    describedBy(
      {},
      { name: 'From' },
      { name: 'To' },
      { name: 'Int', format: 'int' },
      { name: 'Secret', access: ['Add', 'Copy', 'Replace'] },
      { name: 'Fixed', access: ['Add', 'Get', 'Replace'] },
      { name: 'Read', access: ['Get'], scope: 'Permanent' },
      { name: 'Node', format: 'node', scope: 'Permanent' },
    ),
  ];
  const tree = (): ManagementTree => {
    const made = openTree({ ddf });
    for (const name of ['From', 'Secret', 'Fixed']) made.add(`./O/${name}`, chr('value'), 's');
    made.add('./O/Int', { format: 'int', type: '', data: '1' }, 's');
    return made;
  };

  it.each([
    ['From', 'To', 200],
    ['Int', 'To', 403],
    ['From', 'Int', 403],
    ['From', 'Node', 403],
    ['Node', 'To', 403],
    ['From', 'Read', 405],
    ['From', 'Other', 405],
    ['Fixed', 'To', 405],
    ['Secret', 'To', 405],
    ['None', 'To', 404],
    ['From', 'From', 200],
  ])('%s to %s is answered with %i', (from, to, status) => {
    const made = tree();
    const before = made.snapshot();
    expect(statusOf(() => made.copy(`./O/${from}`, `./O/${to}`, 's'))).toBe(status);
    if (status !== 200) expect(made.snapshot()).toEqual(before);
    else expect(made.get(`./O/${to}`, 's')).toMatchObject({ data: 'value' });
  });

  it('takes Get at its source, and Add or Replace at its target', () => {
    const made = tree();
    made.replace('./O?prop=ACL', chr('Get=s+t&Add=t'), DEVICE);
    expect(statusOf(() => made.copy('./O/From', './O/To', 's'))).toBe(425);
    expect(statusOf(() => made.copy('./O/From', './O/To', 't'))).toBe(200);
    expect(statusOf(() => made.copy('./O/From', './O/To', 't'))).toBe(425);
    expect(statusOf(() => made.copy('./O/From', './O/To', 'u'))).toBe(425);
  });
});
