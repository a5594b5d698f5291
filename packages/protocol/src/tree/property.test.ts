import { describe, expect, it } from 'vitest';
import { DEVICE, ManagementTree, type TreeSnapshot } from './index.ts';
import { chr, openTree, property, statusOf } from './tree.testing.ts';
import { NODE_PROPERTIES } from './uri.ts';

describe('properties', () => {
  it('are there as soon as a node is', () => {
    const tree = openTree();
    tree.add('./A/L', { format: 'bin', type: 'image/png', data: new Uint8Array(300) }, 's');
    const of = (uri: string) =>
      Object.fromEntries(
        NODE_PROPERTIES.map((name) => [name, statusOf(() => tree.get(`${uri}?prop=${name}`, 's'))]),
      );
    expect(of('./A/L')).toEqual(Object.fromEntries(NODE_PROPERTIES.map((name) => [name, 200])));
    expect(of('./A')).toEqual({ ...of('./A/L'), Size: 406 });
    expect(NODE_PROPERTIES.map((name) => property(tree, './A/L', name))).toEqual([
      '',
      'bin',
      'L',
      '300',
      '',
      '20010711T163817Z',
      'image/png',
      '0',
    ]);
    expect(property(tree, './A', 'Format')).toBe('node');
    expect(property(tree, '.', 'Name')).toBe('.');
  });

  it.each(['Format', 'Size', 'TStamp', 'Type', 'VerNo'])('%s is for the device to set', (name) => {
    const tree = openTree();
    tree.add('./L', chr('x'), 's');
    expect(statusOf(() => tree.replace(`./L?prop=${name}`, chr('1'), 's'))).toBe(405);
  });

  it('take Get and Replace alone, and exist only on what exists', () => {
    const tree = openTree();
    tree.add('./L', chr('x'), 's');
    expect(statusOf(() => tree.add('./L?prop=Title', chr(''), 's'))).toBe(405);
    expect(statusOf(() => tree.delete('./L?prop=Title', 's'))).toBe(405);
    expect(statusOf(() => tree.copy('./L?prop=Title', './M', 's'))).toBe(405);
    expect(statusOf(() => tree.copy('./L', './M?prop=Title', 's'))).toBe(405);
    expect(statusOf(() => tree.checkExec('./L?prop=Title', 's'))).toBe(405);
    expect(statusOf(() => tree.get('./L?prop=Colour', 's'))).toBe(406);
    expect(statusOf(() => tree.replace('./L?prop=Colour', chr(''), 's'))).toBe(406);
    expect(statusOf(() => tree.get('./M?prop=Title', 's'))).toBe(404);
    expect(statusOf(() => tree.replace('./M?prop=ACL', chr(''), 's'))).toBe(404);
  });

  it('follow the ACL of their node', () => {
    const tree = openTree();
    tree.add('./L', chr('x'), 's');
    tree.replace('./L?prop=ACL', chr('Get=reader&Replace=writer'), DEVICE);
    expect(statusOf(() => tree.get('./L?prop=Type', 'writer'))).toBe(425);
    expect(statusOf(() => tree.replace('./L?prop=Title', chr(''), 'reader'))).toBe(425);
    expect(statusOf(() => tree.replace('./L?prop=Title', chr('T'), 'writer'))).toBe(200);
  });

  it('Title has 255 bytes at most', () => {
    const tree = openTree();
    tree.add('./L', chr('x'), 's');
    expect(statusOf(() => tree.replace('./L?prop=Title', chr(`x${'ü'.repeat(127)}`), 's'))).toBe(200);
    expect(statusOf(() => tree.replace('./L?prop=Title', chr('ü'.repeat(128)), 's'))).toBe(413);
    expect(property(tree, './L', 'Title')).toHaveLength(128);
  });

  it('Format and Type follow the value', () => {
    const tree = openTree();
    tree.add('./L', { format: 'b64', type: 'a/b', data: 'AAH/' }, 's');
    expect([property(tree, './L', 'Format'), property(tree, './L', 'Size')]).toEqual(['bin', '3']);
    tree.replace('./L', { format: 'int', type: '', data: '7' }, 's');
    expect([property(tree, './L', 'Format'), property(tree, './L', 'Type')]).toEqual(['int', 'text/plain']);
  });
});

