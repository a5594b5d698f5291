import type { Command } from 'commander';
import { type Campaign, type CampaignOutcome, type CampaignSummary, segment } from '../../api/index.ts';
import { type Column, formatTime, styleState } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';
import { endedOf, formatCampaign, profileOf, UNSUCCESSFUL } from './format.ts';

const COLUMNS: readonly Column<CampaignSummary>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'NAME', value: ({ name }) => name },
  { title: 'STATE', value: ({ state }) => state, style: styleState },
  { title: 'DONE', value: ({ counts }) => `${endedOf(counts)}/${counts.devices}`, align: 'right' },
  { title: 'PROFILE', value: profileOf },
  { title: 'CREATED', value: ({ createdAt }) => formatTime(createdAt) },
  { title: 'ENDED', value: ({ finishedAt }) => formatTime(finishedAt) },
];

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list campaigns, the newest first',
    path: 'campaigns',
    columns: COLUMNS,
    empty: 'No campaigns.',
    filters: [
      {
        name: 'state',
        argument: 'state',
        description: 'only those in a state',
        choices: [
          'draft',
          'awaiting-approval',
          'denied',
          'scheduled',
          'running',
          'paused',
          'stopping',
          'stopped',
          'finished',
          'cancelled',
        ],
      },
    ],
    examples: ['grove campaigns ls', 'grove campaigns ls --state running'],
  });
}

/** Devices that are shown. */
const FAILURES = 20;

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <id>',
    summary: 'show a campaign: how far it has come, and where it failed',
    examples: ['grove campaigns show 3'],
    async run(api, [id = '']) {
      const campaign = await api.get<Campaign>(`campaigns/${segment(id)}`);
      const failures = await api.list<CampaignOutcome>(
        `campaigns/${segment(id)}/outcomes`,
        { outcome: UNSUCCESSFUL },
        FAILURES,
      );
      return {
        json: { ...campaign, failures: failures.items },
        lines: () => formatCampaign(campaign, failures),
      };
    },
  });
}
