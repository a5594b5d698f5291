import { DEVICE, isStored } from '@grove/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryContentStore } from '../content-store/index.ts';
import { Lockstep, testTree, WELCOME } from './lockstep.testing.ts';

interface Part {
  readonly data: string;
  readonly more?: boolean;
  readonly size?: number | undefined;
  readonly format?: string | undefined;
  readonly uri?: string;
  readonly type?: string | undefined;
}

const metinf = (name: string, value: string | number | undefined): string =>
  value === undefined ? '' : `<${name} xmlns="syncml:metinf">${value}</${name}>`;
const part = (
  { data, more = false, size, format, type, uri = './Open/big' }: Part,
  command = 'Add',
): string => {
  const fields = metinf('Format', format) + metinf('Type', type) + metinf('Size', size);
  const meta = fields === '' ? '' : `<Meta>${fields}</Meta>`;
  return `<${command}><CmdID>3</CmdID><Item><Target><LocURI>${uri}</LocURI></Target>${meta}<Data>${data}</Data>${more ? '<MoreData/>' : ''}</Item></${command}>`;
};

async function send(session: Lockstep, body: string, final = false): Promise<readonly string[]> {
  await session.take({ body: WELCOME + body, final });
  return session.answers;
}
const alerts = (session: Lockstep): readonly number[] =>
  session.commands.flatMap((command) => (command.name === 'Alert' ? [command.code] : []));
const GET = '<Get><CmdID>2</CmdID><Item><Target><LocURI>./Open/a</LocURI></Target></Item></Get>';

/** A leaf's value, wherever it is. */
async function held({ context }: Lockstep, uri: string): Promise<string | Uint8Array | undefined> {
  if (!context.tree.has(uri)) return undefined;
  const found = context.tree.get(uri, DEVICE);
  if ('children' in found) return undefined;
  if (!isStored(found.data)) return found.data;
  return context.contents.read(found.data.stored, 0, found.data.size);
}

/** Pieces of a text, with MoreData on all but the last and the size on the first. */
function inParts(data: string, length: number, size = data.length): Part[] {
  const pieces = cut(data, length);
  const last = pieces.length - 1;
  return pieces.map((piece, index) => ({
    data: piece,
    ...(index < last ? { more: true } : {}),
    ...(index === 0 && last > 0 ? { size } : {}),
  }));
}

