import { DEVICE, type Item } from '@grove/protocol';
import { describe, expect, test } from 'vitest';
import { Lockstep, testTree, text, WELCOME } from './lockstep.testing.ts';

const get = (uri: string): string =>
  `<Get><CmdID>2</CmdID><Item><Target><LocURI>${uri}</LocURI></Target></Item></Get>`;

async function listed(uri: string): Promise<{ answers: readonly string[]; items: readonly Item[] }> {
  const session = new Lockstep(testTree());
  await session.take(WELCOME + get(uri));
  const items = session.commands.flatMap((command) => (command.name === 'Results' ? command.items : []));
  return { answers: session.answers, items };
}

describe('a listing', () => {
  test('of the structure has each node with what is not the default', async () => {
    const { answers, items } = await listed('./Open?list=Struct');
    expect(answers).toEqual(['Get ./Open?list=Struct 200']);
    expect(items.map(({ source, meta, data }) => [source?.locURI, meta?.format, meta?.type, data])).toEqual([
      ['./Open', 'node', undefined, undefined],
      ['./Open/a', undefined, undefined, undefined],
      ['./Open/b', undefined, undefined, undefined],
      ['./Open/bytes', 'b64', 'image/png', undefined],
      ['./Open/branch', 'node', undefined, undefined],
      ['./Open/branch/leaf', undefined, undefined, undefined],
      ['./Open/empty', 'node', undefined, undefined],
      ['./Open/locked', undefined, undefined, undefined],
    ]);
  });

  test('with data has the values too', async () => {
    const { items } = await listed('./Open?list=StructData');
    expect(items.map(({ data }) => data)).toEqual([
      undefined,
      'one',
      'two',
      'AAH/',
      undefined,
      'three',
      undefined,
      'four',
    ]);
  });

  test('as a serialized tree is one Item, which another device takes as it is', async () => {
    const { items } = await listed('./Open/branch?list=TNDS');
    expect(items).toMatchObject([
      {
        source: { locURI: './Open/branch' },
        meta: { format: 'xml', type: 'application/vnd.syncml.dmtnds+xml' },
      },
    ]);
    const session = new Lockstep(testTree());
    const { tree } = session.context;
    tree.delete('./Open/branch', DEVICE);
    const data = String(items[0]?.data).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const meta =
      '<Meta><Format xmlns="syncml:metinf">xml</Format><Type xmlns="syncml:metinf">application/vnd.syncml.dmtnds+xml</Type></Meta>';
    const command = (name: string) =>
      `<${name}><CmdID>2</CmdID><Item><Target><LocURI>./Open/branch</LocURI></Target>${meta}<Data>${data}</Data></Item></${name}>`;
    await session.take(WELCOME + command('Add'));
    expect(session.answers).toEqual(['Add ./Open/branch 200']);
    expect(session.read('./Open/branch/leaf')).toBe('three');

    tree.replace('./Open/branch/leaf', text('changed'), DEVICE);
    tree.add('./Open/branch/more', text('x'), DEVICE);
    await session.take(WELCOME + command('Replace'));
    expect(session.answers).toEqual(['Replace ./Open/branch 200']);
    expect(session.read('./Open/branch/leaf')).toBe('three');
    expect(tree.has('./Open/branch/more')).toBe(false);
  });

  test('shows no secrets, and is refused where there is nothing to list', async () => {
    const session = new Lockstep(
      testTree([{ level: 'CLCRED', type: 'BASIC', name: 'user', secret: 'password' }]),
    );
    await session.take(
      WELCOME + get('./DMAcc?list=TNDS') + get('./Nowhere?list=TNDS') + get('./Open?list=All'),
    );
    expect(session.answers).toEqual([
      'Get ./DMAcc?list=TNDS 200',
      'Get ./Nowhere?list=TNDS 404',
      'Get ./Open?list=All 406',
    ]);
    expect(session.sent).toContain('AAuthName');
    expect(session.sent).not.toContain('password');
  });

  test('too long for one message comes in several', async () => {
    const tree = testTree();
    for (let index = 0; index < 40; index += 1)
      tree.add(`./Open/branch/n${index}`, text('x'.repeat(50)), DEVICE);
    const session = new Lockstep(tree);
    await session.take({
      body: WELCOME + get('./Open/branch?list=StructData'),
      meta: '<Meta><MaxMsgSize xmlns="syncml:metinf">2000</MaxMsgSize></Meta>',
    });
    const seen: string[] = [];
    for (let count = 0; count < 20; count += 1) {
      expect(session.sent.length).toBeLessThanOrEqual(2000);
      for (const command of session.commands) {
        if (command.name === 'Results')
          seen.push(...command.items.map(({ source }) => String(source?.locURI)));
      }
      if (session.decoded.message.body.final) break;
      await session.take({ body: WELCOME, final: false });
    }
    expect(seen).toHaveLength(42);
  });
});

test.each([
  ['that is none', '&lt;Tree/>', 415],
  ['with a fault', '&lt;MgmtTree xmlns="syncml:dmddf1.2">&lt;VerDTD>1.2&lt;/VerDTD>&lt;/MgmtTree>', 400],
])('a serialized tree %s is refused', async (_, data, code) => {
  const session = new Lockstep(testTree());
  const meta = '<Meta><Type xmlns="syncml:metinf">application/vnd.syncml.dmtnds+xml</Type></Meta>';
  await session.take(
    `${WELCOME}<Add><CmdID>2</CmdID><Item><Target><LocURI>./Open/new</LocURI></Target>${meta}<Data>${data}</Data></Item></Add>`,
  );
  expect(session.answers).toEqual([`Add ./Open/new ${code}`]);
});
