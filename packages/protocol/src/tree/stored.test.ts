import { describe, expect, it } from 'vitest';
import {
  DEVICE,
  type LeafValue,
  ManagementTree,
  ROOT_ACL,
  serializeTnds,
  type TreeSnapshot,
  Uri,
} from './index.ts';

const image: LeafValue = { format: 'bin', type: 'x/image', data: { stored: 'sha-1', size: 2 ** 30 } };
const refused = (status: number) => expect.objectContaining({ status });
const make = (snapshot?: TreeSnapshot): ManagementTree =>
  new ManagementTree({
    ddf: [],
    now: () => new Date(0),
    capacity: { nodes: 9, bytes: 8 + ROOT_ACL.length },
    snapshot,
  });

describe('a value that is kept outside the tree', () => {
  it('has properties, is copied as a reference, and does not count as bytes of the tree', () => {
    const tree = make();
    tree.add('./A', image, DEVICE);
    tree.copy('./A', './B', DEVICE);
    tree.replace('./A', { format: 'chr', type: '', data: 'small' }, DEVICE);
    expect(tree.get('./B', DEVICE)).toEqual(image);
    const property = (name: string) => (tree.get(`./B?prop=${name}`, DEVICE) as LeafValue).data;
    expect(['Size', 'Format', 'Type', 'VerNo'].map(property)).toEqual(['1073741824', 'bin', 'x/image', '0']);
    tree.replace('./A', image, DEVICE);
    expect(tree.get('./A?prop=VerNo', DEVICE)).toMatchObject({ data: '2' });
    expect(() => tree.replace('./A?prop=Title', image, DEVICE)).toThrow(refused(413));
  });

  it('comes back from a snapshot', () => {
    const tree = make();
    tree.add('./A', image, DEVICE);
    const snapshot = JSON.parse(JSON.stringify(tree.snapshot())) as TreeSnapshot;
    expect(make(snapshot).get('./A', DEVICE)).toEqual(image);
    const odd = { name: 'A', format: 'bin', data: { stored: 'x', size: -1 } } as const;
    expect(() => make({ version: 1, root: { name: '', children: [odd] } })).toThrow('node ./A: data');
  });

  it('may be bytes or text, and nothing that has a form of its own', () => {
    const tree = make();
    tree.add('./T', { ...image, format: 'xml' }, DEVICE);
    tree.add('./B', { ...image, format: 'b64' }, DEVICE);
    expect(tree.get('./B', DEVICE)).toEqual(image);
    expect(() => tree.add('./I', { ...image, format: 'int' }, DEVICE)).toThrow(refused(415));
  });

  it('can be left out of a serialized tree, not written', () => {
    const tree = make();
    tree.add('./A', image, DEVICE);
    const write = (query: string) => {
      const uri = Uri.parse(`./A?list=TNDS${query}`);
      return serializeTnds(tree.list('./A', DEVICE), uri.node, 'xml', uri.list?.filter);
    };
    expect(() => write('')).toThrow(refused(413));
    expect(new TextDecoder().decode(write('-Value'))).toContain('<NodeName>A</NodeName>');
  });
});
