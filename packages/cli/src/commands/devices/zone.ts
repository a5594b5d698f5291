import type { Command } from 'commander';
import { type DeviceDetail, segment } from '../../api/index.ts';
import { defineCall } from '../call.ts';

export function defineZone(parent: Command): void {
  defineCall(parent, {
    usage: 'zone <device> [zone]',
    summary:
      'say in which time zone a device is, by whose clock the windows of campaigns are; without one, forget it',
    examples: ['grove devices zone IMEI:490154203237518 Europe/London'],
    async run(api, [device = '', zone]) {
      const changed = await api.patch<DeviceDetail>(`devices/${segment(device)}`, { timeZone: zone ?? null });
      const text = changed.timeZone === null ? 'is of no known time zone' : `is in ${changed.timeZone}`;
      return { json: changed, lines: () => [`${changed.devId} ${text}.`] };
    },
  });
}
