/** What a push proxy gateway answers, loses and reports, and what the server makes of it. */
import { RESULT } from '@grove/push';
import { describe, expect, it, vi } from 'vitest';
import { NUMBER, notify, reaches, show, staged } from './notified.testing.ts';

describe('the gateway', () => {
  const scene = staged();

  it('is asked again when its answer is lost, and has the push only once', async () => {
    scene.gateway.answer = 'lose';
    const rig = await scene.open();
    const { devId } = await scene.registered(rig);
    const { id } = await notify(rig, devId);
    await scene.gateway.pushed(1);
    scene.gateway.answer = 'accept';
    await vi.waitFor(async () => expect((await show(rig, id)).attempts).toMatchObject([{ tries: 1 }]));
    scene.ahead += 5000;
    const { attempts } = await reaches(rig, 'submitted');
    expect(attempts).toMatchObject([{ state: 'submitted', text: 'the gateway has it since before' }]);
    expect(new Set(scene.gateway.asked.map(({ pushId }) => pushId)).size).toBe(1);
    expect(scene.gateway.pushes).toHaveLength(1);
  });

  it('may be away for a while, or let nobody in', async () => {
    await scene.gateway.stop();
    const rig = await scene.open();
    const { devId } = await scene.registered(rig);
    const { id } = await notify(rig, devId);
    await vi.waitFor(async () => {
      const { state, attempts } = await show(rig, id);
      expect({ state, attempts }).toMatchObject({
        state: 'queued',
        attempts: [{ state: 'submitting', tries: 1, text: expect.stringContaining('ECONNREFUSED') }],
      });
    });
    await scene.gateway.start();
    scene.ahead += 5000;
    await reaches(rig, 'submitted');
  });

  it('that refuses a push has the next one tried at once', async () => {
    scene.gateway.answer = RESULT.requiredBearerNotAvailable;
    const rig = await scene.open();
    const { devId } = await scene.registered(rig, {
      addresses: { msisdn: NUMBER, sip: 'sip:alice@ims.example' },
    });
    await notify(rig, devId);
    const { reason } = await reaches(rig, 'failed');
    expect(scene.gateway.asked).toHaveLength(4);
    expect(reason).toMatch(/\+441632960001: 3010 .*; sip:alice@ims\.example: 3010 /);
  });

  it('reports only with its credentials, and of pushes that there are', async () => {
    const rig = await scene.open();
    const { devId } = await scene.registered(rig);
    const { id } = await notify(rig, devId);
    const push = await scene.gateway.pushed(1);
    await reaches(rig, 'submitted');
    const wrong = { user: 'gateway', password: 'wrong' };
    expect(await scene.gateway.report(push, wrong, {})).toMatchObject({ kind: 'refused', locked: true });
    for (const pushId of [
      '1',
      `${id}.1.00@grove`,
      `${id}.2${push.pushId.slice(push.pushId.indexOf('.', 3))}`,
    ]) {
      expect(await scene.gateway.report({ ...push, pushId }, rig.resultCredentials, {})).toMatchObject({
        kind: 'refused',
        code: RESULT.pushIdNotFound.code,
      });
    }
    expect((await show(rig, id)).state).toBe('submitted');
  });

  it('that could not deliver has the next bearer tried', async () => {
    const rig = await scene.open();
    const { devId } = await scene.registered(rig, {
      addresses: { msisdn: NUMBER, sip: 'sip:alice@ims.example' },
    });
    await notify(rig, devId);
    const push = await scene.gateway.pushed(1);
    await reaches(rig, 'submitted');
    const lost = { state: 'undeliverable', code: 4500, desc: 'absent subscriber' } as const;
    await scene.gateway.report(push, rig.resultCredentials, lost);
    expect((await scene.gateway.pushed(2)).addresses).toMatchObject([{ address: { kind: 'sip' } }]);
    const { attempts } = await reaches(rig, 'submitted');
    expect(attempts[0]).toMatchObject({
      state: 'failed',
      text: expect.stringContaining('absent subscriber'),
    });
  });
});
