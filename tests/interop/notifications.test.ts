/** Campaigns and tasks ask Grove's phone for sessions, by PAP over a socket; and what its user says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVICE } from '@grove/protocol';
import { DM_APPLICATION, RESULT } from '@grove/push';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { freshDatabase } from '../rig/database.testing.ts';
import { startRig } from '../rig/rig.testing.ts';
import {
  list,
  MINUTE,
  NUMBER,
  PROXY,
  REASON,
  ROOT,
  reaches,
  SETTINGS,
  staged,
  take,
  taskWith,
  user,
} from './notified.testing.ts';

describe('a campaign with a reason', () => {
  const scene = staged();

  it('is pushed, told to the user, and stored when he accepts', async () => {
    const rig = await scene.open();
    const accepting = user('yes');
    const { phone } = await scene.registered(rig, { interaction: accepting });
    const { id } = await rig.api<{ id: number }>('POST', '/campaigns', {
      name: 'MMS',
      steps: SETTINGS,
      notify: { reason: REASON, priority: 'high' },
    });
    const push = await scene.gateway.pushed(1);
    expect(push).toMatchObject({
      addresses: [{ address: { kind: 'plmn', number: NUMBER } }],
      content: { contentType: 'application/vnd.syncml.notification', applicationId: DM_APPLICATION },
      quality: { priority: 'high' },
    });
    await reaches(rig, 'submitted');
    const reported = { state: 'pending', code: RESULT.accepted.code, desc: 'the SMSC has it' } as const;
    expect(await scene.gateway.report(push, rig.resultCredentials, reported)).toMatchObject({
      kind: 'taken',
    });
    await reaches(rig, 'sent');
    await scene.gateway.report(push, rig.resultCredentials, {});
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
    const rig = await scene.open();
    const early = await scene.registered(rig);
    const { id } = await rig.api<{ id: number }>('POST', '/campaigns', {
      name: 'one',
      steps: SETTINGS,
      dynamic: true,
      notify: {},
    });
    await take(early.phone, await scene.gateway.pushed(1));
    const late = await scene.registered(rig, { addresses: { msisdn: '+441632960002' } });
    const push = await scene.gateway.pushed(2);
    expect(push.addresses).toMatchObject([{ address: { number: '+441632960002' } }]);
    await take(late.phone, push);
    expect(await rig.api('GET', `/campaigns/${id}`)).toMatchObject({ notifications: { opened: 2 } });
    expect(scene.gateway.asked).toHaveLength(2);
  });

  it('is told to the gateway to be left when it is cancelled', async () => {
    const rig = await scene.open();
    await scene.registered(rig);
    const { id } = await rig.api<{ id: number }>('POST', '/campaigns', {
      name: 'one',
      steps: SETTINGS,
      notify: {},
    });
    const push = await scene.gateway.pushed(1);
    await reaches(rig, 'submitted');
    await rig.api('POST', `/campaigns/${id}/cancel`);
    await reaches(rig, 'cancelled');
    await vi.waitFor(() => expect(scene.gateway.cancelled).toEqual([push.pushId]));
    // The gateway reports this, too, and may do so before its answer is stored.
    const reported = { state: 'cancelled', code: RESULT.ok.code, desc: 'cancelled' } as const;
    expect(await scene.gateway.report(push, rig.resultCredentials, reported)).toMatchObject({
      kind: 'taken',
    });
    await vi.waitFor(async () => {
      expect(await reaches(rig, 'cancelled')).toMatchObject({ attempts: [{ state: 'cancelled' }] });
    });
    const { items } = await rig.api<{ items: { type: string }[] }>('GET', '/events?type=notification');
    expect(items.map(({ type }) => type)).not.toContain('notification.undeliverable');
  });
});

describe('a user who refuses', () => {
  const scene = staged();

  const refused = { state: 'refused', reason: 'refused by the user' };

  it('is seen by the operator, and does not get what he has refused', async () => {
    const rig = await scene.open();
    const { phone, devId } = await scene.registered(rig, { interaction: user('no') });
    const task = await taskWith(rig, devId, { reason: REASON });
    const { decision } = await take(phone, await scene.gateway.pushed(1));
    expect(decision.kind).toBe('refused');
    // The device says so when it calls next.
    await phone.session();
    const [told] = await list(rig, `?device=${encodeURIComponent(devId)}&state=refused`);
    expect(told).toMatchObject({ ...refused, taskId: task.id });
    expect(await rig.showTask(task.id)).toMatchObject({ state: 'failed', reason: 'refused by the user' });
    expect(phone.tree.get(`${ROOT}/Addr`, DEVICE)).not.toMatchObject({ data: PROXY });
  });

  it('gets it all the same where the operator has said so', async () => {
    const rig = await scene.open();
    const { phone, devId } = await scene.registered(rig, { interaction: user('no') });
    const task = await taskWith(rig, devId, { reason: REASON, onRefusal: 'keep' });
    await take(phone, await scene.gateway.pushed(1));
    await phone.session();
    expect((await list(rig))[0]).toMatchObject(refused);
    expect(await rig.showTask(task.id)).toMatchObject({ state: 'succeeded' });
  });

  it('is the outcome of a campaign on the device', async () => {
    const rig = await scene.open();
    const { phone } = await scene.registered(rig, { interaction: user('no') });
    const { id } = await rig.api<{ id: number }>('POST', '/campaigns', {
      name: 'MMS',
      steps: SETTINGS,
      notify: { reason: REASON },
    });
    await take(phone, await scene.gateway.pushed(1));
    await phone.session();
    expect(await rig.api('GET', `/campaigns/${id}`)).toMatchObject({
      counts: { declined: 1 },
      notifications: { refused: 1 },
    });
    const failures = await rig.api<{ items: object[] }>('GET', `/campaigns/${id}/outcomes`);
    expect(failures.items).toMatchObject([{ reason: 'refused by the user' }]);
  });

  it('who is none counts as well: nobody could be asked', async () => {
    const rig = await scene.open();
    const { phone, devId } = await scene.registered(rig);
    const task = await taskWith(rig, devId, { reason: REASON });
    await take(phone, await scene.gateway.pushed(1));
    await phone.session();
    expect((await list(rig))[0]).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('nobody'),
    });
    expect(await rig.showTask(task.id)).toMatchObject({ state: 'failed' });
  });
});

describe('several servers on one database', () => {
  const scene = staged();

  it('go on with what one of them has begun and died over', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'grove-notifications-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const fresh = freshDatabase();
    const db = fresh === 'sqlite::memory:' ? `sqlite:${join(folder, 'grove.db')}` : fresh;
    scene.gateway.answer = 'hang';
    const first = await scene.open({ db });
    const { phone, devId } = await scene.registered(first);
    await taskWith(first, devId, {});
    const { pushId } = await scene.gateway.askedFor(1);
    scene.gateway.answer = 'accept';
    // Nobody else takes it before its lease is over.
    const second = await startRig({
      db,
      now: () => Date.now() + scene.ahead,
      push: { ppgUrl: scene.gateway.url, credentials: scene.gateway.credentials, interval: 20 },
    });
    onTestFinished(() => second.close());
    expect(scene.gateway.asked).toHaveLength(1);
    scene.ahead += 3 * MINUTE;
    const push = await scene.gateway.pushed(1);
    expect(push.pushId).toBe(pushId);
    await reaches(first, 'submitted');
    expect((await take(phone, push)).report?.outcome).toMatchObject({ kind: 'completed' });
    await reaches(first, 'opened');
  });
});
