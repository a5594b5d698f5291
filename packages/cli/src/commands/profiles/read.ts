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
  const { requires = [], variables = {}, settings = {}, variants = [], fragments } = document;
  const settingRows = Object.entries(settings).map(([path, value]) => rowOf(path, value));
  return [
    ...formatFacts({
      Profile: name,
      Version: `${version}, of ${formatTime(updatedAt)}`,
      Requires: requires.length === 0 ? undefined : requires.join(', '),
      Variables: Object.keys(variables).length === 0 ? undefined : Object.keys(variables).join(', '),
      Variants:
        variants.length === 0
          ? undefined
          : variants.map((variant) => variant.name ?? variant.when).join(', '),
    }),
    ...(settingRows.length === 0 ? [] : ['', ...tableLines(NODE_COLUMNS, settingRows)]),
    ...fragments.flatMap(({ name: fragment, root, object, instance, settings: own = {}, nodes }) => [
      '',
      ...formatFacts({ Fragment: fragment, Root: root, Object: object, Instance: instance }),
      '',
      ...tableLines(NODE_COLUMNS, [
        ...Object.entries(own).map(([path, value]) => rowOf(path, value)),
        ...nodes.map(({ path, ...node }) => rowOf(path, node)),
      ]),
    ]),
  ];
}

interface Row {
  readonly path: string;
  readonly policy: string;
  readonly format: string;
  readonly value: string;
}

const NODE_COLUMNS: readonly Column<Row>[] = [
  { title: 'PATH', value: ({ path }) => path },
  { title: 'POLICY', value: ({ policy }) => policy },
  { title: 'FORMAT', value: ({ format }) => format },
  { title: 'VALUE', value: ({ value }) => value },
];

function rowOf(path: string, said: unknown): Row {
  const node = typeof said === 'object' && said !== null ? said : { value: said };
  const textOf = (name: string) => {
    const value: unknown = Reflect.get(node, name);
    return value === undefined ? '' : String(value);
  };
  return { path, policy: textOf('policy') || 'enforce', format: textOf('format'), value: textOf('value') };
}

export function defineRemove(parent: Command): void {
  defineCall(parent, {
    usage: 'rm <name>',
    summary: 'delete a profile that nothing needs',
    examples: ['grove profiles rm mms'],
    async run(api, [name = '']) {
      await api.delete(`profiles/${segment(name)}`);
      return { json: { deleted: name }, lines: () => [`Profile ${printable(name)} is deleted.`] };
    },
  });
}
