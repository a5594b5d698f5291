import type { Command } from 'commander';
import { segment } from '../../api/index.ts';
import { formatTime } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { type Estimate, estimateLines } from './dry-run.ts';

interface Explanation {
  readonly waiting: readonly {
    readonly kind: string;
    readonly devices: number | null;
    readonly text: string;
    readonly until: string | null;
  }[];
  readonly sampled: boolean;
  readonly estimate: Estimate;
}

export function defineExplain(parent: Command): void {
  defineCall(parent, {
    usage: 'explain <id> [device]',
    summary: 'say why nothing happens: who waits for what; or why one device has not got it',
    examples: ['grove campaigns explain 3', 'grove campaigns explain 3 IMEI:490154203237518'],
    async run(api, [id = '', device]) {
      const path = `campaigns/${segment(id)}`;
      if (device !== undefined) {
        const found = await api.get<{ text: string; until: string | null }>(
          `${path}/devices/${segment(device)}`,
        );
        return { json: found, lines: () => [sentence(found.text, found.until)] };
      }
      const found = await api.get<Explanation>(`${path}/explain`);
      const about = found.sampled ? 'about ' : '';
      return {
        json: found,
        lines: () => [
          ...found.waiting.map(({ devices, text, until }) =>
            sentence(
              devices === null ? text : `${about}${devices} ${devices === 1 ? 'device' : 'devices'}: ${text}`,
              until,
            ),
          ),
          '',
          ...estimateLines(found.estimate),
        ],
      };
    },
  });
  defineCall(parent, {
    usage: 'estimate <id>',
    summary: 'say how long it may still take, and what that rests on',
    examples: ['grove campaigns estimate 3'],
    async run(api, [id = '']) {
      const { estimate } = await api.get<Explanation>(`campaigns/${segment(id)}/explain`);
      return {
        json: estimate,
        lines: () => [`${estimate.left} devices are left.`, ...estimateLines(estimate)],
      };
    },
  });
}

function sentence(text: string, until: string | null): string {
  return `${text}${until === null ? '' : `, until ${formatTime(until)}`}`;
}
