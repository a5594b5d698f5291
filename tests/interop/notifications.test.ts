/** Grove's server asks Grove's phone for sessions, by PAP over a socket. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createHttpTransport,
  createPhone,
  type Decision,
  fleetAccount,
  fleetDmAcc,
  type HttpTransport,
  type Ignored,
  type Phone,
  type SessionReport,
  type UserInteraction,
} from '@grove/device';
import { DEVICE, MMS_OBJECT, MMS_URI, RESYNC_NONCE } from '@grove/protocol';
import { DM_APPLICATION, RESULT, type Submission } from '@grove/push';
import type { GroveOptions, Notification } from '@grove/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { freshDatabase } from '../rig/database.testing.ts';
import { cred, HandDevice, md5Digest, packageOne } from '../rig/device.testing.ts';
import { startGateway, type TestGateway } from '../rig/gateway.testing.ts';
import { type Rig, startRig, type Task } from '../rig/rig.testing.ts';

vi.setConfig({ testTimeout: 30_000 });

const MINUTE = 60_000;
const NUMBER = '+441632960001';
const REASON = {
  text: 'Your MMS settings are about to change',
  consequence: 'Without this you will not be able to send or receive MMS',
  language: 'en',
};
const PROXY = 'http://mms.example/';
const ROOT = `${MMS_URI}/Operator`;
const SETTINGS = [
  {
    kind: 'converge',
    root: ROOT,
    object: MMS_OBJECT.urn,
    nodes: [
      { path: 'Name', value: 'MMS' },
      { path: 'Addr', value: PROXY },
    ],
  },
];

interface Shown {
  readonly asked: unknown[];
}

/** A user who does the same to every notice. */
function user(reaction: 'yes' | 'no' | 'cancelled'): UserInteraction & Shown {
  const asked: unknown[] = [];
  return {
    asked,
    ask: async (question) => {
      asked.push(question);
      return { kind: reaction };
    },
  };
}

let http: HttpTransport;
beforeAll(() => {
  http = createHttpTransport();
});
afterAll(() => http.close());

let gateway: TestGateway;
/** Milliseconds that the server's clock is ahead. */
let ahead: number;
beforeEach(async () => {
  gateway = await startGateway();
  ahead = 0;
  return () => gateway.close();
});

async function open(options: Partial<GroveOptions> = {}): Promise<Rig> {
  const rig = await startRig({
    now: () => Date.now() + ahead,
    push: { ppgUrl: gateway.url, credentials: gateway.credentials, interval: 20 },
    ...options,
  });
  onTestFinished(() => rig.close());
  return rig;
}

let phones = 0;

interface Kind {
  readonly interaction?: UserInteraction;
  readonly addresses?: Record<string, string>;
  readonly auth?: 'md5' | 'hmac' | 'basic';
}

interface Known {
  readonly devId: string;
  readonly phone: Phone;
  readonly account: ReturnType<typeof fleetAccount>;
}

async function registered(
  rig: Rig,
  { interaction, addresses = { msisdn: NUMBER }, auth = 'md5' }: Kind = {},
): Promise<Known> {
  const account = fleetAccount(phones++, { serverID: 'grove', clientAuth: auth, serverAuth: auth });
  const { devId, client, server } = account;
  await rig.api('POST', '/devices', { devId, account: { client, server }, addresses });
  const phone = await createPhone({
    devId,
    account: fleetDmAcc(account, `${rig.url}/dm`),
    transport: http,
    encoding: 'xml',
    ...(interaction === undefined ? {} : { interaction }),
    now: () => new Date(Date.now() + ahead),
  });
  return { devId, phone, account };
}

/** What a phone does about a push: checks it, asks its user, holds the session. */
async function take(
  phone: Phone,
  { content }: Submission,
): Promise<{ decision: Decision | Ignored; report?: SessionReport }> {
  const taken = await phone.notify(content.body, content.contentType);
  if (taken.kind === 'ignored') return { decision: taken };
  const decision = await phone.decide(taken.notification);
  if (decision.kind !== 'accepted') return { decision };
  return { decision, report: await phone.session(decision.session) };
}

