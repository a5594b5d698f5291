import type { Alert } from '@grove/protocol';
import { expect, test } from 'vitest';
import { type DeviceAlert, MAX_ALERT_DATA, MAX_ALERTS, Outbox } from '../alerts/index.ts';
import type { ObjectHandler } from '../objects/index.ts';
import { chal, Lockstep, SERVER, status, testTree, WELCOME } from './lockstep.testing.ts';

const random = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));
const outboxWith = (...alerts: DeviceAlert[]): Outbox => {
  const outbox = new Outbox(random);
  for (const alert of alerts) outbox.raise(alert);
  return outbox;
};
const alertsOf = ({ commands }: Lockstep): Alert[] => commands.filter((command) => command.name === 'Alert');
const GET = '<Get><CmdID>2</CmdID><Item><Target><LocURI>./Open/a</LocURI></Target></Item></Get>';
const answered = ({ cmdID }: Alert, code: number, msgRef: number): string =>
  status('Alert', code, cmdID).replace('<MsgRef>1<', `<MsgRef>${msgRef}<`);

test('what waits is told in package 1, with all that a generic alert needs', async () => {
  const outbox = outboxWith(
    { type: 'org.example.done', source: './Open', correlator: 'c1', mark: 'warning', data: 'all well' },
    { code: 1224, type: 'text/plain', format: 'int', server: SERVER, data: '7' },
    { type: 'for.another', server: 'org.other', data: '' },
  );
  const session = new Lockstep(testTree(), { outbox });
  const [, done, event, ...others] = alertsOf(session);
  expect(done).toMatchObject({
    code: 1226,
    correlator: 'c1',
    items: [
      {
        source: { locURI: './Open' },
        meta: { type: 'org.example.done', format: 'chr', mark: 'warning' },
        data: 'all well',
      },
    ],
  });
  expect(event).toMatchObject({
    code: 1224,
    items: [{ meta: { type: 'text/plain', format: 'int' }, data: '7' }],
  });
  expect(others).toEqual([]);
  expect(session.decoded.message.body.final).toBe(true);
});

test.each([
  ['taken', 200, []],
  ['accepted', 202, []],
  ['refused for good', 415, []],
  ['for which the server wants to know its sender', 407, ['x.y']],
])('an alert that is %s is answered, or not', async (_, code, left) => {
  const told: string[] = [];
  const handler: ObjectHandler = {
    mount: './Open',
    object: { urn: '', title: '', ddf: { name: 'Open', access: [], format: 'node', types: [] } },
    initial: () => [],
    alerted: (alert, status) => told.push(`${alert.type} ${status}`),
  };
  const outbox = outboxWith({ type: 'x.y', source: './Open/a', data: '' });
  const session = new Lockstep(testTree(), { outbox, handlers: [handler] });
  const alert = alertsOf(session).at(-1);
  if (alert === undefined) throw new Error('no alert');
  await session.take(WELCOME + answered(alert, code, 1) + GET);
  expect(outbox.alerts.map(({ type }) => type)).toEqual(left);
  expect(told).toEqual(left.length === 0 ? [`x.y ${code}`] : []);
  expect(alertsOf(session)).toEqual([]);
});

test('what is raised in a session goes with its next message, once, and holds it open until it is answered', async () => {
  const outbox = outboxWith();
  const session = new Lockstep(testTree(), { outbox });
  await session.take(WELCOME + GET);
  outbox.raise({ type: 'x.y', data: '' });
  await session.take(WELCOME);
  const [alert, ...others] = alertsOf(session);
  expect([alert?.items[0]?.meta?.type, others]).toEqual(['x.y', []]);
  await session.take(WELCOME + GET);
  expect(alertsOf(session)).toEqual([]);
  expect(outbox.alerts).toHaveLength(1);
  if (alert !== undefined) await session.take(WELCOME + answered(alert, 200, 3));
  expect([outbox.alerts, session.step.state.outcome?.kind]).toEqual([[], 'completed']);
});

test('package 1 has it again after a challenge', async () => {
  const auth = { level: 'CLCRED', type: 'DIGEST', name: 'n', secret: 's' } as const;
  const outbox = outboxWith({ type: 'x.y', data: '' });
  const session = new Lockstep(testTree([auth]), { outbox });
  const [first] = alertsOf(session).slice(-1);
  await session.take(
    status('SyncHdr', 407, '0', chal('syncml:auth-md5', 'AQID')) +
      (first === undefined ? '' : answered(first, 407, 1)),
  );
  const [again] = alertsOf(session).slice(-1);
  expect(again?.items[0]?.meta?.type).toBe('x.y');
  if (again !== undefined) await session.take(WELCOME + answered(again, 200, 2));
  expect(outbox.alerts).toEqual([]);
});

test('one that is larger than a message goes in parts, and is answered with the last', async () => {
  const outbox = outboxWith();
  const session = new Lockstep(testTree(), { outbox });
  const meta = '<Meta><MaxMsgSize xmlns="syncml:metinf">2000</MaxMsgSize></Meta>';
  const data = 'data '.repeat(800);
  outbox.raise({ type: 'x.y', data });
  await session.take({ body: WELCOME + GET, meta });
  const parts: Alert[] = [...alertsOf(session)];
  while (session.step.state.pending.length > 0) {
    const answers = alertsOf(session).map((alert) => answered(alert, 213, session.step.state.msgID));
    const more = '<Alert><CmdID>2</CmdID><Data>1222</Data></Alert>';
    await session.take({ body: WELCOME + answers.join('') + more, final: false });
    expect(session.sent.length).toBeLessThanOrEqual(2000);
    parts.push(...alertsOf(session));
  }
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.map(({ items }) => items[0]?.data).join('')).toBe(data);
  expect(outbox.alerts).toHaveLength(1);
  const last = parts.at(-1);
  if (last !== undefined) await session.take(WELCOME + answered(last, 200, session.step.state.msgID));
  expect(outbox.alerts).toEqual([]);
});

test('a device keeps so many and so large ones, and no more', () => {
  const outbox = new Outbox(random);
  expect(() => outbox.raise({ type: 'x.y', data: 'x'.repeat(MAX_ALERT_DATA + 1) })).toThrow(RangeError);
  for (let count = 0; count < MAX_ALERTS; count += 1) outbox.raise({ type: 'x.y', data: '' });
  expect(() => outbox.raise({ type: 'x.y', data: '' })).toThrow(RangeError);
  expect(new Set(outbox.alerts.map(({ id }) => id)).size).toBe(MAX_ALERTS);
});