describe('a value in several messages', () => {
  test('is asked for part by part and written when it is whole', async () => {
    const session = new Lockstep(testTree());
    expect(await send(session, part({ data: 'abc', more: true, size: 9 }))).toEqual(['Add ./Open/big 213']);
    expect(alerts(session)).toEqual([1222]);
    expect(await send(session, part({ data: 'def', more: true }))).toEqual(['Add ./Open/big 213']);
    expect(session.context.tree.has('./Open/big')).toBe(false);
    expect(await send(session, part({ data: 'ghi' }), true)).toEqual(['Add ./Open/big 200']);
    expect(alerts(session)).toEqual([]);
    expect(session.decoded.message.body.final).toBe(true);
    expect(session.read('./Open/big')).toBe('abcdefghi');
  });

  test('keeps the format of its first part; base64 may be cut anywhere and counted either way', async () => {
    for (const size of [8, 6]) {
      const session = new Lockstep(testTree());
      await send(session, part({ data: 'AQI', more: true, size, format: 'b64' }));
      expect(await send(session, part({ data: 'DBAUG' }), true)).toEqual(['Add ./Open/big 200']);
      expect(session.read('./Open/big')).toBe('AQIDBAUG');
    }
  });

  test('may be base64 that was made of each part by itself', async () => {
    const session = new Lockstep(testTree());
    await send(session, part({ data: 'AQ==', more: true, size: 2, format: 'b64' }));
    expect(await send(session, part({ data: 'Ag==' }), true)).toEqual(['Add ./Open/big 200']);
    expect(session.read('./Open/big')).toBe('AQI=');
  });

  test('of another size than was told is thrown away', async () => {
    const session = new Lockstep(testTree());
    await send(session, part({ data: 'abc', more: true, size: 7 }));
    expect(await send(session, part({ data: 'def' }), true)).toEqual(['Add ./Open/big 424']);
    expect(session.context.tree.has('./Open/big')).toBe(false);
    await send(session, part({ data: 'abc', more: true, size: 6 }));
    expect(await send(session, part({ data: 'def' }), true)).toEqual(['Add ./Open/big 200']);
  });

  test.each<[string, Part, number]>([
    ['that is larger than the device takes', { data: 'abc', size: 101 }, 413],
    ['whose size is not told', { data: 'abc' }, 411],
    ['that turns out larger than was told', { data: 'abcd', size: 3 }, 424],
    ['for which there is no room', { data: 'abc', size: 100, uri: './Open/full' }, 420],
    ['that is no base64', { data: '%%%%', size: 8, format: 'b64' }, 415],
  ])('%s is refused with its first part', async (_, first, code) => {
    const contents = memoryContentStore({ capacity: 150 });
    await contents.write('other', 0, new Uint8Array(60));
    const session = new Lockstep(testTree(), { limits: { maxObjSize: 100 }, contents });
    const { uri = './Open/big' } = first;
    expect(await send(session, part({ ...first, more: true }))).toEqual([`Add ${uri} ${code}`]);
    expect(session.step.state.incoming).toBeUndefined();
    for (const more of [true, false]) {
      expect(await send(session, part({ ...first, size: undefined, more }))).toEqual([`Add ${uri} 424`]);
    }
    expect(session.context.tree.has(uri)).toBe(false);
  });

  test.each<[string, string, string, number]>([
    ['Add', './Open/a', 'where there is something', 418],
    ['Add', './Elsewhere/x', 'where nothing may be added', 405],
    ['Replace', './Open/none', 'of a node that is not there', 404],
    ['Replace', './Open/locked', 'that its server may not change', 425],
    ['Replace', './Open/branch', 'of an interior node', 405],
  ])('%s %s, %s, is refused before it is sent in vain', async (command, uri, _, code) => {
    const session = new Lockstep(testTree());
    const before = JSON.stringify(session.context.tree.snapshot());
    const first = part({ data: 'abc', more: true, size: 100_000, uri }, command);
    expect(await send(session, first)).toEqual([`${command} ${uri} ${code}`]);
    expect(JSON.stringify(session.context.tree.snapshot())).toBe(before);
  });

  test('into which something else comes, or nothing, is given up', async () => {
    for (const other of [GET, '']) {
      const session = new Lockstep(testTree());
      await send(session, part({ data: 'abc', more: true, size: 6 }));
      expect(await send(session, other, true)).toEqual(other === '' ? [] : ['Get ./Open/a 200']);
      expect(session.commands.find(({ name }) => name === 'Alert')).toMatchObject({
        code: 1225,
        items: [{ target: { locURI: './Open/big' } }],
      });
      // What goes on all the same is not the value; what begins anew is.
      expect(await send(session, part({ data: 'def' }), true)).toEqual(['Add ./Open/big 424']);
      expect(await send(session, part({ data: 'xyz' }), true)).toEqual(['Add ./Open/big 200']);
      expect(session.read('./Open/big')).toBe('xyz');
    }
  });

  test('is not given up while the server has to ask for the rest of an answer', async () => {
    const session = new Lockstep(testTree());
    session.context.tree.replace('./Open/a', { format: 'chr', type: '', data: 'a'.repeat(3000) }, DEVICE);
    const meta = `<Meta>${metinf('MaxMsgSize', 2000)}</Meta>`;
    await session.take({ body: WELCOME + GET + part({ data: 'abc', more: true, size: 6 }), meta });
    while (session.step.state.pending.length > 0) {
      await send(session, '<Alert><CmdID>2</CmdID><Data>1222</Data></Alert>');
    }
    expect(await send(session, part({ data: 'def' }), true)).toEqual(['Add ./Open/big 200']);
    expect(session.read('./Open/big')).toBe('abcdef');
  });

  test('that is large is neither in the state nor in the tree', async () => {
    const session = new Lockstep(testTree());
    const value = 'ä€😀x'.repeat(10_000);
    const bytes = new TextEncoder().encode(value).length;
    for (const each of inParts(value, 7001, bytes)) await send(session, part(each), each.more !== true);
    expect(session.answers).toEqual(['Add ./Open/big 200']);
    expect(JSON.stringify(session.step.state).length).toBeLessThan(10_000);
    expect(JSON.stringify(session.context.tree.snapshot()).length).toBeLessThan(10_000);
    expect(new TextDecoder().decode((await held(session, './Open/big')) as Uint8Array)).toBe(value);
    const get =
      '<Get><CmdID>2</CmdID><Item><Target><LocURI>./Open/big?prop=Size</LocURI></Target></Item></Get>';
    await send(session, get);
    expect(session.commands.find(({ name }) => name === 'Results')).toMatchObject({
      items: [{ data: String(bytes) }],
    });
  });

  test('may be a serialized tree, which must not be too large to be read as a whole', async () => {
    const tnds = (value: string): string =>
      `&lt;MgmtTree xmlns="syncml:dmddf1.2">&lt;VerDTD>1.2&lt;/VerDTD>&lt;Node>&lt;NodeName>n&lt;/NodeName>&lt;Value>${value}&lt;/Value>&lt;/Node>&lt;/MgmtTree>`;
    const document = tnds('v'.repeat(20_000));
    const size = document.replaceAll('&lt;', '<').length;
    const described = { uri: './Open/n', format: 'xml', type: 'application/vnd.syncml.dmtnds+xml' };
    const session = new Lockstep(testTree());
    await send(session, part({ ...described, data: document.slice(0, 10_000), more: true, size }));
    expect(await send(session, part({ ...described, data: document.slice(10_000) }), true)).toEqual([
      'Add ./Open/n 200',
    ]);
    expect(session.read('./Open/n')).toHaveLength(20_000);
    const other = new Lockstep(testTree(), { limits: { maxDocument: 1000 } });
    expect(await send(other, part({ ...described, data: 'x', more: true, size }))).toEqual([
      'Add ./Open/n 413',
    ]);
  });
});

