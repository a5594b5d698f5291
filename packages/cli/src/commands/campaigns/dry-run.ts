import type { ProfileRun } from '../../api/index.ts';
import { counted, formatDuration, formatFacts, printable, tableLines } from '../../output/index.ts';
import { sumLines } from '../profiles/index.ts';

/** How long a campaign may take. */
export interface Estimate {
  readonly left: number;
  readonly seconds: number | null;
  readonly because: readonly string[];
}

interface DryRun {
  readonly devices: number;
  readonly needsApproval: boolean;
  readonly waves: readonly { wave: number; name: string | null; devices: number }[];
  readonly models: readonly { man: string | null; mod: string | null; devices: number }[];
  readonly profile: {
    readonly looked: number;
    readonly brought: number;
    readonly leftOut: readonly { reason: string; devices: number }[];
  } | null;
  readonly run: ProfileRun | null;
  readonly sampled: boolean;
  readonly estimate: Estimate;
}

export function estimateLines({ seconds, because }: Estimate): string[] {
  const duration =
    seconds === null
      ? 'nobody can say yet'
      : `about ${formatDuration(seconds * 1000)} until nine in ten have an outcome`;
  return [`Duration: ${duration}`, ...because.map((each) => `  ${each}`)];
}

/** What a campaign would be. */
export function dryRunLines({
  devices,
  needsApproval,
  waves,
  models,
  profile,
  run,
  sampled,
  estimate,
}: DryRun): string[] {
  // What is known of all devices is not told of some of them too.
  const sample = run?.state === 'finished' ? null : profile;
  return [
    ...formatFacts({
      Devices: devices,
      Approval: needsApproval ? 'by a second person' : 'not needed',
      Profile:
        sample === null
          ? undefined
          : `of ${counted(sample.looked, 'device')} that were tried, ${sample.brought} would get it`,
    }),
    ...(sample?.leftOut ?? []).map(({ reason, devices: count }) => `  ${count} left out: ${reason}`),
    ...(profile === null ? [] : ['', ...changeLines(run)]),
    ...(waves.length < 2
      ? []
      : [
          '',
          ...waves.map(
            ({ wave, name, devices: count }) =>
              `Wave ${wave}${name === null ? '' : ` (${name})`}: ${counted(count, 'device')}`,
          ),
        ]),
    '',
    ...tableLines(
      [
        { title: 'MANUFACTURER', value: ({ man }) => man },
        { title: 'MODEL', value: ({ mod }) => mod },
        { title: sampled ? 'ABOUT' : 'DEVICES', value: ({ devices: count }) => count, align: 'right' },
      ],
      models,
    ),
    '',
    ...estimateLines(estimate),
  ];
}

/** What its profile would change. */
function changeLines(run: ProfileRun | null): string[] {
  if (run === null)
    return ['Other dry runs are under way; once they have ended, another look says what would change.'];
  const { id, profile } = run;
  return [...sumLines(run), `What, and why: grove profiles dry-run ${printable(profile)} --run ${id}`];
}
