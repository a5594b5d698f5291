/** How long a session waits for a user who was asked. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answers, HandDevice, packageOne, type Said } from '../rig/device.testing.ts';
import { type Rig, startRig } from '../rig/rig.testing.ts';

const MINUTE = 60_000;

let rig: Rig;
let clock = Date.UTC(2026, 0, 1);
beforeAll(async () => {
  rig = await startRig({ now: () => clock, housekeepingInterval: 5 });
});
afterAll(() => rig.close());

let devices = 0;
async function begin(step: object): Promise<{ phone: HandDevice; first: Said; task: number }> {
  const devId = `IMEI:6000000000000${String(devices++).padStart(2, '0')}`;
  await rig.register(devId);
  const task = await rig.task(devId, [step]);
  const phone = new HandDevice(rig, devId);
  return { phone, task, first: await phone.say(packageOne(devId)) };
}

const isExpired = async ({ devId }: HandDevice) => (await rig.sessions(devId))[0]?.outcome === 'expired';

/** Waits for a round of housekeeping that has ended all sessions whose time is over. */
async function housekept(): Promise<void> {
  const { phone } = await begin({ kind: 'get', uri: './A' });
  clock += 15 * MINUTE;
  await expect.poll(() => isExpired(phone)).toBe(true);
}

it.each([
  ['as long as its question says', { maxDisplay: 3 * 3600 }, 180],
  ['for an hour where it does not say', {}, 60],
  ['for the shortest time for which it is shown, where that is longer', { minDisplay: 2 * 3600 }, 120],
])('waits for a user %s, and the usual time more', async (_, times, minutes) => {
  const ask = { kind: 'ask', question: { kind: 'confirm', text: 'Now?', ...times } };
  const answered = await begin(ask);
  const silent = await begin(ask);
  // What housekept() lets pass at its end included.
  clock += (minutes - 1) * MINUTE;
  await housekept();
  expect(await isExpired(silent.phone)).toBe(false);
  const end = await answered.phone.say(`${answers(answered.first)}<Final/>`);
  expect(end.asks).toEqual([]);
  expect(await rig.showTask(answered.task)).toMatchObject({ state: 'succeeded' });
  expect(await rig.sessions(answered.phone.devId)).toHaveLength(1);

  clock += MINUTE;
  await housekept();
  expect(await isExpired(silent.phone)).toBe(true);
  await expect(silent.phone.say(`${answers(silent.first)}<Final/>`)).rejects.toThrow('HTTP 404');
});
