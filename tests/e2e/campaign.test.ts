import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
