import { DEVICE } from '@grove/protocol';
import { describe, expect, test } from 'vitest';
import { Lockstep, status, testTree, text, WELCOME } from './lockstep.testing.ts';

const get = (...uris: string[]): string =>
  `<Get><CmdID>2</CmdID>${uris.map((uri) => `<Item><Target><LocURI>${uri}</LocURI></Target></Item>`).join('')}</Get>`;
const limit = (size: number): string => `<Meta><MaxMsgSize xmlns="syncml:metinf">${size}</MaxMsgSize></Meta>`;
const MORE = `${status('SyncHdr', 212, '0')}<Alert><CmdID>2</CmdID><Data>1222</Data></Alert>`;

/** A tree with leaves `./Open/v0`… of so many characters each. */
function treeWith(lengths: readonly number[]) {
  const tree = testTree();
  lengths.forEach((length, index) => {
    tree.add(`./Open/v${index}`, text('v'.repeat(length)), DEVICE);
  });
  return tree;
}
const uris = (count: number): string[] => Array.from({ length: count }, (_, index) => `./Open/v${index}`);

describe('what the server cannot take in one message', () => {
  test('is spread over several, each as full as may be, and Final comes with the last', async () => {
    const session = new Lockstep(treeWith(Array(10).fill(300)));
    await session.take({ body: WELCOME + get(...uris(10)), meta: limit(2000) });
    const messages: string[] = [];
    const values: string[] = [];
    for (let count = 0; count < 20; count += 1) {
      messages.push(session.sent);
      expect(session.sent.length).toBeLessThanOrEqual(2000);
      expect(session.commands[0]).toMatchObject({ name: 'Status', cmd: 'SyncHdr' });
      for (const command of session.commands) {
        if (command.name !== 'Results') continue;
        expect(command).toMatchObject({ msgRef: '1', cmdRef: '2' });
        values.push(String(command.items[0]?.source?.locURI));
      }
      if (session.decoded.message.body.final) break;
      expect(session.step.state.pending.length).toBeGreaterThan(0);
      await session.take({ body: MORE, final: false });
    }
    expect(values).toEqual(uris(10));
    expect(messages.length).toBeGreaterThan(2);
    expect(messages.length).toBeLessThan(7);
    await session.take(WELCOME);
    expect(session.step.state.outcome?.kind).toBe('completed');
  });

  test('goes on also where the server asks without alert 1222', async () => {
    const session = new Lockstep(treeWith(Array(6).fill(300)));
    await session.take({ body: WELCOME + get(...uris(6)), meta: limit(2000) });
    await session.take({ body: WELCOME, final: false });
    expect(session.step.send).toBe(true);
    expect(session.commands.some(({ name }) => name === 'Results')).toBe(true);
  });

  /** The lengths of what came as the rest was asked for, message by message. */
  async function lengthsAsked(session: Lockstep, size?: number): Promise<number[]> {
    const lengths: number[] = [];
    for (let count = 0; session.step.state.pending.length > 0 && count < 100; count += 1) {
      await session.take({ body: MORE, final: false, ...(size === undefined ? {} : { meta: limit(size) }) });
      lengths.push(session.sent.length);
    }
    return lengths;
  }

  // A value that fits alone may not fit behind the answer to what asks for it.
  test.each(Array.from({ length: 15 }, (_, index) => 1500 + 20 * index))(
    'ends, whatever fits: values of 500 characters in %d bytes',
    async (size) => {
      const session = new Lockstep(treeWith([500, 500, 500]));
      await session.take({ body: WELCOME + get(...uris(3), '.?list=StructData'), meta: limit(size) });
      expect(Math.max(...(await lengthsAsked(session)))).toBeLessThanOrEqual(size);
      expect(session.step.state.outcome).toBeUndefined();
      expect(session.decoded.message.body.final).toBe(true);
    },
  );

  test('goes in smaller messages when the server takes less than before', async () => {
    const session = new Lockstep(treeWith(Array(6).fill(3000)));
    await session.take({ body: WELCOME + get(...uris(6)), meta: limit(5000) });
    expect(Math.max(...(await lengthsAsked(session, 2000)))).toBeLessThanOrEqual(2000);
    expect(session.step.state.outcome).toBeUndefined();
  });

  test('ends the session where there is no room for anything', async () => {
    const session = new Lockstep(treeWith(Array(6).fill(3000)));
    await session.take({ body: WELCOME + get(...uris(6)), meta: limit(5000) });
    expect((await lengthsAsked(session, 10)).length).toBeLessThan(5);
    expect(session.step.state.outcome?.text).toContain('MaxMsgSize');
  });

  test('is still answered when the limit is absurd', async () => {
    const session = new Lockstep(treeWith([10, 10]));
    await session.take({ body: WELCOME + get(...uris(2)), meta: limit(1) });
    const answers = [...session.answers];
    for (let count = 0; count < 10 && session.step.state.pending.length > 0; count += 1) {
      await session.take({ body: WELCOME, final: false });
      answers.push(...session.answers);
    }
    expect(answers).toEqual(['Get ./Open/v0 413', 'Get ./Open/v1 413']);
  });
});

test('more values than a device should hold at once are refused with 413', async () => {
  const session = new Lockstep(treeWith(Array(5).fill(300)), { limits: { maxResults: 700 } });
  await session.take(WELCOME + get(...uris(5)));
  expect(session.answers.map((answer) => answer.slice(-3))).toEqual(['200', '200', '200', '413', '413']);
});

test('a value that XML cannot carry is refused, and nothing else suffers', async () => {
  const tree = treeWith([3]);
  tree.replace('./Open/b', text('\u0000'), DEVICE);
  const session = new Lockstep(tree);
  await session.take(WELCOME + get('./Open/v0', './Open/b', './Open/a'));
  expect(session.answers).toEqual(['Get ./Open/v0 200', 'Get ./Open/b 500', 'Get ./Open/a 200']);
});
