import type { Command } from 'commander';
import { type Campaign, segment } from '../../api/index.ts';
import { defineCall } from '../call.ts';
import { formatCampaign } from './format.ts';

interface Action {
  /** Of the command, and of the API. */
  readonly name: string;
  readonly summary: string;
  readonly example: string;
}

const ACTIONS: readonly Action[] = [
  { name: 'approve', summary: 'approve a campaign that somebody else has made', example: 'approve 3' },
  {
    name: 'deny',
    summary: 'deny a campaign that somebody else has made',
    example: 'deny 3 --text "not on a Friday"',
  },
  {
    name: 'pause',
    summary: 'let no further device begin; what was begun goes on',
    example: 'pause 3 --text "the gateway is down"',
  },
  {
    name: 'resume',
    summary: 'go on; what has failed so far counts no more for its thresholds',
    example: 'resume 3',
  },
  { name: 'next-wave', summary: 'open the next wave, whatever it waits for', example: 'next-wave 3' },
  {
    name: 'stop',
    summary: 'let no further device begin; what was begun comes to its end',
    example: 'stop 3',
  },
  { name: 'cancel', summary: 'end it at once; what was done stays done', example: 'cancel 3' },
];

/** What is done to a campaign by one request. */
export function defineActions(parent: Command): void {
  for (const { name, summary, example } of ACTIONS)
    defineCall<{ text?: string }>(parent, {
      usage: `${name} <id>`,
      summary,
      examples: [`grove campaigns ${example}`],
      options: (command) => void command.option('--text <why>', 'why, for its history'),
      run: (api, [id = ''], { text }) =>
        shown(
          api.post<Campaign>(`campaigns/${segment(id)}/${name}`, text === undefined ? undefined : { text }),
        ),
    });
  defineCall(parent, {
    usage: 'start <id>',
    summary: 'start a draft',
    examples: ['grove campaigns start 3'],
    run: (api, [id = '']) => shown(api.post<Campaign>(`campaigns/${segment(id)}/start`)),
  });
  defineCall<{ name?: string; outcomes?: string[] }>(parent, {
    usage: 'rerun <id>',
    summary: 'make a campaign that tries again on the devices on which one has failed',
    examples: ['grove campaigns rerun 3', 'grove campaigns rerun 3 --outcomes failed skipped'],
    options: (command) =>
      void command
        .option('--name <name>', 'of the new campaign')
        .option('--outcomes <outcomes...>', 'which devices: failed, declined, skipped (default: failed)'),
    run: (api, [id = ''], { name, outcomes }) =>
      shown(api.post<Campaign>(`campaigns/${segment(id)}/rerun`, { name, outcomes })),
  });
}

async function shown(answer: Promise<Campaign>) {
  const campaign = await answer;
  return { json: campaign, lines: () => formatCampaign(campaign, { items: [], more: false }) };
}
