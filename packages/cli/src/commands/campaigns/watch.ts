import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { type Campaign, segment } from '../../api/index.ts';
import { liveLines } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { isOver } from './create.ts';
import { formatCampaign, formatStanding, progressOf } from './format.ts';

/** Milliseconds between two looks. */
const INTERVAL = 500;

export function defineWatch(parent: Command): void {
  defineCall(parent, {
    usage: 'watch <id>',
    summary: 'show how it goes on, until nothing more comes of it or somebody has to do something',
    examples: ['grove campaigns watch 3'],
    async run(api, [id = '']) {
      const live = liveLines();
      try {
        for (;;) {
          const campaign = await api.get<Campaign>(`campaigns/${segment(id)}`);
          live.show(progressOf(campaign), formatStanding(campaign.counts));
          if (isOver(campaign))
            return { json: campaign, lines: () => formatCampaign(campaign, { items: [], more: false }) };
          await sleep(INTERVAL);
        }
      } finally {
        live.end();
      }
    },
  });
}
