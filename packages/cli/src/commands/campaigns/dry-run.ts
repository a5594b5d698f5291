import { counted, formatDuration, formatFacts, tableLines } from '../../output/index.ts';

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
  sampled,
  estimate,
}: DryRun): string[] {
  return [
    ...formatFacts({
      Devices: devices,
      Approval: needsApproval ? 'by a second person' : 'not needed',
      Profile:
        profile === null
          ? undefined
          : `of ${counted(profile.looked, 'device')} that were tried, ${profile.brought} would get it`,
    }),
    ...(profile?.leftOut ?? []).map(({ reason, devices: count }) => `  ${count} left out: ${reason}`),
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
