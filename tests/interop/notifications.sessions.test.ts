/** Devices that are asked to call, those that do not, and what their sessions mean for notifications. */
import { RESYNC_NONCE } from '@grove/protocol';
import { describe, expect, it, vi } from 'vitest';
import { cred, HandDevice, md5Digest, packageOne } from '../rig/device.testing.ts';
import type { Rig } from '../rig/rig.testing.ts';
import {
  list,
  MINUTE,
  NUMBER,
  notify,
  REASON,
  reaches,
  show,
  staged,
  take,
  taskWith,
} from './notified.testing.ts';

describe('a device', () => {
  const scene = staged();

  it('that does not call is asked over the next bearer, and in the end with the resynchronisation nonce', async () => {
    const rig = await scene.open();
    const addresses = { msisdn: NUMBER, sip: 'sip:alice@ims.example' };
    const { phone, devId } = await scene.registered(rig, { addresses });
    // Its nonces are not the server's any more.
    await rig.store.transaction((db) =>
      db.updateTable('accounts').set({ server_nonce: 'b3RoZXI=', client_nonce: 'b3RoZXI=' }).execute(),
    );
    const task = await taskWith(rig, devId, { callWithin: 600, bearers: ['sip', 'sms'] });
    for (const [count, bearer] of ['sip', 'sms', 'sip'].entries()) {
      const push = await scene.gateway.pushed(count + 1);
      expect(push.quality).toMatchObject({ bearer, bearerRequired: true });
      expect((await take(phone, push)).decision).toMatchObject({ kind: 'ignored', because: 'digest' });
      await vi.waitFor(async () => {
        const [newest] = await list(rig);
        expect((await show(rig, newest?.id ?? 0)).attempts[count]?.state).toBe('submitted');
      });
      scene.ahead += 11 * MINUTE;
    }
    const last = await scene.gateway.pushed(4);
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
    const rig = await scene.open();
    const { phone, devId } = await scene.registered(rig);
    const other = await scene.registered(rig, { addresses: { msisdn: '+441632960002' } });
    await notify(rig, devId);
    const push = await scene.gateway.pushed(1);
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
    const rig = await scene.open();
    const { phone, devId } = await scene.registered(rig);
    const task = await taskWith(rig, devId, {});
    const { pushId } = await scene.gateway.pushed(1);
    await reaches(rig, 'submitted');
    await phone.session();
    expect(await rig.showTask(task.id)).toMatchObject({ state: 'succeeded' });
    expect(await reaches(rig, 'cancelled')).toMatchObject({ reason: expect.stringContaining('by itself') });
    await vi.waitFor(() => expect(scene.gateway.cancelled).toEqual([pushId]));
  });

  it.each([
    ['without an address', {}, {}, /there is no address/],
    ['without an address for the bearer', { sip: 'sip:a@b' }, { bearers: ['sms'] }, /there is no address/],
  ])('%s cannot be asked', async (_, addresses, wish, reason) => {
    const rig = await scene.open();
    const { devId } = await scene.registered(rig, { addresses });
    await notify(rig, devId, wish);
    expect(await reaches(rig, 'failed')).toMatchObject({ reason: expect.stringMatching(reason) });
  });

  it('whose account has no password of the server cannot be asked', async () => {
    const rig = await scene.open();
    await rig.api('POST', '/devices', {
      devId: 'IMEI:1',
      account: { client: { auth: 'none' } },
      addresses: { msisdn: NUMBER },
    });
    await notify(rig, 'IMEI:1');
    expect(await reaches(rig, 'failed')).toMatchObject({
      reason: expect.stringContaining('no server credentials'),
    });
    expect(scene.gateway.asked).toEqual([]);
  });

  it('that does not call in time is not asked any more', async () => {
    const rig = await scene.open();
    const { devId } = await scene.registered(rig);
    await notify(rig, devId, { expiresIn: 60 });
    const { deliverBefore } = await scene.gateway.pushed(1);
    const { expiresAt } = await reaches(rig, 'submitted');
    expect(Math.floor(Date.parse(String(expiresAt)) / 1000)).toBe((deliverBefore ?? 0) / 1000);
    scene.ahead += 2 * MINUTE;
    expect(await reaches(rig, 'expired')).toMatchObject({
      reason: expect.stringContaining('has not called'),
    });
  });
});

describe('a session', () => {
  const scene = staged();

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
    const rig = await scene.open();
    const device = await byHand(rig);
    await notify(rig, DEVICE);
    await reaches(rig, 'submitted');
    await device.begin('1').say(asked);
    expect(await reaches(rig, 'opened')).toMatchObject({ reason: expect.stringContaining('of its own') });
  });

  it('is not the one that was asked for where nothing was pushed yet', async () => {
    scene.gateway.answer = 'hang';
    const rig = await scene.open();
    const device = await byHand(rig);
    await notify(rig, DEVICE);
    await scene.gateway.askedFor(1);
    await device.begin('1').say(asked);
    await reaches(rig, 'cancelled');
  });

  it.each([
    ['again where nobody else can listen', 'https://dm.example.com/dm', 'SyncHdr 212', 'SyncHdr 212'],
    ['once where others may listen', undefined, 'SyncHdr 212', 'SyncHdr 401'],
    ['not where others have heard it in vain', 'shown', 'SyncHdr 401', 'SyncHdr 401'],
  ])('may begin with the resynchronisation nonce %s', async (_, how, first, then) => {
    const isShown = how === 'shown';
    const publicUrl = isShown ? undefined : how;
    const rig = await scene.open(publicUrl === undefined ? {} : { publicUrl });
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
      const count = scene.gateway.pushes.length;
      await notify(rig, DEVICE, { callWithin: 60 });
      await scene.gateway.pushed(count + 1);
      const { sessionID } = await reaches(rig, 'submitted');
      scene.ahead += 2 * MINUTE;
      await scene.gateway.pushed(count + 2);
      return (await device.begin(sessionID).say(asked, { more: proof })).statuses[0];
    };
    if (isShown) {
      const [inVain] = (await device.begin('1').say(asked, { more: proof })).statuses;
      expect(inVain).toBe('SyncHdr 401');
    }
    expect(await begin()).toBe(first);
    expect(await begin()).toBe(then);
  });

  it('does not give up what was begun before the device told of a refusal', async () => {
    const rig = await scene.open();
    const device = await byHand(rig);
    const task = await taskWith(rig, DEVICE, { reason: REASON, expiresIn: 60 });
    await reaches(rig, 'submitted');
    scene.ahead += 2 * MINUTE;
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
    const rig = await scene.open();
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