test('a large value in one message is kept outside the tree as well, also by an Atomic', async () => {
  const value = 'v'.repeat(30_000);
  const session = new Lockstep(testTree());
  await send(session, part({ data: value }), true);
  await send(
    session,
    `<Atomic><CmdID>1</CmdID>${part({ data: `${value}!`, uri: './Open/a' }, 'Replace')}</Atomic>`,
    true,
  );
  expect(session.answers).toEqual(['Atomic 200', 'Replace ./Open/a 200']);
  expect(JSON.stringify(session.context.tree.snapshot()).length).toBeLessThan(10_000);
  expect(await held(session, './Open/a')).toHaveLength(30_001);
  const full = new Lockstep(testTree(), {
    contents: memoryContentStore({ capacity: 20_000 }),
    limits: { maxObjSize: 1e6 },
  });
  expect(await send(full, part({ data: value.slice(0, 20_001) }), true)).toEqual(['Add ./Open/big 413']);
  await full.context.contents.write('other', 0, new Uint8Array(5_000));
  expect(await send(full, part({ data: value.slice(0, 17_000) }), true)).toEqual(['Add ./Open/big 420']);
});

test('Copy and Replace leave other nodes the value that they have', async () => {
  const session = new Lockstep(testTree());
  await send(session, part({ data: 'v'.repeat(20_000) }), true);
  const copy =
    '<Copy><CmdID>2</CmdID><Item><Target><LocURI>./Open/copy</LocURI></Target><Source><LocURI>./Open/big</LocURI></Source></Item></Copy>';
  await send(session, copy, true);
  await send(session, part({ data: 'w'.repeat(20_000) }, 'Replace'), true);
  expect(session.answers).toEqual(['Replace ./Open/big 200']);
  expect([(await held(session, './Open/copy'))?.[0], (await held(session, './Open/big'))?.[0]]).toEqual([
    'v'.charCodeAt(0),
    'w'.charCodeAt(0),
  ]);
});

/** What may happen to a value under way, between two of its parts. */
const fate = fc.constantFrom('on', 'on', 'on', 'died', 'interrupted', 'wrong size');

test('whatever happens between the parts of a value, a node has all of it or is as before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
      fc.constantFrom('chr', 'b64'),
      fc.constantFrom('Add', 'Replace'),
      fc.integer({ min: 1, max: 30 }),
      fc.array(fate, { maxLength: 60 }),
      fc.boolean(),
      async (raw, format, command, length, fates, isLarge) => {
        const text = (isLarge ? raw.repeat(Math.ceil(17_000 / raw.length)) : raw).replace(
          /[^\x20-\x7eäé€\u{10000}-\u{1ffff}]/gu,
          '?',
        );
        const bytes = new TextEncoder().encode(text);
        const travels = format === 'b64' ? bytes.toBase64() : text;
        const size = format === 'b64' ? travels.length : bytes.length;
        const uri = command === 'Add' ? './Open/big' : './Open/bytes';
        const session = new Lockstep(testTree());
        const before = await held(session, uri);
        const pieces = cut(travels, isLarge ? length * 1000 : length);
        let isWhole = true;
        for (const [index, data] of pieces.entries()) {
          const happens = index === 0 || pieces.length === 1 ? 'on' : (fates[index] ?? 'on');
          const more = index < pieces.length - 1;
          if (happens === 'interrupted') await send(session, GET);
          if (happens === 'interrupted' || happens === 'wrong size') isWhole = false;
          if (!isWhole && happens !== 'wrong size') break;
          const sent: Part = {
            data: escaped(happens === 'wrong size' ? `${data}AAAA` : data),
            uri,
            more,
            format: index === 0 ? format : undefined,
            size: index === 0 && more ? size : undefined,
          };
          const kept = session.step;
          await send(session, part(sent, command), !more);
          if (happens === 'died' && more) {
            // What it wrote is there; what it remembers is what it had stored before.
            session.step = { ...kept, state: JSON.parse(JSON.stringify(kept.state)) };
            await send(session, part(sent, command), !more);
          }
          if (!isWhole) break;
          expect(session.answers).toEqual([`${command} ${uri} ${more ? 213 : 200}`]);
        }
        const after = await held(session, uri);
        if (isWhole && pieces.length > 0) {
          const found = typeof after === 'string' ? new TextEncoder().encode(after) : after;
          expect(found).toEqual(bytes);
        } else if (session.step.state.incoming === undefined) {
          expect(after).toEqual(before);
        }
      },
    ),
    { numRuns: 120 },
  );
});

/** Pieces of so many characters, none of which is cut. */
function cut(text: string, length: number): string[] {
  const characters = [...text];
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += length)
    pieces.push(characters.slice(at, at + length).join(''));
  return pieces;
}

const escaped = (raw: string): string => raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
