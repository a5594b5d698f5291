import type { Command } from 'commander';
import {
  type Profile,
  type ProfileDifference,
  type ProfileUses,
  type ProfileVersionSummary,
  segment,
} from '../../api/index.ts';
import { counted, formatTime, printable, style, tableLines } from '../../output/index.ts';
import { integer } from '../../program/index.ts';
import { defineCall } from '../call.ts';

/** Adds `versions`, `diff`, `rollback` and `uses`. */
export function defineVersions(parent: Command): void {
  defineCall<{ limit: number }>(parent, {
    usage: 'versions <name>',
    summary: 'list the versions of a profile, the newest first',
    examples: ['grove profiles versions mms'],
    options: (command) => command.option('--limit <n>', 'how many at most; 0 for all', integer(0), 100),
    async run(api, [name = ''], { limit }) {
      const { items } = await api.list<ProfileVersionSummary>(
        `profiles/${segment(name)}/versions`,
        {},
        limit,
      );
      return { json: items, lines: () => tableLines(COLUMNS, items) };
    },
  });
  defineCall<{ from?: number; to?: number }>(parent, {
    usage: 'diff <name>',
    summary: 'compare two versions of a profile, node by node',
    examples: ['grove profiles diff mms', 'grove profiles diff mms --from 2 --to 5'],
    options: (command) =>
      command
        .option('--from <version>', 'the version before --to if not told', integer(1))
        .option('--to <version>', 'the newest if not told', integer(1)),
    async run(api, [name = ''], { from, to }) {
      const diff = await api.get<Diff>(`profiles/${segment(name)}/diff`, { from, to });
      return { json: diff, lines: () => diffLines(name, diff) };
    },
  });
  defineCall<{ comment?: string }>(parent, {
    usage: 'rollback <name> <version>',
    summary: 'give a profile a new version that is as an old one',
    examples: ['grove profiles rollback mms 3'],
    options: (command) => command.option('--comment <text>', 'why'),
    async run(api, [name = '', version = ''], { comment }) {
      const body = { version: integer(1)(version), comment };
      const profile = await api.post<Profile>(`profiles/${segment(name)}/rollback`, body);
      const said = `Profile ${printable(name)} is in version ${profile.version}, which is as version ${body.version}.`;
      return { json: profile, lines: () => [said] };
    },
  });
  defineCall(parent, {
    usage: 'uses <name>',
    summary: 'show what uses a profile, and which version',
    examples: ['grove profiles uses apn'],
    async run(api, [name = '']) {
      const uses = await api.get<ProfileUses>(`profiles/${segment(name)}/uses`);
      return { json: uses, lines: () => usesLines(uses) };
    },
  });
}

interface Diff {
  readonly from: number;
  readonly to: number;
  readonly differences: readonly ProfileDifference[];
}

const COLUMNS = [
  { title: 'VERSION', value: ({ version }: ProfileVersionSummary) => version, align: 'right' as const },
  { title: 'MADE', value: ({ createdAt }: ProfileVersionSummary) => formatTime(createdAt) },
  { title: 'BY', value: ({ madeBy }: ProfileVersionSummary) => madeBy },
  { title: 'COMMENT', value: ({ comment }: ProfileVersionSummary) => comment },
];

const SIGNS = { added: ['+', 'green'], removed: ['-', 'red'], changed: ['~', 'yellow'] } as const;

function diffLines(name: string, { from, to, differences }: Diff): string[] {
  const title = `Profile ${printable(name)}, version ${from} → ${to}: ${counted(differences.length, 'difference')}`;
  let above = '';
  const lines = differences.flatMap((difference) => {
    const { change, part, variant, fragment, name: what, before, after } = difference;
    const [sign, colour] = SIGNS[change];
    const where = [
      ...(variant === null || part === 'variant' ? [] : [`variant ${variant}`]),
      ...(fragment === null ? [] : [`fragment ${fragment}`]),
    ].join(', ');
    const head = where === above || where === '' ? [] : ['', style('bold', printable(where))];
    above = where;
    const values = [before, after].filter((value) => value !== undefined).map(valueText);
    return [...head, style(colour, printable(`${sign} ${part} ${what}  ${values.join(' → ')}`))];
  });
  return [title, ...lines];
}

function valueText(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'value' in value && Object.keys(value).length === 1)
    return JSON.stringify(value.value);
  return JSON.stringify(value);
}

function usesLines({ campaigns, moreCampaigns, policies, requiredBy }: ProfileUses): string[] {
  const lines = [
    ...campaigns.map(({ id, name, state, version }) =>
      printable(`campaign ${id} (${name}), ${state}: version ${version}`),
    ),
    ...(moreCampaigns ? ['more campaigns, which are older'] : []),
    ...policies.map(({ name, version }) =>
      printable(`policy ${name}: ${version === null ? 'the newest version' : `version ${version}`}`),
    ),
    ...requiredBy.map((profile) => printable(`profile ${profile}: the newest version`)),
  ];
  return lines.length === 0 ? ['Nothing uses it.'] : lines;
}
