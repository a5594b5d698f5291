import type { Command } from 'commander';
import { type SubscriberDetail, segment } from '../../api/index.ts';
import { printable } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { formatSubscriber } from './read.ts';

export function defineBind(parent: Command): void {
  defineCall(parent, {
    usage: 'bind <subscriber> <device>',
    summary: 'say that a device is a subscriber’s, whatever its number',
    examples: ['grove subscribers bind C-20391 IMEI:490154203237518'],
    async run(api, [subscriber = '', device = '']) {
      const bound = await api.put<SubscriberDetail>(`devices/${segment(device)}/subscriber`, { subscriber });
      return { json: bound, lines: () => formatSubscriber(bound) };
    },
  });
}

export function defineUnbind(parent: Command): void {
  defineCall(parent, {
    usage: 'unbind <device>',
    summary: 'say that a device is nobody’s',
    examples: ['grove subscribers unbind IMEI:490154203237518'],
    async run(api, [device = '']) {
      await api.delete(`devices/${segment(device)}/subscriber`);
      return { json: { unbound: device }, lines: () => [`Device ${printable(device)} is nobody’s.`] };
    },
  });
}