const list = async (rig: Rig, query = ''): Promise<Notification[]> =>
  (await rig.api<{ items: Notification[] }>('GET', `/notifications${query}`)).items;
const show = (rig: Rig, id: number) => rig.api<Notification>('GET', `/notifications/${id}`);

/** Waits until the newest notification is in a state. */
const reaches = (rig: Rig, state: string): Promise<Notification> =>
  vi.waitFor(
    async () => {
      const [newest] = await list(rig);
      expect(newest).toMatchObject({ state });
      return show(rig, newest?.id ?? 0);
    },
    { timeout: 10_000, interval: 20 },
  );

const notify = (rig: Rig, devId: string, wish: object = {}): Promise<Notification> =>
  rig.api('POST', `/devices/${encodeURIComponent(devId)}/notifications`, wish);
const taskWith = (rig: Rig, devId: string, wish: object): Promise<Task> =>
  rig.api('POST', `/devices/${encodeURIComponent(devId)}/tasks`, { steps: SETTINGS, notify: wish });

describe('a campaign with a reason', () => {
  it('is pushed, told to the user, and stored when he accepts', async () => {
    const rig = await open();
    const accepting = user('yes');
    const { phone } = await registered(rig, { interaction: accepting });
    const { id } = await rig.api<{ id: number }>('POST', '/campaigns', {
      name: 'MMS',
      steps: SETTINGS,
      notify: { reason: REASON, priority: 'high' },
    });
    const push = await gateway.pushed(1);
    expect(push).toMatchObject({
      addresses: [{ address: { kind: 'plmn', number: NUMBER } }],
      content: { contentType: 'application/vnd.syncml.notification', applicationId: DM_APPLICATION },
      quality: { priority: 'high' },
    });
    await reaches(rig, 'submitted');
    const reported = { state: 'pending', code: RESULT.accepted.code, desc: 'the SMSC has it' } as const;
    expect(await gateway.report(push, rig.resultCredentials, reported)).toMatchObject({ kind: 'taken' });
    await reaches(rig, 'sent');
    await gateway.report(push, rig.resultCredentials, {});
    await reaches(rig, 'delivered');

    const { decision, report } = await take(phone, push);
    expect(decision.kind).toBe('accepted');
    expect(accepting.asked).toEqual([expect.objectContaining({ kind: 'notice', asks: true, ...REASON })]);
    expect(report?.outcome).toMatchObject({ kind: 'completed' });
    expect(phone.tree.get(`${ROOT}/Addr`, DEVICE)).toMatchObject({ data: PROXY });
    const opened = await reaches(rig, 'opened');
    expect(opened.sessionId).toBe((await rig.sessions(phone.devId))[0]?.id);
    expect(await rig.api('GET', `/campaigns/${id}`)).toMatchObject({
      counts: { succeeded: 1 },
      notifications: { opened: 1, queued: 0 },
    });
  });

  it('reaches devices that are registered later, and none that has had it', async () => {
    const rig = await open();
    const early = await registered(rig);
    const { id } = await rig.api<{ id: number }>('POST', '/campaigns', {
      name: 'one',
      steps: SETTINGS,
      notify: {},
    });
    await take(early.phone, await gateway.pushed(1));
    const late = await registered(rig, { addresses: { msisdn: '+441632960002' } });
    const push = await gateway.pushed(2);
    expect(push.addresses).toMatchObject([{ address: { number: '+441632960002' } }]);
    await take(late.phone, push);
    expect(await rig.api('GET', `/campaigns/${id}`)).toMatchObject({ notifications: { opened: 2 } });
    expect(gateway.asked).toHaveLength(2);
  });

  it('is told to the gateway to be left when it is cancelled', async () => {
    const rig = await open();
    await registered(rig);
    const { id } = await rig.api<{ id: number }>('POST', '/campaigns', {
      name: 'one',
      steps: SETTINGS,
      notify: {},
    });
    const { pushId } = await gateway.pushed(1);
    await reaches(rig, 'submitted');
    await rig.api('POST', `/campaigns/${id}/cancel`);
    await reaches(rig, 'cancelled');
    await vi.waitFor(() => expect(gateway.cancelled).toEqual([pushId]));
  });
});

