import type { Command } from 'commander';
import { segment } from '../../api/index.ts';
import { printable } from '../../output/index.ts';
import { defineCall } from '../call.ts';

export function defineRemove(parent: Command): void {
  defineCall(parent, {
    usage: 'rm <device>',
    summary: 'delete a device with its tasks, sessions and outcomes',
    examples: ['grove devices rm IMEI:490154203237518'],
    async run(api, [key = '']) {
      await api.delete(`devices/${segment(key)}`);
      return { json: { deleted: key }, lines: () => [`Device ${printable(key)} is deleted.`] };
    },
  });
}
