import { type Command, contentBytes, DEVICE, type Item, type Results } from '@grove/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lockstep, status, testTree, WELCOME } from './lockstep.testing.ts';

const get = (uri: string): string =>
  `<Get><CmdID>2</CmdID><Item><Target><LocURI>${uri}</LocURI></Target></Item></Get>`;
const limits = (maxMsgSize?: number, maxObjSize?: number): string => {
  const field = (name: string, value?: number): string =>
    value === undefined ? '' : `<${name} xmlns="syncml:metinf">${value}</${name}>`;
  return `<Meta>${field('MaxMsgSize', maxMsgSize)}${field('MaxObjSize', maxObjSize)}</Meta>`;
};
const MORE = `${status('SyncHdr', 212, '0')}<Alert><CmdID>2</CmdID><Data>1222</Data></Alert>`;

/** A session whose tree has a value in the content store, at `./Open/big`. */
async function holding(value: Uint8Array, format: 'bin' | 'chr', encoding: 'xml' | 'wbxml' = 'xml') {
  const session = new Lockstep(testTree(), {}, encoding);
  await session.context.contents.write('big', 0, value);
  const type = format === 'bin' ? 'image/png' : 'text/plain';
  session.context.tree.add(
    './Open/big',
    { format, type, data: { stored: 'big', size: value.length } },
    DEVICE,
  );
  return session;
}
const isResults = (command: Command): command is Results => command.name === 'Results';
const resultsOf = ({ commands }: Lockstep): readonly Results[] => commands.filter(isResults);
const itemsOf = (session: Lockstep): readonly Item[] => resultsOf(session).flatMap(({ items }) => items);

/** Asks for more until the device's package is at its end; gives the parts. */
async function partsOf(session: Lockstep, sizes: readonly number[] = []): Promise<Item[]> {
  const parts: Item[] = [...itemsOf(session)];
  for (let round = 0; session.step.state.pending.length > 0; round += 1) {
    expect(session.decoded.message.body.final).toBeFalsy();
    await session.take({ body: MORE, final: false, meta: limits(sizes[round % sizes.length]) });
    expect(session.answers[0]).toBe('Alert 200');
    parts.push(...itemsOf(session));
  }
  expect(session.decoded.message.body.final).toBe(true);
  return parts;
}

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 7) % 251);

describe('a value that is larger than a message', () => {
  test.each(['xml', 'wbxml'] as const)('goes in parts, in %s', async (encoding) => {
    const value = bytes(50_000);
    const session = await holding(value, 'bin', encoding);
    await session.take({ body: WELCOME + get('./Open/a') + get('./Open/big'), meta: limits(8000) });
    expect(session.answers).toEqual(['Get ./Open/a 200', 'Get ./Open/big 200']);
    const [a, ...parts] = await partsOf(session);
    expect(a?.data).toBe('one');
    const format = encoding === 'xml' ? 'b64' : 'bin';
    const size = encoding === 'xml' ? Math.ceil(50_000 / 3) * 4 : 50_000;
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.map(({ moreData = false }) => moreData)).toEqual(
      parts.map((_, at) => at < parts.length - 1),
    );
    expect(parts.map(({ meta }) => meta?.size)).toEqual(parts.map((_, at) => (at === 0 ? size : undefined)));
    for (const { source, meta } of parts) {
      expect(source?.locURI).toBe('./Open/big');
      expect(meta).toMatchObject({ format, type: 'image/png' });
    }
    const whole = parts.map(({ data = '' }) => contentBytes(data, format) ?? new Uint8Array());
    expect(Buffer.concat(whole)).toEqual(Buffer.from(value));
  });

  test('goes in one message where it fits', async () => {
    const session = await holding(bytes(20_000), 'bin');
    await session.take({ body: WELCOME + get('./Open/a') + get('./Open/big'), meta: limits(28_000) });
    const parts = await partsOf(session);
    expect(parts.map(({ moreData }) => moreData)).toEqual([undefined, undefined]);
    expect(parts.map(({ meta }) => meta?.size)).toEqual([undefined, undefined]);
  });

  test('and than an object that the server takes is refused, counted by its own bytes', async () => {
    const session = await holding(bytes(30_000), 'bin');
    await session.take({ body: WELCOME + get('./Open/big'), meta: limits(8000, 29_999) });
    expect(session.answers).toEqual(['Get ./Open/big 413']);
    await session.take({ body: WELCOME + get('./Open/big'), meta: limits(8000, 30_000) });
    expect(session.answers).toEqual(['Get ./Open/big 200']);
  });

  test.each([
    ['says that it does not take it', status('Results', 413)],
    ['says that its end is missing', '<Alert><CmdID>4</CmdID><Data>1225</Data></Alert>'],
  ])('is sent no further when the server %s', async (_, refusal) => {
    const session = await holding(bytes(50_000), 'bin');
    await session.take({ body: WELCOME + get('./Open/big'), meta: limits(8000) });
    await session.take({ body: MORE, final: false });
    expect(itemsOf(session)).toHaveLength(1);
    await session.take({ body: `${WELCOME}${refusal}${get('./Open/a')}` });
    expect(itemsOf(session).map(({ data }) => data)).toEqual(['one']);
    expect(session.step.state.pending).toEqual([]);
  });

  test('of which the store has lost the bytes ends the session in words', async () => {
    const session = await holding(bytes(50_000), 'bin');
    await session.take({ body: WELCOME + get('./Open/big'), meta: limits(8000) });
    await session.context.contents.retain(new Set());
    await session.take({ body: MORE, final: false });
    expect(session.step.state.outcome).toEqual({
      kind: 'failed',
      text: 'the answer to the server cannot be written: the large value big is missing',
    });
  });

  test('may also be one that is in the tree, or a listing', async () => {
    const session = new Lockstep(testTree());
    session.context.tree.replace('./Open/a', { format: 'chr', type: '', data: 'a€'.repeat(2000) }, DEVICE);
    await session.take({ body: WELCOME + get('./Open/a') + get('./Open?list=TNDS'), meta: limits(2000) });
    const parts = await partsOf(session);
    const text = (uri: string): string =>
      parts
        .filter(({ source }) => source?.locURI === uri)
        .map(({ data }) => data)
        .join('');
    expect(text('./Open/a')).toBe('a€'.repeat(2000));
    expect(text('./Open')).toMatch(/^<\?xml.*<\/MgmtTree>$/s);
    expect(parts[0]?.meta?.size).toBe(8000);
  });
});