describe('a user who refuses', () => {
  const refused = { state: 'refused', reason: 'refused by the user' };

  it('is seen by the operator, and does not get what he has refused', async () => {
    const rig = await open();
    const { phone, devId } = await registered(rig, { interaction: user('no') });
    const task = await taskWith(rig, devId, { reason: REASON });
    const { decision } = await take(phone, await gateway.pushed(1));
    expect(decision.kind).toBe('refused');
    // The device says so when it calls next.
    await phone.session();
    const [told] = await list(rig, `?device=${encodeURIComponent(devId)}&state=refused`);
    expect(told).toMatchObject({ ...refused, taskId: task.id });
    expect(await rig.showTask(task.id)).toMatchObject({ state: 'failed', reason: 'refused by the user' });
    expect(phone.tree.get(`${ROOT}/Addr`, DEVICE)).not.toMatchObject({ data: PROXY });
  });

  it('gets it all the same where the operator has said so', async () => {
    const rig = await open();
    const { phone, devId } = await registered(rig, { interaction: user('no') });
    const task = await taskWith(rig, devId, { reason: REASON, onRefusal: 'keep' });
    await take(phone, await gateway.pushed(1));
    await phone.session();
    expect((await list(rig))[0]).toMatchObject(refused);
    expect(await rig.showTask(task.id)).toMatchObject({ state: 'succeeded' });
  });

  it('is the outcome of a campaign on the device', async () => {
    const rig = await open();
    const { phone } = await registered(rig, { interaction: user('no') });
    const { id } = await rig.api<{ id: number }>('POST', '/campaigns', {
      name: 'MMS',
      steps: SETTINGS,
      notify: { reason: REASON },
    });
    await take(phone, await gateway.pushed(1));
    await phone.session();
    expect(await rig.api('GET', `/campaigns/${id}`)).toMatchObject({
      counts: { failed: 1 },
      notifications: { refused: 1 },
    });
    const failures = await rig.api<{ items: object[] }>('GET', `/campaigns/${id}/failures`);
    expect(failures.items).toMatchObject([{ reason: 'refused by the user' }]);
  });

  it('who is none counts as well: nobody could be asked', async () => {
    const rig = await open();
    const { phone, devId } = await registered(rig);
    const task = await taskWith(rig, devId, { reason: REASON });
    await take(phone, await gateway.pushed(1));
    await phone.session();
    expect((await list(rig))[0]).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('nobody'),
    });
    expect(await rig.showTask(task.id)).toMatchObject({ state: 'failed' });
  });
});

