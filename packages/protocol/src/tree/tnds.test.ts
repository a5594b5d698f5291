import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMarkup } from '../syncml/index.ts';
import { MalformedError } from '../vocabulary/index.ts';
import { TreeError } from './error.ts';
import { parseTnds, readTnds, serializeTnds, type TndsNode } from './tnds.ts';
import { Uri } from './uri.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (nodes: string, target: string) =>
  parseTnds(
    bytes(`<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD>${nodes}</MgmtTree>`),
    'xml',
    Uri.parse(target),
  );
const node = (inner: string): string => `<Node>${inner}</Node>`;
const uris = (nodes: string, target: string): string[] => read(nodes, target).map(({ uri }) => uri);

const account: TndsNode[] = [
  { uri: './DMAcc/X', format: 'node', type: 'urn:oma:mo:oma-dm-dmacc:1.0', acl: 'Get=*&Replace=a+b' },
  { uri: './DMAcc/X/Name', format: 'chr', type: 'text/plain', data: 'A & <B>', title: 'Name', verNo: 7 },
  { uri: './DMAcc/X/AppAuth', format: 'node', type: '' },
  { uri: './DMAcc/X/AppAuth/1', format: 'node', type: '' },
  {
    uri: './DMAcc/X/AppAuth/1/AAuthData',
    format: 'bin',
    type: 'application/octet-stream',
    data: Uint8Array.of(0, 255, 10),
    tstamp: '20010711T163817Z',
  },
  { uri: './DMAcc/X/Empty', format: 'chr', type: 'text/plain', data: '' },
];

describe('a serialized tree', () => {
  it.each(['xml', 'wbxml'] as const)('is read from %s as it was written', (encoding) => {
    for (const target of ['./DMAcc/X', './DMAcc', './Inbox', '.'].map((uri) => Uri.parse(uri))) {
      const moved = target.toString() === './Inbox' ? './Inbox/X' : './DMAcc/X';
      const nodes = account.map((each) => ({ ...each, uri: each.uri.replace('./DMAcc/X', moved) }));
      const document = serializeTnds(nodes, target, encoding);
      expect(parseTnds(document, encoding, target)).toEqual(nodes);
    }
  });

  it('is read as it was written whatever its names and values', () => {
    const name = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...'ab.&é<%') });
    const above = name.filter((each) => each !== '.' && each !== '..');
    const leaf = fc.oneof(
      fc.record({
        format: fc.constant('bin' as const),
        type: fc.constant('a/b'),
        data: fc.uint8Array({ maxLength: 20 }),
      }),
      fc.record({
        format: fc.constantFrom('chr' as const, 'xml' as const),
        type: fc.constant('text/plain'),
        data: fc.string({ maxLength: 20, unit: fc.constantFrom(...'ab <>&\n\t"é') }),
      }),
    );
    const path = fc
      .tuple(fc.array(above, { maxLength: 2 }), name)
      .map(([names, last]) => [...names, `leaf ${last}`].join('/'));
    const tree = fc.uniqueArray(fc.tuple(path, leaf), {
      selector: ([each]) => each,
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(tree, fc.constantFrom('xml' as const, 'wbxml' as const), (leaves, encoding) => {
        const target = Uri.parse('./A/ab');
        const nodes = leaves.map(([each, value]) => ({ uri: `./A/ab/${each}`, ...value }));
        expect(parseTnds(serializeTnds(nodes, target, encoding), encoding, target)).toEqual(nodes);
      }),
    );
  });

  it('says of each node what a listing asks for', () => {
    const target = Uri.parse('./DMAcc/X');
    const [first, second] = account as [TndsNode, TndsNode];
    const nodes = [first, { ...second, acl: 'Get=*', tstamp: '20010711T163817Z' }];
    const shown = (query: string): string[] => {
      const filter = Uri.parse(`./DMAcc/X?list=TNDS${query}`).list?.filter;
      const text = new TextDecoder().decode(serializeTnds(nodes, target, 'xml', filter));
      const leaf = text.slice(text.lastIndexOf('<NodeName>'));
      return [...leaf.matchAll(/<(ACL|Format|Name|Size|Title|TStamp|Type|Value|VerNo)>/g)].map(
        ([, name]) => name as string,
      );
    };
    const all = ['ACL', 'Format', 'Title', 'TStamp', 'Type', 'VerNo', 'Value'];
    expect(shown('')).toEqual(all);
    for (const name of [...all, 'Name', 'Size']) expect(shown(`+${name}`)).toEqual([name]);
    expect(shown('+Value+ACL')).toEqual(['ACL', 'Value']);
    for (const name of [...all, 'Name', 'Size'])
      expect(shown(`-${name}`)).toEqual(all.filter((each) => each !== name));
    expect(shown('-ACL-Value-VerNo')).toEqual(['Format', 'Title', 'TStamp', 'Type']);
  });
});

