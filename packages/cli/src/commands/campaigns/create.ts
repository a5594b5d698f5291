import { type Command, Option } from 'commander';
import type { Campaign, CampaignOutcome } from '../../api/index.ts';
import { counted, liveLines, note } from '../../output/index.ts';
import { Exit, integer, UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readSteps } from '../documents.ts';
import { waitFor } from '../wait.ts';
import { addNotifyOptions, type NotifyOptions, notifyFrom } from '../wish-options.ts';
import { formatCampaign, progressOf, UNSUCCESSFUL } from './format.ts';

interface Options extends NotifyOptions {
  readonly profile?: string;
  readonly file?: string;
  /** True without a number. */
  readonly wait?: number | true;
}

/** Devices that are shown. */
const FAILURES = 20;

/** Whether nothing more comes of a campaign until a person does something. */
function isOver(state: string): boolean {
  return !['scheduled', 'running', 'stopping'].includes(state);
}

export function defineCreate(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'create <name>',
    summary: 'start the same work for all devices; each gets it when it calls next',
    examples: [
      'grove campaigns create "MMS tonight" --profile mms --wait',
      'grove campaigns create restart --file steps.yaml',
      'grove campaigns create "MMS tonight" --profile mms --notify --reason mms-settings --ui-mode informative',
    ],
    remarks:
      'With --wait the exit code is 0 when it succeeded on every device, 1 when it failed on some, 3 when the time was over.',
    options(command) {
      command
        .option('--profile <name>', 'bring a profile, in its newest version')
        .option(
          '--file <file>',
          'carry out the steps in a YAML or JSON file (see grove tasks create --help)',
        );
      addNotifyOptions(command).addOption(
        new Option(
          '--wait [seconds]',
          'wait until every device has been reached, for ever if not told how long',
        ).argParser(integer(1, 31_536_000)),
      );
    },
    async run(api, [name = ''], { profile, file, wait, ...options }) {
      const notify = notifyFrom(options);
      if ((profile === undefined) === (file === undefined)) {
        throw new UsageError('a campaign needs either --profile or --file');
      }
      const work = profile !== undefined ? { profile } : { steps: readSteps(file ?? '') };
      const made = await api.post<Campaign>('campaigns', { name, ...work, notify });
      if (wait === undefined) {
        const devices = made.counts.devices;
        return {
          json: made,
          lines: () => [`Campaign ${made.id} is ${made.state}, for ${counted(devices, 'device')}.`],
        };
      }
      const live = liveLines();
      const ended = await waitFor(
        wait === true ? Number.POSITIVE_INFINITY : wait,
        async () => {
          const campaign = await api.get<Campaign>(`campaigns/${made.id}`);
          live.show(progressOf(campaign));
          return campaign;
        },
        ({ state }) => isOver(state),
      ).finally(() => live.end());
      if (ended === undefined) {
        note(
          `Not all devices have called within ${String(wait)} seconds; "grove campaigns show ${made.id}" says more.`,
        );
      }
      const campaign = ended ?? (await api.get<Campaign>(`campaigns/${made.id}`));
      const failures = await api.list<CampaignOutcome>(
        `campaigns/${made.id}/outcomes`,
        { outcome: UNSUCCESSFUL },
        FAILURES,
      );
      return {
        json: { ...campaign, failures: failures.items },
        lines: () => formatCampaign(campaign, failures),
        exit:
          ended === undefined
            ? Exit.timeOver
            : campaign.counts.succeeded < campaign.counts.devices
              ? Exit.failed
              : Exit.ok,
      };
    },
  });
}
