import type { Content, Item, Meta } from '@grove/protocol';
import { decodeMessage } from '@grove/protocol';
import { describe, expect, it } from 'vitest';
import { alert, Engine, messageOf, replace } from './engine.testing.ts';
import { itemValue } from './item.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const meta = (format?: string, type?: string): Meta => ({ format, type, emi: [] });
const say = (...commands: Parameters<typeof messageOf>[0]) => new Engine().say(messageOf(commands));

describe('the value of an Item', () => {
  it.each<[string, Content | undefined, Meta | undefined, Meta | undefined, string, string]>([
    ['text', 'x', undefined, undefined, 'x', 'chr'],
    ['nothing', undefined, undefined, undefined, '', 'chr'],
    ['blanks', '  ', meta('Chr'), undefined, '  ', 'chr'],
    ['a format in its own spelling', '1', meta(' INT '), undefined, '1', 'int'],
    ["the command's format", 'true', undefined, meta('bool'), 'true', 'bool'],
    ["its own format before the command's", '1', meta('int'), meta('bool'), '1', 'int'],
    ['base64', 'AQID', meta('b64'), undefined, 'AQID', 'bin'],
    ['base64 in lines', 'AQ\nID', meta('B64'), undefined, 'AQID', 'bin'],
    ['base64 called bin', 'AQID', meta('bin'), undefined, 'AQID', 'bin'],
    ['bytes', bytes(1, 2, 3), meta('bin'), undefined, 'AQID', 'bin'],
    ['base64 in an OPAQUE', new TextEncoder().encode('AQID'), meta('b64'), undefined, 'AQID', 'bin'],
    [
      'bytes that look like base64',
      new TextEncoder().encode('AQID'),
      meta('bin'),
      undefined,
      'QVFJRA==',
      'bin',
    ],
    ['bytes that are no text under a text format', bytes(0, 255), meta('chr'), undefined, 'AP8=', 'bin'],
    ['what should be base64 and is not', 'no!', meta('b64'), undefined, 'bm8h', 'bin'],
    ['children of an interior node', 'a/b%20c', meta('node'), undefined, 'a/b%20c', 'node'],
  ])('%s', (_, data, own, outer, value, format) => {
    const item: Item = { data, meta: own };
    expect(itemValue(item, outer)).toMatchObject({ value, format });
  });

  it.each([
    ['a serialized tree', '<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD></MgmtTree>', '<MgmtTree'],
    ['markup that nobody knows', '<Foo xmlns="urn:foo">a<b/>c</Foo>', 'urn:foo'],
    ['text with markup in it', 'a<b xmlns="urn:foo"/>c', '>a<b'],
  ])('may be %s', (_, data, part) => {
    const text = `<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>1</SessionID><MsgID>1</MsgID><Target><LocURI>g</LocURI></Target><Source><LocURI>d</LocURI></Source></SyncHdr><SyncBody><Alert><CmdID>1</CmdID><Data>1226</Data><Item><Meta><Type xmlns="syncml:metinf">t</Type></Meta><Data>${data}</Data></Item></Alert></SyncBody></SyncML>`;
    const { effects, statuses } = new Engine().say(
      decodeMessage(new TextEncoder().encode(text), 'xml').message,
    );
    expect(statuses).toEqual(['SyncHdr 200', 'Alert 200']);
    expect(effects.alerts[0]?.data).toContain(part);
  });
});

describe('a Replace of the device', () => {
  const leaf = (uri: string, data = 'x'): Item => ({ source: { locURI: uri }, data });

  it('tells of DevInfo and of other nodes, named by Source or by Target', () => {
    const { effects, statuses } = say(
      replace([
        leaf('./DevInfo/Man', 'Acme'),
        { target: { locURI: 'DevInfo/Mod' }, data: 'One' },
        leaf('/Vendor/A'),
        leaf('./Vendor//B/'),
        leaf('.'),
        leaf('./Vendor/A?prop=ACL'),
      ]),
    );
    expect(statuses[1]).toBe('Replace 200');
    expect(effects.devInfo).toEqual({ Man: 'Acme', Mod: 'One' });
    expect(effects.nodes.map(({ uri }) => uri)).toEqual([
      './DevInfo/Man',
      './DevInfo/Mod',
      './Vendor/A',
      './Vendor/B',
      '.',
    ]);
  });

  it.each<[string, Item[], number, number]>([
    ['without Items', [], 400, 0],
    ['with an Item that names no node', [leaf('./A'), { data: 'x' }], 400, 0],
    ['with an Item of an empty URI', [leaf(' ')], 400, 0],
    ['of a URI that is too long', [leaf(`./${'a'.repeat(2000)}`)], 414, 1],
    ['of too many nodes', Array.from({ length: 1001 }, (_, index) => leaf(`./${index}`)), 413, 1],
  ])('%s is refused as a whole', (_, items, code, notes) => {
    const { effects, statuses } = say(replace(items));
    expect(statuses[1]).toBe(`Replace ${code}`);
    expect(effects.nodes).toEqual([]);
    expect(effects.deviations).toHaveLength(notes);
  });
});

