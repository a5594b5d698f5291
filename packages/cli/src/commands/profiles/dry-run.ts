import type { Command } from 'commander';
import { type ProfileRun, segment } from '../../api/index.ts';
import { counted, formatBar, liveLines, printable, style } from '../../output/index.ts';
import { collect, Exit, integer, UsageError } from '../../program/index.ts';
import { defineCall, type Shown } from '../call.ts';
import { checkLines, type ProfileCheck, valuesOf } from './check.ts';

interface DryRunOptions {
  all?: true;
  query?: string;
  group?: string;
  device?: string;
  version?: number;
  run?: number;
  set: string[];
}

interface Outcome {
  readonly uri: string;
  readonly verdict: string;
  readonly from?: string;
  readonly to?: string;
}

/** Seconds for which one request waits for the end. */
const WAIT = 2;

export function defineDryRun(parent: Command): void {
  defineCall<DryRunOptions>(parent, {
    usage: 'dry-run <name>',
    summary: 'find out what a profile would change, by the last known trees',
    examples: [
      'grove profiles dry-run mms --all',
      `grove profiles dry-run mms --query 'manufacturer = "Arbor" and lastSeen > -30d'`,
      'grove profiles dry-run mms --device IMEI:490154203237518',
    ],
    options: (command) =>
      command
        .option('--all', 'on all devices')
        .option('--query <expression>', 'on the devices for which this holds')
        .option('--group <name>', 'on the devices of a group')
        .option('--device <device>', 'on one device, node by node')
        .option('--version <n>', 'which version; the newest if not told', integer(1))
        .option('--run <id>', 'look at one that was begun before', integer(1))
        .option('--set <name=value>', 'value of a variable; may be repeated', collect, []),
    async run(api, [name = ''], options) {
      const { all, query, group, device, run: begun } = options;
      const path = `profiles/${segment(name)}/dry-run`;
      if ([all, query, group, device, begun].filter((each) => each !== undefined).length !== 1)
        throw new UsageError('expected one of --all, --query, --group, --device and --run');
      if (device !== undefined) {
        return deviceShown(await api.get(path, { device, version: options.version }));
      }
      const target = query !== undefined ? { query } : group !== undefined ? { group } : { all: true };
      const body = { target, version: options.version, values: valuesOf(options.set) };
      let run =
        begun === undefined
          ? await api.post<ProfileRun>(path, body)
          : await api.get<ProfileRun>(`profile-runs/${begun}`);
      const live = liveLines();
      try {
        while (run.state === 'running') {
          run = await api.get<ProfileRun>(`profile-runs/${run.id}`, { wait: WAIT });
          live.show(`${formatBar(run.done, run.total)} devices`);
        }
      } finally {
        live.end();
      }
      const isFine = run.state === 'finished';
      return { json: run, lines: () => runLines(run), ...(isFine ? {} : { exit: Exit.failed }) };
    },
  });
}

function deviceShown({ fate, check, nodes }: { fate: string; check: ProfileCheck; nodes: Outcome[] }): Shown {
  return {
    json: { fate, check, nodes },
    lines: () => [...checkLines({ ...check, nodes: [] }), ...nodes.map(outcomeLine)],
    ...(fate === 'refused' ? { exit: Exit.failed } : {}),
  };
}

/** What helps where too little is known. */
const READ_FIRST =
  'Have them read: a task, or the steps of a campaign, with { kind: list, uri: ., as: StructData }.';

const COLOURS: Readonly<Record<string, 'green' | 'yellow' | 'red' | 'dim'>> = {
  change: 'yellow',
  add: 'green',
  remove: 'red',
  right: 'dim',
  kept: 'dim',
  unreadable: 'dim',
  unknown: 'dim',
};

function outcomeLine({ uri, verdict, from, to }: Outcome): string {
  const values = [from, to].filter((value) => value !== undefined).map((value) => JSON.stringify(value));
  const isOne = verdict === 'right' || values[0] === values[1];
  const text = `  ${verdict.padEnd(10)} ${uri}  ${(isOne ? values.slice(0, 1) : values).join(' → ')}`;
  return style(COLOURS[verdict] ?? 'dim', printable(text.trimEnd()));
}

/** How many nodes would change on how many devices, and how many would be refused. */
export function sumLines({ state, reason, result, profile, version }: ProfileRun): string[] {
  const why = reason === null ? '' : `: ${printable(reason)}`;
  if (result === null) return [`The dry run is ${state}${why}.`];
  const { devices, changed, nodes, refused, right, unknown } = result;
  return [
    `${printable(profile)}, version ${version}, would change ${counted(nodes, 'node')} on ${counted(changed, 'device')} of ${devices};`,
    `${refused} would be refused, ${right} are right already, of ${unknown} too little is known.`,
    ...(state === 'finished' ? [] : [`The dry run is ${state}${why}; this is what it had found.`]),
  ];
}

function runLines(run: ProfileRun): string[] {
  if (run.result === null) return sumLines(run);
  const { reasons, changes, unlisted } = run.result;
  const ofThem = (examples: readonly string[], count: number) =>
    `${counted(count, 'device')}, such as ${examples.join(', ')}`;
  return [
    ...sumLines(run),
    ...(run.result.unknown === 0 ? [] : [READ_FIRST]),
    ...reasons.flatMap(({ text, devices: count, examples }) => [
      '',
      style('red', printable(`refused: ${ofThem(examples, count)}`)),
      printable(`  ${text}`),
    ]),
    ...changes.flatMap(({ nodes: outcomes, devices: count, examples }) => [
      '',
      style('bold', printable(`changed: ${ofThem(examples, count)}`)),
      ...outcomes.map(outcomeLine),
    ]),
    ...(unlisted === 0
      ? []
      : ['', `${counted(unlisted, 'device')} more with reasons or changes that are not listed.`]),
  ];
}
