import type { Command } from 'commander';
import { type DeviceDetail, segment } from '../../api/index.ts';
import { printable } from '../../output/index.ts';
import { defineCall } from '../call.ts';

export function defineUnlock(parent: Command): void {
  defineCall(parent, {
    usage: 'unlock <device>',
    summary: 'forget wrong credentials, so that nobody is locked out for a device',
    examples: ['grove devices unlock IMEI:490154203237518'],
    async run(api, [key = '']) {
      const device = await api.post<DeviceDetail>(`devices/${segment(key)}/unlock`);
      return { json: device, lines: () => [`Device ${printable(key)} is not locked out.`] };
    },
  });
}
