import { type Command, Option } from 'commander';
import type { Campaign, CampaignOutcome } from '../../api/index.ts';
import { counted, liveLines, note } from '../../output/index.ts';
import { Exit, integer, UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readSteps } from '../documents.ts';
import { waitFor } from '../wait.ts';
import { addNotifyOptions, type NotifyOptions, notifyFrom } from '../wish-options.ts';
import { dryRunLines } from './dry-run.ts';
import { formatCampaign, progressOf, UNSUCCESSFUL } from './format.ts';
import { addPlanOptions, type PlanOptions, planFrom } from './plan-options.ts';

interface Options extends NotifyOptions, PlanOptions {
  readonly profile?: string;
  readonly file?: string;
  readonly draft?: true;
  readonly dryRun?: true;
  /** True without a number. */
  readonly wait?: number | true;
}

/** Devices that are shown. */
const FAILURES = 20;

/** Whether nothing more comes of a campaign until a person does something. */
export function isOver({ state }: Pick<Campaign, 'state'>): boolean {
  return !['scheduled', 'running', 'stopping'].includes(state);
}

/**
 * A plan with what the options say that devices get, over what the plan says of it.
 *
 * @throws {UsageError} neither says anything, or both options are given
 */
function workOver(plan: object, profile: string | undefined, file: string | undefined): object {
  if (profile !== undefined && file !== undefined)
    throw new UsageError('a campaign has either --profile or --file');
  if (profile === undefined && file === undefined) {
    if ('profile' in plan || 'steps' in plan) return plan;
    throw new UsageError('a campaign needs --profile, --file, or a --plan with profile or steps');
  }
  const rest = Object.fromEntries(
    Object.entries(plan).filter(([key]) => key !== 'profile' && key !== 'steps'),
  );
  return profile !== undefined ? { ...rest, profile } : { ...rest, steps: readSteps(file ?? '') };
}

export function defineCreate(parent: Command): void {
  defineCall<Options>(parent, {
    usage: 'create <name>',
    summary: 'the same work for many devices; each gets it when it calls',
    examples: [
      'grove campaigns create "MMS tonight" --profile mms --wait',
      'grove campaigns create restart --file steps.yaml --query \'manufacturer = "Acme" and fw < "2.1"\'',
      'grove campaigns create "MMS tonight" --profile mms --waves 1%,10% --pause-at 5% --window 01:00-05:00 --dry-run',
      'grove campaigns create "MMS tonight" --profile mms --notify --reason mms-settings --ui-mode informative',
    ],
    remarks:
      'With --wait the exit code is 0 when it succeeded on every device, 1 when it did not, 3 when the time was over.',
    options(command) {
      command
        .option('--profile <name>', 'bring a profile, in its newest version')
        .option('--file <file>', 'carry out the steps in a YAML or JSON file (see grove tasks create --help)')
        .option('--draft', 'do not start it')
        .option('--dry-run', 'say what it would be, and make nothing');
      addPlanOptions(command);
      addNotifyOptions(command).addOption(
        new Option(
          '--wait [seconds]',
          'wait until nothing more comes of it, for ever if not told how long',
        ).argParser(integer(1, 31_536_000)),
      );
    },
    async run(api, [name = ''], { profile, file, wait, draft, dryRun, ...options }) {
      const notify = notifyFrom(options);
      const given = { ...workOver(planFrom(options), profile, file), name, ...(notify && { notify }) };
      if (dryRun) {
        const found = await api.post<Parameters<typeof dryRunLines>[0]>('campaigns/dry-run', given);
        return { json: found, lines: () => dryRunLines(found) };
      }
      const made = await api.post<Campaign>('campaigns', draft ? { ...given, start: false } : given);
      if (wait === undefined) {
        const devices = made.counts.devices;
        const why = made.reason === null ? '' : `: ${made.reason}`;
        return {
          json: made,
          lines: () => [
            `Campaign ${made.id} is ${made.state}${why === '' ? `, for ${counted(devices, 'device')}` : why}.`,
          ],
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
        isOver,
      ).finally(() => live.end());
      if (ended === undefined) {
        note(
          `It has not ended within ${String(wait)} seconds; "grove campaigns explain ${made.id}" says why.`,
        );
      }
      const campaign = ended ?? (await api.get<Campaign>(`campaigns/${made.id}`));
      const failures = await api.list<CampaignOutcome>(
        `campaigns/${made.id}/outcomes`,
        { outcome: UNSUCCESSFUL },
        FAILURES,
      );
      const { succeeded, devices } = campaign.counts;
      return {
        json: { ...campaign, failures: failures.items },
        lines: () => formatCampaign(campaign, failures),
        exit: ended === undefined ? Exit.timeOver : succeeded < devices ? Exit.failed : Exit.ok,
      };
    },
  });
}
