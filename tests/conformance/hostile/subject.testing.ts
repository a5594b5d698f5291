/** The device in whose name a server is ill-treated, and whether the server is none the worse. */
import { expect } from 'vitest';
import { answers, basicDigest, cred, HandDevice, packageOne, xmlMessage } from '../../rig/device.testing.ts';
import type { Rig } from '../../rig/rig.testing.ts';

export const DEVICE = 'IMEI:400000000000000';
export const goodCred: string = cred('basic', basicDigest('device', 'device-password'));

/** A first message of the device, with its credentials. */
export function message(body: string): string {
  return xmlMessage({ device: DEVICE, more: goodCred }, body);
}

export function goodMessage(): string {
  return message(packageOne(DEVICE));
}

export function registerSubject(rig: Rig): Promise<void> {
  return rig.register(DEVICE, { client: { auth: 'basic', user: 'device', password: 'device-password' } });
}

/** Has the device call and do a task, as if nothing had been. */
export async function expectWell(rig: Rig): Promise<void> {
  const phone = new HandDevice(rig, DEVICE);
  const task = await rig.task(DEVICE, [{ kind: 'get', uri: './A' }]);
  const first = await phone.begin(`well-${task}`).say(packageOne(DEVICE), { more: goodCred });
  await phone.say(`${answers(first, { './A': '1' })}<Final/>`);
  expect((await rig.showTask(task)).state).toBe('succeeded');
}
