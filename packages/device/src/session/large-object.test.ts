import { describe, expect, test } from 'vitest';
import { Lockstep, testTree, WELCOME } from './lockstep.testing.ts';

interface Part {
  readonly data: string;
  readonly more?: boolean;
  readonly size?: number;
  readonly format?: string;
  readonly uri?: string;
}

const part = ({ data, more = false, size, format, uri = './Open/big' }: Part): string => {
  const fields = [
    format === undefined ? '' : `<Format xmlns="syncml:metinf">${format}</Format>`,
    size === undefined ? '' : `<Size xmlns="syncml:metinf">${size}</Size>`,
  ].join('');
  const meta = fields === '' ? '' : `<Meta>${fields}</Meta>`;
  return `<Add><CmdID>3</CmdID><Item><Target><LocURI>${uri}</LocURI></Target>${meta}<Data>${data}</Data>${more ? '<MoreData/>' : ''}</Item></Add>`;
};

async function send(session: Lockstep, body: string, final = false): Promise<readonly string[]> {
  await session.take({ body: WELCOME + body, final });
  return session.answers;
}
const alerts = (session: Lockstep): readonly number[] =>
  session.commands.flatMap((command) => (command.name === 'Alert' ? [command.code] : []));

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

  test('of another size than was told is thrown away', async () => {
    const session = new Lockstep(testTree());
    await send(session, part({ data: 'abc', more: true, size: 7 }));
    expect(await send(session, part({ data: 'def' }), true)).toEqual(['Add ./Open/big 424']);
    expect(session.context.tree.has('./Open/big')).toBe(false);
    await send(session, part({ data: 'abc', more: true, size: 6 }));
    expect(await send(session, part({ data: 'def' }), true)).toEqual(['Add ./Open/big 200']);
  });

  test.each([
    ['that says so', { data: 'abc', more: true, size: 101 }, []],
    ['that turns out so', { data: 'a'.repeat(60), more: true }, [{ data: 'a'.repeat(60), more: true }]],
  ])('larger than the device takes, %s, is refused', async (_, first, rest) => {
    const session = new Lockstep(testTree(), { limits: { maxObjSize: 100 } });
    let answers = await send(session, part(first));
    for (const each of rest) answers = await send(session, part(each));
    expect(answers).toEqual(['Add ./Open/big 413']);
    expect(session.step.state.incoming).toBeUndefined();
  });

  test('into which something else comes is given up', async () => {
    const session = new Lockstep(testTree());
    await send(session, part({ data: 'abc', more: true }));
    const other = '<Get><CmdID>2</CmdID><Item><Target><LocURI>./Open/a</LocURI></Target></Item></Get>';
    expect(await send(session, other, true)).toEqual(['Get ./Open/a 200']);
    expect(session.commands.find(({ name }) => name === 'Alert')).toMatchObject({
      code: 1225,
      items: [{ target: { locURI: './Open/big' } }],
    });
    expect(await send(session, part({ data: 'def' }), true)).toEqual(['Add ./Open/big 200']);
    expect(session.read('./Open/big')).toBe('def');
  });
});
