import type { Command } from 'commander';
import { type CampaignOutcome, segment } from '../../api/index.ts';
import { formatTime, note, styleState, tableLines } from '../../output/index.ts';
import { integer } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { defineDownload } from '../download.ts';

interface Breakdown {
  readonly reasons: readonly { outcome: string; reason: string; devices: number; examples: string[] }[];
}

export function defineOutcomes(parent: Command): void {
  defineCall<{ outcome?: string; limit: number; reasons?: true }>(parent, {
    usage: 'outcomes <id>',
    summary: 'list what came of it on each device, or why devices have not succeeded',
    examples: ['grove campaigns outcomes 3 --outcome failed', 'grove campaigns outcomes 3 --reasons'],
    options: (command) =>
      void command
        .option(
          '--outcome <outcomes>',
          'only these: begun, retrying, changed, unchanged, failed, declined, skipped',
        )
        .option('--reasons', 'reasons with how many devices had them, not devices')
        .option('--limit <n>', 'how many at most; 0 for all', integer(0), 100),
    async run(api, [id = ''], { outcome, limit, reasons }) {
      const path = `campaigns/${segment(id)}`;
      if (reasons) {
        const found = await api.get<Breakdown>(`${path}/breakdown`);
        return {
          json: found,
          lines: () =>
            tableLines(
              [
                { title: 'DEVICES', value: ({ devices }) => devices, align: 'right' },
                { title: 'OUTCOME', value: (each) => each.outcome, style: styleState },
                { title: 'REASON', value: ({ reason }) => reason },
                { title: 'SUCH AS', value: ({ examples }) => examples.join(' ') },
              ],
              found.reasons,
            ),
        };
      }
      const query = outcome === undefined ? {} : { outcome };
      const { items, more } = await api.list<CampaignOutcome>(`${path}/outcomes`, query, limit);
      if (more) note('There are more; --limit 0 shows all.');
      return {
        json: items,
        lines: () =>
          tableLines(
            [
              { title: 'DEVICE', value: ({ devId }) => devId },
              { title: 'OUTCOME', value: (each) => each.outcome, style: styleState },
              { title: 'WAVE', value: ({ wave }) => wave, align: 'right' },
              { title: 'TRIES', value: ({ attempts }) => attempts, align: 'right' },
              { title: 'AT', value: ({ at }) => formatTime(at) },
              { title: 'REASON', value: ({ reason }) => reason },
            ],
            items,
          ),
      };
    },
  });
  defineCall<{ limit: number }>(parent, {
    usage: 'history <id>',
    summary: 'list what was done to it, and by whom',
    examples: ['grove campaigns history 3'],
    options: (command) => void command.option('--limit <n>', 'how many at most; 0 for all', integer(0), 100),
    async run(api, [id = ''], { limit }) {
      const { items } = await api.list<{
        at: string;
        action: string;
        by: string | null;
        text: string | null;
      }>(`campaigns/${segment(id)}/history`, {}, limit);
      return {
        json: items,
        lines: () =>
          tableLines(
            [
              { title: 'AT', value: ({ at }) => formatTime(at) },
              { title: 'ACTION', value: ({ action }) => action },
              { title: 'BY', value: ({ by }) => by ?? 'the server' },
              { title: 'WHY', value: ({ text }) => text },
            ],
            items,
          ),
      };
    },
  });
  defineDownload(parent, {
    usage: 'export <id>',
    summary: 'download where each of its devices stands, as CSV',
    examples: ['grove campaigns export 3 --output mms.csv'],
    from: ([id = '']) => ({ path: `campaigns/${segment(id)}/export` }),
  });
}
