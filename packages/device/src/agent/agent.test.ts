import { makeBasicCred, NOTIFICATION_FORMATS, type Reason, type UiMode } from '@grove/protocol';
import { DM_APPLICATION, type ReceivedPush } from '@grove/push';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type VirtualClock, virtualClock } from '../clock/virtual.testing.ts';
import { type ScriptedAnswer, scriptedUser } from '../interaction/index.ts';
import { account, notification, secret, TYPE } from '../notification/server.testing.ts';
import { createPhone } from '../phone/index.ts';
import { type TestServer, testServer } from '../phone/server.testing.ts';
import { TransportError } from '../transport/index.ts';
import { type DeviceStore, memoryStore } from '../tree-store/index.ts';
import { Agent, type NotificationEntry } from './index.ts';

let clock: VirtualClock;
let store: DeviceStore;
let server: TestServer;
/** Whether the server answers. */
let there: boolean;
let told: NotificationEntry[];
let faults: unknown[];
beforeEach(() => {
  clock = virtualClock();
  store = memoryStore();
  server = testServer([], () => {}, makeBasicCred(secret));
  there = true;
  told = [];
  faults = [];
});

/** A phone that is switched on, whose user does this. */
async function switchOn(
  answer?: 'accept' | 'reject' | 'cancel' | 'ignore' | readonly ScriptedAnswer[],
): Promise<Agent> {
  const phone = await createPhone({
    devId: 'IMEI:001010000000008',
    account,
    clock,
    store,
    transport: {
      exchange: async (request) => {
        if (!there) throw new TransportError('no way to the server');
        return server.exchange(request);
      },
    },
    ...(answer === undefined
      ? {}
      : { interaction: scriptedUser(typeof answer === 'string' ? [{ answer }] : answer) }),
  });
  const agent = new Agent(phone, {
    clock,
    onNotification: (entry) => told.push(entry),
    onFault: (error) => faults.push(error),
  });
  agent.start().catch(() => {});
  return agent;
}

function push(
  what: { readonly uiMode?: UiMode; readonly sessionID?: number; readonly reason?: Reason } = {},
  change: Partial<ReceivedPush> = {},
): ReceivedPush {
  return {
    bearer: 'sms',
    from: '+441632960000',
    contentType: TYPE,
    applicationId: DM_APPLICATION,
    headers: [],
    body: notification(what),
    ...change,
  };
}

/** Lets time go by, and waits for what comes of it. */
async function pass(agent: Agent, milliseconds: number): Promise<void> {
  await clock.pass(milliseconds);
  await new Promise((resolve) => setImmediate(resolve));
  await agent.idle();
}

const states = (): string[] => told.map(({ state }) => state);
const asks = { uiMode: 'user-interaction' } as const;

describe('a push', () => {
  test('that is a notification leads to its session, whatever bearer it came by', async () => {
    const agent = await switchOn();
    await agent.receive(push({ sessionID: 0xa1 }));
    await agent.idle();
    const [first] = server.requests;
    expect([first?.header.sessionID, first?.body.commands[0]]).toMatchObject(['A1', { code: 1200 }]);
    expect(states()).toEqual(['deciding', 'accepted', 'held']);
    expect(agent.notifications).toMatchObject([{ sessionID: 'A1', bearer: 'sms', from: '+441632960000' }]);
  });

  test.each<[string, Partial<ReceivedPush>, string]>([
    ['for any application', { applicationId: 'x-wap-application:*' }, 'held'],
    ['for none in particular', { applicationId: undefined }, 'held'],
    ['with parameters and capitals in its type', { contentType: `${TYPE.toUpperCase()}; q=1` }, 'held'],
    ['for a browser', { applicationId: 'x-wap-application:wml.ua' }, 'ignored'],
    ['of a type that the application does not take', { contentType: 'text/vnd.wap.si' }, 'ignored'],
    ['of a type that nobody takes', { applicationId: undefined, contentType: 'text/vnd.wap.si' }, 'ignored'],
    ['of no type', { contentType: '' }, 'ignored'],
  ])('%s', async (_, change, state) => {
    const agent = await switchOn();
    await agent.receive({ ...push(), ...change });
    await agent.idle();
    expect(agent.notifications).toMatchObject([{ state }]);
    expect(server.requests.length > 0).toBe(state === 'held');
  });

  test('is taken before its user has decided', async () => {
    const agent = await switchOn('ignore');
    await agent.receive(push(asks));
    expect(agent.notifications).toMatchObject([{ state: 'deciding' }]);
    await pass(agent, 300_000);
    expect(agent.notifications).toMatchObject([{ state: 'postponed' }]);
    await agent.end();
  });

  test('comes again where the phone is off', async () => {
    const agent = await switchOn();
    await agent.end();
    await expect(agent.receive(push())).rejects.toThrow();
  });

  test('that is ignored is counted with its like, and pushes out nothing', async () => {
    const agent = await switchOn();
    await agent.receive(push({ uiMode: 'background' }));
    for (let count = 0; count < 100; count += 1) {
      await agent.receive(push({}, { body: notification({}, { password: `guess ${count}` }) }));
      await agent.receive(push({}, { body: new Uint8Array(count) }));
      await agent.receive(push({}, { from: 'x'.repeat(10_000) }));
    }
    await agent.idle();
    const of = (because: string) => agent.notifications.find((entry) => entry.because === because);
    expect(agent.notifications).toHaveLength(4);
    expect([of('digest')?.times, of('malformed')?.times, of('duplicate')?.times]).toEqual([100, 100, 100]);
    expect(of('duplicate')?.from?.length).toBeLessThan(200);
    expect(faults).toEqual([]);
  });
});

