import type { Command } from 'commander';
import { type Profile, type ProfileSummary, segment } from '../../api/index.ts';
import { type Column, formatFacts, formatTime, printable, tableLines } from '../../output/index.ts';
import { integer } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';

const COLUMNS: readonly Column<ProfileSummary>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'VERSION', value: ({ version }) => version, align: 'right' },
  { title: 'CREATED', value: ({ createdAt }) => formatTime(createdAt) },
  { title: 'UPDATED', value: ({ updatedAt }) => formatTime(updatedAt) },
];

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list profiles by name',
    path: 'profiles',
    columns: COLUMNS,
    empty: 'No profiles.',
    filters: [],
    examples: ['grove profiles ls'],
  });
}

export function defineShow(parent: Command): void {
  defineCall<{ version?: number }>(parent, {
    usage: 'show <name>',
    summary: 'show a profile',
    examples: ['grove profiles show mms', 'grove profiles show mms --version 1 --json'],
    options: (command) =>
      command.option('--version <n>', 'which version; the newest if not told', integer(1)),
    async run(api, [name = ''], { version }) {
      const profile = await api.get<Profile>(`profiles/${segment(name)}`, { version });
      return { json: profile, lines: () => formatProfile(profile) };
    },
  });
}

function formatProfile({ name, version, updatedAt, document }: Profile): string[] {
  return [
    ...formatFacts({ Profile: name, Version: `${version}, of ${formatTime(updatedAt)}` }),
    ...document.fragments.flatMap(({ name: fragment, root, object, nodes }) => [
      '',
      ...formatFacts({ Fragment: fragment, Root: root, Object: object }),
      '',
      ...tableLines(
        [
          { title: 'PATH', value: ({ path }) => path },
          { title: 'FORMAT', value: ({ format }) => format ?? 'chr' },
          { title: 'VALUE', value: ({ value }) => String(value ?? '') },
        ],
        nodes,
      ),
    ]),
  ];
}

export function defineRemove(parent: Command): void {
  defineCall(parent, {
    usage: 'rm <name>',
    summary: 'delete a profile that no campaign was made from',
    examples: ['grove profiles rm mms'],
    async run(api, [name = '']) {
      await api.delete(`profiles/${segment(name)}`);
      return { json: { deleted: name }, lines: () => [`Profile ${printable(name)} is deleted.`] };
    },
  });
}
