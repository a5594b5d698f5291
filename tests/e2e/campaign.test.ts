import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { answers, HandDevice, packageOne } from '../rig/device.testing.ts';
import { type Rig, startRig } from '../rig/rig.testing.ts';

const DEVICE = 'IMEI:490154203237518';
let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

it('a campaign ends soon after its last device has, and that device is known by its tree', async () => {
  await rig.register(DEVICE, { client: { auth: 'none' } });
  const steps = [{ kind: 'replace', uri: './MMS/Operator/Name', value: 'New' }];
  const { id } = await rig.api<{ id: number }>('POST', '/campaigns', { name: 'one leaf', steps });

  const phone = new HandDevice(rig, DEVICE);
  const asked = await phone.say(packageOne(DEVICE));
  expect(asked.asks).toEqual(['Replace ./MMS/Operator/Name']);
  await phone.say(`${answers(asked)}<Final/>`);

  let state = 'running';
  for (let tries = 0; state === 'running' && tries < 100; tries++) {
    await sleep(100);
    ({ state } = await rig.api<{ state: string }>('GET', `/campaigns/${id}`));
  }
  expect(state).toBe('finished');

  const nodes = await rig.api<{ items: { uri: string; value: string }[] }>('GET', '/devices/1/nodes');
  const known = Object.fromEntries(nodes.items.map(({ uri, value }) => [uri, value]));
  expect(known).toMatchObject({ './DevInfo/DevId': DEVICE, './MMS/Operator/Name': 'New' });
});

it('a campaign pauses itself when too many devices fail, and goes on where it was', async () => {
  const devices = Array.from({ length: 8 }, (_, n) => `IMEI:full-${n}`);
  for (const device of devices) await rig.register(device);
  const { id } = await rig.api<{ id: number }>('POST', '/campaigns', {
    name: 'too large',
    steps: [{ kind: 'replace', uri: './MMS/Operator/Name', value: 'New' }],
    target: { query: 'devId ~ "IMEI:full-*"' },
    errors: { percent: 50, minimum: 3 },
  });
  const show = () => rig.api<{ state: string; reason: string }>('GET', `/campaigns/${id}`);
  const calls = async (device: string, status: number) => {
    const phone = new HandDevice(rig, device);
    const asked = await phone.say(packageOne(device));
    if (asked.asks.length > 0) await phone.say(`${answers(asked, {}, status)}<Final/>`);
    return asked.asks.length;
  };
  for (const device of devices.slice(0, 3)) expect(await calls(device, 420)).toBe(1);
  await vi.waitFor(async () => expect((await show()).state).toBe('paused'), 5_000);
  expect((await show()).reason).toBe('3 of 3 devices have failed, which is more than 50 %');
  expect(await calls(devices[3] ?? '', 200)).toBe(0);
  const events = await rig.api<{ items: { type: string }[] }>('GET', `/events?campaign=${id}&type=campaign`);
  expect(events.items[0]?.type).toBe('campaign.paused');
  await rig.api('POST', `/campaigns/${id}/resume`, { text: 'there is room now' });
  for (const device of devices.slice(3)) expect(await calls(device, 200)).toBe(1);
  await vi.waitFor(async () => expect((await show()).state).toBe('finished'), 5_000);
  const again = await rig.api<{ id: number; counts: object }>('POST', `/campaigns/${id}/rerun`, {});
  expect(again.counts).toMatchObject({ devices: 3 });
});