describe('VerNo and TStamp', () => {
  const ofAll = (tree: ManagementTree) => ['.', './A', './A/L'].map((uri) => property(tree, uri, 'VerNo'));

  it('tell of changes to a value, to a property and to a list of children', () => {
    let time = 1e12;
    const tree = openTree({ now: () => new Date(time) });
    tree.add('./A/L', chr('1'), 's');
    const [root] = ofAll(tree);
    expect(ofAll(tree)).toEqual([root, '0', '0']);
    const changes: [string, string, string[]][] = [
      ['./A/L', 'value', [`${root}`, '0', '1']],
      ['./A/L?prop=Title', 'title', [`${root}`, '0', '2']],
      ['./A/L?prop=ACL', 'Get=*&Replace=*', [`${root}`, '0', '3']],
      ['./A?prop=Title', 'title', [`${root}`, '1', '3']],
    ];
    for (const [uri, text, versions] of changes) {
      time += 1000;
      tree.replace(uri, chr(text), 's');
      expect([uri, ofAll(tree)]).toEqual([uri, versions]);
      const node = uri.split('?', 1)[0] as string;
      expect(property(tree, node, 'TStamp')).toBe(new Date(time).toISOString().replace(/[-:]|\.\d+/g, ''));
    }
    tree.add('./A/M', chr('1'), 's');
    tree.delete('./A/M', 's');
    expect(ofAll(tree)).toEqual([root, '3', '3']);
    tree.replace('./A/L?prop=Name', chr('N'), 's');
    expect([property(tree, './A', 'VerNo'), property(tree, './A/N', 'VerNo')]).toEqual(['4', '4']);
  });

  it('wraps behind FFFF', () => {
    const last = { verNo: 0xffff };
    const children = [
      { name: 'L', ...last },
      { name: 'I', ...last, children: [] },
    ];
    const snapshot: TreeSnapshot = { version: 1, root: { name: '', children } };
    const tree = new ManagementTree({ ddf: [], now: () => new Date(0), snapshot });
    expect(property(tree, './L', 'VerNo')).toBe('65535');
    tree.replace('./L', chr('x'), DEVICE);
    tree.add('./I/New', chr('x'), DEVICE);
    expect([property(tree, './L', 'VerNo'), property(tree, './I', 'VerNo')]).toEqual(['0', '0']);
  });
});

describe('the property Name', () => {
  it('renames a node with all below it, for who may replace it', () => {
    const tree = openTree();
    tree.add('./A/B/L', chr('1'), 's');
    tree.replace('./A/B?prop=Name', chr('C'), 's');
    expect(tree.get('./A/C/L', 's')).toMatchObject({ data: '1' });
    expect(tree.has('./A/B')).toBe(false);
    tree.replace('./A?prop=ACL', chr('Get=*'), DEVICE);
    expect(statusOf(() => tree.replace('./A/C?prop=Name', chr('D'), 's'))).toBe(425);
  });

  it.each([
    ['./A/B', 'C', 418],
    ['./A/B', 'B', 200],
    ['./A/B', 'x/y', 400],
    ['./A/B', '', 400],
    ['./A/B', '..', 400],
    ['.', 'root', 405],
    ['./A/N', 'B', 404],
  ])('of %s as "%s" is answered with %i', (uri, name, status) => {
    const tree = openTree();
    tree.add('./A/B', chr('1'), 's');
    tree.add('./A/C', chr('2'), 's');
    expect(statusOf(() => tree.replace(`${uri}?prop=Name`, chr(name), 's'))).toBe(status);
  });

  it('may not make a URI, of the node or of one below it, too long for the device', () => {
    const tree = openTree({ limits: { maxTotLen: 20, maxSegLen: 12 } });
    tree.add('./A/LeafBelow', chr('1'), 's');
    expect(statusOf(() => tree.replace('./A?prop=Name', chr('x'.repeat(13)), 's'))).toBe(414);
    expect(statusOf(() => tree.replace('./A?prop=Name', chr('x'.repeat(9)), 's'))).toBe(414);
    expect(statusOf(() => tree.replace('./A?prop=Name', chr('x'.repeat(8)), 's'))).toBe(200);
  });
});