describe('a device', () => {
  it('that does not call is asked over the next bearer, and in the end with the resynchronisation nonce', async () => {
    const rig = await open();
    const addresses = { msisdn: NUMBER, sip: 'sip:alice@ims.example' };
    const { phone, devId } = await registered(rig, { addresses });
    // Its nonces are not the server's any more.
    await rig.store.transaction((db) =>
      db.updateTable('accounts').set({ server_nonce: 'b3RoZXI=', client_nonce: 'b3RoZXI=' }).execute(),
    );
    const task = await taskWith(rig, devId, { callWithin: 600, bearers: ['sip', 'sms'] });
    for (const [count, bearer] of ['sip', 'sms', 'sip'].entries()) {
      const push = await gateway.pushed(count + 1);
      expect(push.quality).toMatchObject({ bearer, bearerRequired: true });
      expect((await take(phone, push)).decision).toMatchObject({ kind: 'ignored', because: 'digest' });
      await vi.waitFor(async () => {
        const [newest] = await list(rig);
        expect((await show(rig, newest?.id ?? 0)).attempts[count]?.state).toBe('submitted');
      });
      ahead += 11 * MINUTE;
    }
    const last = await gateway.pushed(4);
    const { decision, report } = await take(phone, last);
    expect(decision).toMatchObject({ kind: 'accepted', session: { resync: RESYNC_NONCE } });
    expect(report?.outcome).toMatchObject({ kind: 'completed' });
    expect(await rig.showTask(task.id)).toMatchObject({ state: 'succeeded' });
    const opened = await reaches(rig, 'opened');
    expect(opened.attempts.map(({ resync }) => resync)).toEqual([false, false, false, true]);
    // Everybody has fresh nonces now: no challenge is needed.
    expect((await phone.session()).outcome).toMatchObject({ kind: 'completed' });
    const [, second] = await rig.sessions(devId);
    expect(await rig.trace(second?.id ?? 0)).toHaveLength(2);
  });

  it('begins no session for what was pushed before, or for others', async () => {
    const rig = await open();
    const { phone, devId } = await registered(rig);
    const other = await registered(rig, { addresses: { msisdn: '+441632960002' } });
    await notify(rig, devId);
    const push = await gateway.pushed(1);
    expect((await take(other.phone, push)).decision).toMatchObject({ kind: 'ignored', because: 'digest' });
    const broken = {
      ...push,
      content: { ...push.content, body: push.content.body.map((byte, at) => byte ^ Number(at === 3)) },
    };
    expect((await take(phone, broken)).decision).toMatchObject({ kind: 'ignored', because: 'digest' });
    expect((await take(phone, push)).decision.kind).toBe('accepted');
    expect((await take(phone, push)).decision.kind).toBe('ignored');
    expect(await rig.sessions(devId)).toHaveLength(1);
  });

  it('that calls by itself need not be asked any more', async () => {
    const rig = await open();
    const { phone, devId } = await registered(rig);
    const task = await taskWith(rig, devId, {});
    const { pushId } = await gateway.pushed(1);
    await reaches(rig, 'submitted');
    await phone.session();
    expect(await rig.showTask(task.id)).toMatchObject({ state: 'succeeded' });
    expect(await reaches(rig, 'cancelled')).toMatchObject({ reason: expect.stringContaining('by itself') });
    await vi.waitFor(() => expect(gateway.cancelled).toEqual([pushId]));
  });

  it.each([
    ['without an address', {}, {}, /there is no address/],
    ['without an address for the bearer', { sip: 'sip:a@b' }, { bearers: ['sms'] }, /there is no address/],
  ])('%s cannot be asked', async (_, addresses, wish, reason) => {
    const rig = await open();
    const { devId } = await registered(rig, { addresses });
    await notify(rig, devId, wish);
    expect(await reaches(rig, 'failed')).toMatchObject({ reason: expect.stringMatching(reason) });
  });

  it('whose account has no password of the server cannot be asked', async () => {
    const rig = await open();
    await rig.api('POST', '/devices', {
      devId: 'IMEI:1',
      account: { client: { auth: 'none' } },
      addresses: { msisdn: NUMBER },
    });
    await notify(rig, 'IMEI:1');
    expect(await reaches(rig, 'failed')).toMatchObject({
      reason: expect.stringContaining('no server credentials'),
    });
    expect(gateway.asked).toEqual([]);
  });

  it('that does not call in time is not asked any more', async () => {
    const rig = await open();
    const { devId } = await registered(rig);
    await notify(rig, devId, { expiresIn: 60 });
    const { deliverBefore } = await gateway.pushed(1);
    const { expiresAt } = await reaches(rig, 'submitted');
    expect(Math.floor(Date.parse(String(expiresAt)) / 1000)).toBe((deliverBefore ?? 0) / 1000);
    ahead += 2 * MINUTE;
    expect(await reaches(rig, 'expired')).toMatchObject({
      reason: expect.stringContaining('has not called'),
    });
  });
});