test('a listing holds large values as long as it is not too large itself', async () => {
  for (const list of ['StructData', 'TNDS', 'TNDS+Value']) {
    const session = await holding(bytes(20_000), 'bin');
    await session.take(`${WELCOME}${get(`./Open?list=${list}`)}`);
    expect(session.answers).toEqual([`Get ./Open?list=${list} 200`]);
    expect(session.sent).toContain(bytes(20_000).toBase64());
  }
  for (const [list, code] of [
    ['StructData', 413],
    ['TNDS', 413],
    ['Struct', 200],
    ['TNDS-Value', 200],
  ]) {
    const session = await holding(bytes(20_000), 'bin');
    const bounded = new Lockstep(session.context.tree, {
      ...session.context,
      limits: { maxDocument: 10_000 },
    });
    await bounded.take(`${WELCOME}${get(`./Open?list=${list}`)}`);
    expect(bounded.answers).toEqual([`Get ./Open?list=${list} ${code}`]);
  }
});

test('whatever the sizes of messages, their parts are the value, and no message is larger', async () => {
  const size = fc.integer({ min: 1200, max: 20_000 });
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      fc.integer({ min: 16_384, max: 60_000 }),
      fc.constantFrom('bin', 'chr'),
      fc.constantFrom('xml', 'wbxml'),
      fc.array(size, { minLength: 1, maxLength: 5 }),
      async (raw, length, format, encoding, sizes) => {
        const text = `${raw.replace(/[^\x20-\x7eäé€\u{10000}-\u{1ffff}]/gu, '&')}<`;
        const value = new TextEncoder().encode(text.repeat(Math.ceil(length / text.length)));
        const session = await holding(value, format, encoding);
        const [first = 1200] = sizes;
        await session.take({ body: WELCOME + get('./Open/big'), meta: limits(first) });
        const parts: Uint8Array[] = [];
        for (let round = 0; ; round += 1) {
          const most = sizes[round % sizes.length] ?? first;
          expect(Uint8Array.fromBase64(session.step.state.sent.body).length).toBeLessThanOrEqual(most);
          for (const { data = '', meta } of itemsOf(session))
            parts.push(contentBytes(data, meta?.format) ?? bytes(0));
          if (session.step.state.pending.length === 0) break;
          expect(JSON.parse(JSON.stringify(session.step.state))).toEqual(session.step.state);
          await session.take({ body: MORE, final: false, meta: limits(sizes[(round + 1) % sizes.length]) });
        }
        expect(Buffer.concat(parts).equals(Buffer.from(value))).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});