test('whatever a push holds, only what a server has proved leads to a session', async () => {
  const agent = await switchOn('accept');
  const genuine = notification({ sessionID: 0x77, reason: { text: 'New settings' } });
  const changed = fc
    .tuple(fc.nat(genuine.length - 1), fc.integer({ min: 1, max: 255 }))
    .map(([at, by]) => genuine.with(at, (genuine[at] ?? 0) ^ by));
  const cut = fc.nat(genuine.length - 1).map((length) => genuine.slice(0, length));
  const type = fc.oneof(fc.constantFrom(TYPE, NOTIFICATION_FORMATS['1.3'].mediaType), fc.string());
  const id = fc.option(fc.oneof(fc.constant<string>(DM_APPLICATION), fc.string()), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(changed, cut, fc.uint8Array({ maxLength: 300 })),
      type,
      id,
      fc.string(),
      async (body, contentType, applicationId, from) => {
        await agent.receive({ bearer: 'udp', from, contentType, applicationId, headers: [], body });
        expect(agent.notifications.every(({ state }) => state === 'ignored')).toBe(true);
      },
    ),
  );
  expect(server.requests).toEqual([]);
  await agent.receive(push({}, { body: genuine }));
  await agent.idle();
  expect(server.requests).toHaveLength(1);
});

test('sessions are held one after the other, and one that another has settled is not held', async () => {
  const agent = await switchOn();
  await Promise.all([1, 2, 3].map((sessionID) => agent.receive(push({ sessionID }))));
  await agent.idle();
  expect(server.requests.map(({ header }) => header.sessionID)).toEqual(['1']);
  expect(agent.notifications.map(({ sessionID, state }) => `${sessionID} ${state}`).sort()).toEqual([
    '1 held',
    '2 settled',
    '3 settled',
  ]);
});

describe('what waits', () => {
  test('is tried again by itself where the server was not there, later and later', async () => {
    there = false;
    const agent = await switchOn('accept');
    await agent.receive(push(asks));
    await agent.idle();
    expect(agent.notifications).toMatchObject([
      { state: 'accepted', text: 'not held yet: no way to the server' },
    ]);
    await pass(agent, 60_000);
    there = true;
    await pass(agent, 60_000);
    expect(server.requests).toEqual([]);
    await pass(agent, 60_000);
    expect(agent.notifications).toMatchObject([{ state: 'held' }]);
  });

  test('is taken up when the phone is switched on again, and nobody is asked twice', async () => {
    there = false;
    const before = await switchOn('accept');
    await before.receive(push(asks));
    await before.idle();
    await before.end();
    there = true;
    const agent = await switchOn();
    await agent.idle();
    expect(agent.notifications).toMatchObject([{ state: 'held' }]);
  });

  test('is asked about when the phone is switched on again, whose user had not decided', async () => {
    const before = await switchOn('ignore');
    await before.receive(push(asks));
    await before.end();
    const agent = await switchOn('accept');
    await agent.idle();
    expect(agent.notifications).toMatchObject([{ state: 'held' }]);
  });

  test('is asked about again after a while', async () => {
    const answers: ScriptedAnswer[] = [{ answer: 'cancel', times: 1 }, { answer: 'accept' }];
    const agent = await switchOn(answers);
    await agent.receive(push(asks));
    await agent.idle();
    expect(states()).toEqual(['deciding', 'postponed']);
    await pass(agent, 15 * 60_000);
    expect(agent.notifications).toMatchObject([{ state: 'held' }]);
  });
});

test('a refusal is told by the next session', async () => {
  const agent = await switchOn('reject');
  await agent.receive(push(asks));
  await agent.idle();
  expect(server.requests).toEqual([]);
  expect(agent.notifications).toMatchObject([{ state: 'refused', text: 'the user has refused it' }]);
  await agent.call();
  const [, , report] = server.requests[0]?.body.commands ?? [];
  expect(report).toMatchObject({
    code: 1226,
    items: [{ data: '{"sessionID":"ABC","outcome":"refused"}' }],
  });
  expect(agent.phone.alerts).toEqual([]);
});