describe('a session', () => {
  const DEVICE = 'IMEI:1';
  const byHand = async (rig: Rig): Promise<HandDevice> => {
    const server = { auth: 'md5', user: 'grove', password: 'of the server' };
    await rig.api('POST', '/devices', {
      devId: DEVICE,
      account: { client: { auth: 'none' }, server },
      addresses: { msisdn: NUMBER },
    });
    return new HandDevice(rig, DEVICE);
  };
  const asked = packageOne(DEVICE).replace('<Data>1201</Data>', '<Data>1200</Data>');
  const refusing = (sessionID: string) =>
    packageOne(DEVICE).replace(
      '<Final/>',
      `<Alert><CmdID>3</CmdID><Data>1226</Data><Item><Meta><Type xmlns="syncml:metinf">com.example.grove.notification</Type></Meta><Data>{"sessionID":"${sessionID}","outcome":"refused"}</Data></Item></Alert><Final/>`,
    );

  it('with a SessionID of the device is the one that was asked for, if the device says so', async () => {
    const rig = await open();
    const device = await byHand(rig);
    await notify(rig, DEVICE);
    await reaches(rig, 'submitted');
    await device.begin('1').say(asked);
    expect(await reaches(rig, 'opened')).toMatchObject({ reason: expect.stringContaining('of its own') });
  });

  it('is not the one that was asked for where nothing was pushed yet', async () => {
    gateway.answer = 'hang';
    const rig = await open();
    const device = await byHand(rig);
    await notify(rig, DEVICE);
    await gateway.askedFor(1);
    await device.begin('1').say(asked);
    await reaches(rig, 'cancelled');
  });

  it.each([
    ['again where nobody else can listen', 'https://dm.example.com/dm', 'SyncHdr 212'],
    ['once where others may listen', undefined, 'SyncHdr 401'],
  ])('may begin with the resynchronisation nonce %s', async (_, publicUrl, then) => {
    const rig = await open(publicUrl === undefined ? {} : { publicUrl });
    const secret = { user: 'phone', password: 'of the phone' };
    await rig.api('POST', '/devices', {
      devId: DEVICE,
      account: {
        client: { auth: 'md5', ...secret },
        server: { auth: 'md5', user: 'grove', password: 'of the server' },
      },
      addresses: { msisdn: NUMBER },
    });
    const device = new HandDevice(rig, DEVICE);
    const zero = Buffer.from(RESYNC_NONCE).toString('base64');
    const proof = cred('md5', md5Digest(secret.user, secret.password, zero));
    const begin = async (): Promise<string | undefined> => {
      const count = gateway.pushes.length;
      await notify(rig, DEVICE, { callWithin: 60 });
      await gateway.pushed(count + 1);
      const { sessionID } = await reaches(rig, 'submitted');
      ahead += 2 * MINUTE;
      await gateway.pushed(count + 2);
      return (await device.begin(sessionID).say(asked, { more: proof })).statuses[0];
    };
    expect(await begin()).toBe('SyncHdr 212');
    expect(await begin()).toBe(then);
  });

  it('does not give up what was begun before the device told of a refusal', async () => {
    const rig = await open();
    const device = await byHand(rig);
    const task = await taskWith(rig, DEVICE, { reason: REASON, expiresIn: 60 });
    await reaches(rig, 'submitted');
    ahead += 2 * MINUTE;
    const { sessionID } = await reaches(rig, 'expired');
    expect((await device.begin('1').say(packageOne(DEVICE))).asks).not.toEqual([]);
    expect((await device.begin('2').say(refusing(sessionID))).asks).not.toEqual([]);
    await reaches(rig, 'refused');
    expect((await rig.showTask(task.id)).state).toBe('running');
  });

  it.each([
    ['no JSON', 'refused'],
    ['of nothing', '{}'],
    ['of another session', '{"sessionID":"1","outcome":"refused"}'],
    ['of another outcome', '{"sessionID":"NAMED","outcome":"constructor"}'],
  ])('with an alert that tells %s changes nothing', async (_, data) => {
    const rig = await open();
    const device = await byHand(rig);
    const task = await taskWith(rig, DEVICE, { reason: REASON });
    const { sessionID } = await reaches(rig, 'submitted');
    const told = refusing('X').replace(
      '{"sessionID":"X","outcome":"refused"}',
      data.replace('NAMED', sessionID),
    );
    expect((await device.begin('1').say(told)).asks).not.toEqual([]);
    expect((await rig.showTask(task.id)).state).toBe('running');
    await reaches(rig, 'cancelled');
  });
});