describe('the place of a node', () => {
  it('is the target when it has no name or that of the target', () => {
    const child = node('<NodeName>B</NodeName><Value>1</Value>');
    expect(uris(node(`<NodeName/>${child}`), './A/X')).toEqual(['./A/X', './A/X/B']);
    expect(uris(node(child), './A/X')).toEqual(['./A/X', './A/X/B']);
    expect(uris(node(`<NodeName>X</NodeName>${child}`), './A/X')).toEqual(['./A/X', './A/X/B']);
    expect(uris(node(`<NodeName>Y</NodeName>${child}`), './A/X')).toEqual(['./A/X/Y', './A/X/Y/B']);
  });

  it('is where the Path leads: from the target, or from the root into the target', () => {
    const at = (path: string) => uris(node(`<NodeName>N</NodeName><Path>${path}</Path>`), './A/N');
    expect(at('B/C')).toEqual(['./A/N/B/C/N']);
    expect(at('./B')).toEqual(['./A/N/B/N']);
    expect(at('./A')).toEqual(['./A/N']);
    expect(at('./A/N/D')).toEqual(['./A/N/D/N']);
    expect(at('.')).toEqual(['./A/N/N']);
  });

  it('may be below a node that appeared before', () => {
    const first = node('<NodeName>N</NodeName>');
    const more = node(`<NodeName>N</NodeName>${node('<NodeName>C</NodeName><Value>1</Value>')}`);
    expect(uris(first + more, './A')).toEqual(['./A/N', './A/N/C']);
  });
});

describe('nodes out of order', () => {
  it('are read with parents before their children', () => {
    const deep = node('<NodeName>L</NodeName><Path>B/C</Path><Value>1</Value>');
    const other = node('<NodeName>M</NodeName><Path>B/C</Path><Value>2</Value>');
    const above = node('<NodeName>C</NodeName><Path>B</Path>') + node('<NodeName>B</NodeName>');
    expect(uris(deep + other + above, './A')).toEqual(['./A/B', './A/B/C', './A/B/C/L', './A/B/C/M']);
  });
});

describe('a node that says only which object it is', () => {
  const type = '<RTProperties><Type><DDFName>urn:x</DDFName></Type></RTProperties>';
  const child = node('<NodeName>C</NodeName><Value>1</Value>');
  const placed = (nodes: string, home: (urn: string) => string | undefined) => {
    const document = `<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD>${nodes}</MgmtTree>`;
    const markup = parseMarkup(bytes(document), 'xml');
    return readTnds(markup, Uri.parse('./Inbox'), { home }).map(({ uri }) => uri);
  };

  it('is put where such objects belong, else at the target', () => {
    const home = (urn: string) => (urn === 'urn:x' ? './X/1' : undefined);
    expect(placed(node(type + child), home)).toEqual(['./X/1', './X/1/C']);
    expect(placed(node(type + child), () => undefined)).toEqual(['./Inbox', './Inbox/C']);
    expect(placed(node(`<NodeName/>${type}${child}`), home)).toEqual(['./Inbox', './Inbox/C']);
    expect(placed(node(child), home)).toEqual(['./Inbox', './Inbox/C']);
  });
});

describe('what a document leaves out', () => {
  it('is a text, or an interior node', () => {
    expect(read(node('<NodeName>L</NodeName><Value> x </Value>'), '.')).toEqual([
      { uri: './L', format: 'chr', type: 'text/plain', data: ' x ' },
    ]);
    expect(read(node('<NodeName>I</NodeName>'), '.')).toEqual([{ uri: './I', format: 'node', type: '' }]);
    const typed = '<RTProperties><Type><MIME>text/html</MIME></Type></RTProperties>';
    expect(read(node(`<NodeName>L</NodeName>${typed}`), '.')).toEqual([
      { uri: './L', format: 'chr', type: 'text/html', data: '' },
    ]);
  });
});

describe('a document that is none', () => {
  const leaf = node('<NodeName>L</NodeName><Value>1</Value>');
  const format = (name: string): string => `<RTProperties><Format><${name}/></Format></RTProperties>`;

  it.each([
    ['', 'MgmtTree: no Node'],
    [leaf + leaf, './L again; expected each leaf once'],
    [node(`<NodeName>L</NodeName>${format('chr')}${leaf}`), 'Node in a leaf of format chr'],
    [node(`<NodeName>L</NodeName>${format('bin')}<Value>%%</Value>`), 'Value: "%%"; expected base64'],
    [node(`<NodeName>L</NodeName>${format('node')}<Value>1</Value>`), 'a value of an interior node'],
    [node(`<NodeName>I</NodeName>${node('<NodeName/>')}`), 'no NodeName; expected a name'],
    [node('<NodeName>L</NodeName><Value><b64/></Value>'), 'Value: <b64>; expected text'],
  ])('is refused with the element that is wrong: %s', (nodes, reason) => {
    expect(() => read(nodes, '.')).toThrow(MalformedError);
    expect(() => read(nodes, '.')).toThrow(reason);
  });

  it('is refused with a status when a node cannot be where it says', () => {
    const status = (nodes: string): number => {
      try {
        read(nodes, '.');
      } catch (error) {
        if (error instanceof TreeError) return error.status;
        throw error;
      }
      return 200;
    };
    expect(status(node('<NodeName>a/b</NodeName>'))).toBe(400);
    expect(status(node('<NodeName>..</NodeName>'))).toBe(400);
    expect(status(node(`<NodeName>${'x'.repeat(300)}</NodeName>`))).toBe(414);
    expect(status(node('<NodeName>x</NodeName><Path>../up</Path>'))).toBe(400);
    const deep = '<Node><NodeName>x</NodeName>'.repeat(40) + '</Node>'.repeat(40);
    expect(status(node(`<NodeName>x</NodeName><Path>${'y/'.repeat(40)}y</Path>${deep}`))).toBe(414);
  });
});
