import { DEVICE, encodeMessage, type Message } from '@grove/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lockstep, testTree, text, WELCOME } from './lockstep.testing.ts';

const uri = fc.constantFrom(
  './Open/a',
  './Open/b',
  './Open/new',
  './Open/branch',
  './Open/branch/x',
  './Open/none',
  './Open/locked',
  './DevInfo/Mod',
  '.',
  '',
  './Open/a?prop=ACL',
  './Open/a?prop=Name',
  '../x',
  './Open/n/m',
);
const format = fc.constantFrom('', 'chr', 'int', 'node', 'b64', 'xml', 'nonsense');
const value = fc.oneof(fc.string(), fc.constantFrom('Get=*', 'AQID', '7', 'Add=*&Get=', 'b'));
const escaped = (raw: string): string =>
  raw
    .replace(/[^\x20-\x7e]/g, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');

const told = fc.option(fc.nat({ max: 12 }), { nil: undefined });
const item = fc
  .tuple(uri, uri, format, value, fc.boolean(), told)
  .map(([to, from, kind, data, more, size]) => {
    const named = kind === '' ? '' : `<Format xmlns="syncml:metinf">${kind}</Format>`;
    const sized = size === undefined ? '' : `<Size xmlns="syncml:metinf">${size}</Size>`;
    const meta = `<Meta>${named}${sized}</Meta>`;
    const target = to === '' ? '' : `<Target><LocURI>${escaped(to)}</LocURI></Target>`;
    const source = from === '' ? '' : `<Source><LocURI>${escaped(from)}</LocURI></Source>`;
    return `<Item>${target}${source}${meta}<Data>${escaped(data)}</Data>${more ? '<MoreData/>' : ''}</Item>`;
  });
const plain = fc
  .tuple(
    fc.constantFrom('Add', 'Copy', 'Delete', 'Exec', 'Get', 'Replace', 'Put', 'Results'),
    fc.array(item, { maxLength: 3 }),
  )
  .map(([name, items]) => `<${name}><CmdID>1</CmdID>${items.join('')}</${name}>`);
const alert = fc
  .constantFrom(1100, 1101, 1200, 1222, 1225, 1226, 0)
  .map((code) => `<Alert><CmdID>2</CmdID><Data>${code}</Data></Alert>`);
const status = fc
  .tuple(fc.constantFrom('SyncHdr', 'Alert', 'Replace', ''), fc.constantFrom(200, 212, 401, 407, 500, 99))
  .map(([cmd, code]) => `<Status><CmdID>3</CmdID><Cmd>${cmd}</Cmd><Data>${code}</Data></Status>`);
const { command } = fc.letrec<{ command: string; container: string }>((tie) => ({
  command: fc.oneof({ depthSize: 'small' }, plain, alert, status, tie('container')),
  container: fc
    .tuple(fc.constantFrom('Atomic', 'Sequence'), fc.array(tie('command'), { maxLength: 4 }))
    .map(([name, commands]) => `<${name}><CmdID>4</CmdID>${commands.join('')}</${name}>`),
}));

const size = fc.option(fc.integer({ min: 1, max: 3000 }), { nil: undefined });
const packet = fc.record({
  commands: fc.array(command, { maxLength: 6 }),
  final: fc.boolean(),
  meta: size.map((bytes) =>
    bytes === undefined ? '' : `<Meta><MaxMsgSize xmlns="syncml:metinf">${bytes}</MaxMsgSize></Meta>`,
  ),
});

/** What must hold after any message: an answer that can be read, or an end in words; a state that is JSON. */
function check({ step, decoded }: Lockstep): void {
  expect(JSON.parse(JSON.stringify(step.state))).toEqual(step.state);
  if (!step.send) expect(step.state.outcome?.text).toMatch(/\w/);
  else expect(decoded.deviations).toEqual([]);
}

test('whatever a server asks for, each command is answered and the session goes on or ends', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(packet, { maxLength: 4 }), async (packets) => {
      const session = new Lockstep(testTree());
      for (const { commands, ...rest } of packets) {
        const isCutShort = session.step.state.pending.length > 0;
        await session.take({ body: WELCOME + commands.join(''), ...rest });
        check(session);
        const { send, state } = session.step;
        if (!send || isCutShort || state.pending.length > 0) continue;
        const asked = commands.filter((each) => !each.startsWith('<Status'));
        expect(session.answers.length).toBeGreaterThanOrEqual(asked.length);
      }
    }),
    { numRuns: 150 },
  );
});

test('an Atomic changes everything it says or nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(plain, { minLength: 1, maxLength: 5 }), async (commands) => {
      const tree = testTree();
      const before = JSON.stringify(tree.snapshot());
      const session = new Lockstep(tree);
      await session.take(`${WELCOME}<Atomic><CmdID>1</CmdID>${commands.join('')}</Atomic>`);
      const [, atomic, ...members] = session.statuses;
      if (atomic?.code === 507) expect(JSON.stringify(tree.snapshot())).toBe(before);
      else expect(members.every(({ code }) => code === 200)).toBe(true);
      expect(members.some(({ code }) => code >= 400)).toBe(atomic?.code === 507);
    }),
    { numRuns: 300 },
  );
});

test.each(['xml', 'wbxml'] as const)('damaged %s is answered, or ends the session', async (encoding) => {
  const message: Message = {
    header: {
      verDTD: '1.2',
      verProto: 'DM/1.2',
      sessionID: '4D2',
      msgID: '1',
      target: { locURI: 'IMEI:001010000000008' },
      source: { locURI: 'https://dm.example.com/dm' },
      respURI: 'https://dm.example.com/dm?s=1',
    },
    body: {
      commands: [
        {
          name: 'Status',
          cmdID: '1',
          msgRef: '1',
          cmdRef: '0',
          cmd: 'SyncHdr',
          targetRef: [],
          sourceRef: [],
          code: 212,
          items: [],
        },
        { name: 'Get', cmdID: '2', items: [{ target: { locURI: './Open/a' } }] },
        {
          name: 'Atomic',
          cmdID: '3',
          commands: [
            { name: 'Replace', cmdID: '4', items: [{ target: { locURI: './Open/a' }, data: 'x' }] },
            { name: 'Delete', cmdID: '5', items: [{ target: { locURI: './Open/b' } }] },
          ],
        },
      ],
      final: true,
    },
  };
  const whole = encodeMessage(message, encoding).slice();
  const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(whole.length), async (changes, length) => {
      const bytes = whole.slice(0, length % 3 === 0 ? length : whole.length);
      for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
      const session = new Lockstep(testTree());
      await session.takeBytes(bytes, encoding);
      check(session);
    }),
    { numRuns: 300 },
  );
});

test('a server that asks for more and more, and takes no answers, does not fill the device', async () => {
  const tree = testTree();
  tree.replace('./Open/a', text('x'.repeat(900)), DEVICE);
  const session = new Lockstep(tree, { limits: { maxPending: 100_000 } });
  const body = Array.from(
    { length: 20 },
    (_, index) =>
      `<Get><CmdID>${index + 2}</CmdID><Item><Target><LocURI>./Open/a</LocURI></Target></Item></Get>`,
  );
  const meta = '<Meta><MaxMsgSize xmlns="syncml:metinf">1500</MaxMsgSize></Meta>';
  while (session.step.state.outcome === undefined) {
    await session.take({ body: WELCOME + body.join(''), meta });
    expect(JSON.stringify(session.step.state).length).toBeLessThan(150_000);
  }
  expect(session.step).toMatchObject({ send: true, state: { outcome: { kind: 'aborted' } } });
  expect(session.sent).toContain('<Data>1223</Data>');
});