describe('the gateway', () => {
  it('is asked again when its answer is lost, and has the push only once', async () => {
    gateway.answer = 'lose';
    const rig = await open();
    const { devId } = await registered(rig);
    const { id } = await notify(rig, devId);
    await gateway.pushed(1);
    gateway.answer = 'accept';
    await vi.waitFor(async () => expect((await show(rig, id)).attempts).toMatchObject([{ tries: 1 }]));
    ahead += 5000;
    const { attempts } = await reaches(rig, 'submitted');
    expect(attempts).toMatchObject([{ state: 'submitted', text: 'the gateway has it since before' }]);
    expect(new Set(gateway.asked.map(({ pushId }) => pushId)).size).toBe(1);
    expect(gateway.pushes).toHaveLength(1);
  });

  it('may be away for a while, or let nobody in', async () => {
    await gateway.stop();
    const rig = await open();
    const { devId } = await registered(rig);
    const { id } = await notify(rig, devId);
    await vi.waitFor(async () => {
      const { state, attempts } = await show(rig, id);
      expect({ state, attempts }).toMatchObject({
        state: 'queued',
        attempts: [{ state: 'submitting', tries: 1, text: expect.stringContaining('ECONNREFUSED') }],
      });
    });
    await gateway.start();
    ahead += 5000;
    await reaches(rig, 'submitted');
  });

  it('that refuses a push has the next one tried at once', async () => {
    gateway.answer = RESULT.requiredBearerNotAvailable;
    const rig = await open();
    const { devId } = await registered(rig, { addresses: { msisdn: NUMBER, sip: 'sip:alice@ims.example' } });
    await notify(rig, devId);
    const { reason } = await reaches(rig, 'failed');
    expect(gateway.asked).toHaveLength(4);
    expect(reason).toMatch(/\+441632960001: 3010 .*; sip:alice@ims\.example: 3010 /);
  });

  it('reports only with its credentials, and of pushes that there are', async () => {
    const rig = await open();
    const { devId } = await registered(rig);
    const { id } = await notify(rig, devId);
    const push = await gateway.pushed(1);
    await reaches(rig, 'submitted');
    const wrong = { user: 'gateway', password: 'wrong' };
    expect(await gateway.report(push, wrong, {})).toMatchObject({ kind: 'refused', locked: true });
    for (const pushId of [
      '1',
      `${id}.1.00@grove`,
      `${id}.2${push.pushId.slice(push.pushId.indexOf('.', 3))}`,
    ]) {
      expect(await gateway.report({ ...push, pushId }, rig.resultCredentials, {})).toMatchObject({
        kind: 'refused',
        code: RESULT.pushIdNotFound.code,
      });
    }
    expect((await show(rig, id)).state).toBe('submitted');
  });

  it('that could not deliver has the next bearer tried', async () => {
    const rig = await open();
    const { devId } = await registered(rig, { addresses: { msisdn: NUMBER, sip: 'sip:alice@ims.example' } });
    await notify(rig, devId);
    const push = await gateway.pushed(1);
    await reaches(rig, 'submitted');
    const lost = { state: 'undeliverable', code: 4500, desc: 'absent subscriber' } as const;
    await gateway.report(push, rig.resultCredentials, lost);
    expect((await gateway.pushed(2)).addresses).toMatchObject([{ address: { kind: 'sip' } }]);
    const { attempts } = await reaches(rig, 'submitted');
    expect(attempts[0]).toMatchObject({
      state: 'failed',
      text: expect.stringContaining('absent subscriber'),
    });
  });
});

describe('several servers on one database', () => {
  it('go on with what one of them has begun and died over', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'grove-notifications-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const fresh = freshDatabase();
    const db = fresh === 'sqlite::memory:' ? `sqlite:${join(folder, 'grove.db')}` : fresh;
    gateway.answer = 'hang';
    const first = await open({ db });
    const { phone, devId } = await registered(first);
    await taskWith(first, devId, {});
    const { pushId } = await gateway.askedFor(1);
    gateway.answer = 'accept';
    // Nobody else takes it before its lease is over.
    const second = await startRig({
      db,
      now: () => Date.now() + ahead,
      push: { ppgUrl: gateway.url, credentials: gateway.credentials, interval: 20 },
    });
    onTestFinished(() => second.close());
    expect(gateway.asked).toHaveLength(1);
    ahead += 3 * MINUTE;
    const push = await gateway.pushed(1);
    expect(push.pushId).toBe(pushId);
    await reaches(first, 'submitted');
    expect((await take(phone, push)).report?.outcome).toMatchObject({ kind: 'completed' });
    await reaches(first, 'opened');
  });
});