describe('an alert of the device', () => {
  const item: Item = {
    source: { locURI: './A' },
    meta: { type: 'Reversed-Domain-Name: org.example.event ', format: 'Chr', mark: 'critical', emi: [] },
    data: 'x',
  };

  it('is kept item by item', () => {
    const { effects } = say({ ...alert(1226, [item, { data: '2' }]), correlator: 'c' });
    expect(effects.alerts).toMatchObject([
      {
        code: 1226,
        type: 'org.example.event',
        saidType: 'Reversed-Domain-Name: org.example.event',
        format: 'chr',
        mark: 'critical',
        source: './A',
        correlator: 'c',
        data: 'x',
      },
      { type: null, saidType: null, mark: 'informational', source: null, data: '2' },
    ]);
  });

  it.each<[string, Item, number, number]>([
    ['without Type', { data: 'x' }, 412, 0],
    ['with an empty Type', { meta: { type: ' Content-Type: ', emi: [] }, data: 'x' }, 412, 0],
    ['of an unknown Format', { meta: { type: 't', format: 'jpeg', emi: [] }, data: 'x' }, 415, 0],
    ['without Data', { meta: { type: 't', emi: [] } }, 200, 0],
    ['with a Source that is too long', { ...item, source: { locURI: `./${'a'.repeat(2000)}` } }, 413, 1],
  ])('%s is answered with its own status', (_, odd, code, notes) => {
    const { statuses, answer, effects } = say(alert(1226, [item, odd]));
    expect(statuses.slice(1)).toEqual(code === 200 ? ['Alert 200'] : ['Alert 200', `Alert ${code}`]);
    expect(effects.alerts).toHaveLength(code === 200 ? 2 : 1);
    expect(effects.deviations).toHaveLength(notes);
    const [, first] = answer.body.commands;
    expect(first).toMatchObject({ sourceRef: ['./A'] });
  });

  it.each([1224, 1226])('%i needs an Item', (code) => {
    expect(say(alert(code)).statuses[1]).toBe('Alert 412');
  });

  it('of the client may leave out what kind of event it is', () => {
    const { statuses, effects } = say(alert(1224, [{ data: 'x' }]));
    expect([statuses[1], effects.alerts.length]).toEqual(['Alert 200', 1]);
  });

  it.each([
    [1200, 200],
    [1201, 200],
    [1222, 200],
    [1223, 200],
    [0, 406],
    [1101, 406],
    [4294967295, 406],
  ])('%i is answered with %i', (code, expected) => {
    expect(say(alert(code)).statuses[1]).toBe(`Alert ${expected}`);
  });

  it('of too many items is refused', () => {
    const { statuses, effects } = say(alert(1226, Array<Item>(1001).fill(item)));
    expect([statuses[1], effects.alerts.length]).toEqual(['Alert 413', 0]);
  });
});

describe('a command that clients do not send', () => {
  it.each(['Add', 'Copy', 'Delete', 'Exec', 'Get'] as const)('%s is not carried out', (name) => {
    const { statuses, effects } = say({ name, cmdID: '5', items: [{ target: { locURI: './A' } }] });
    expect([statuses[1], effects.nodes]).toEqual([`${name} 405`, []]);
  });

  it('may be one that nobody knows', () => {
    expect(say({ name: 'Unknown', element: 'Sync', cmdID: '5' }).statuses[1]).toBe('Sync 406');
  });

  it('may hold others, which are not carried out either', () => {
    const inner = replace([{ source: { locURI: './DevInfo/Man' }, data: 'x' }]);
    const { statuses, effects } = say({ name: 'Atomic', cmdID: '5', commands: [inner] });
    expect([statuses[1], effects.nodes]).toEqual(['Atomic 405', []]);
  });
});
