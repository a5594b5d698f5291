import type { NamedDefinition } from '@grove/server';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { segment } from '../../api/index.ts';
import { type Column, counted, printable, printableLines, tableLines } from '../../output/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readDocument } from '../documents.ts';

type Definition = NamedDefinition['definition'] & { name: string; createdAt: string; updatedAt: string };

const COLUMNS: readonly Column<Definition>[] = [
  { title: 'NAME', value: ({ name }) => name },
  {
    title: 'DOES',
    value: ({ profile, steps }) =>
      profile === undefined ? counted(steps?.length ?? 0, 'step') : `profile ${profile}`,
  },
  { title: 'VARIABLES', value: ({ variables }) => Object.keys(variables ?? {}).join(', ') },
  { title: 'DESCRIPTION', value: ({ description }) => description ?? '' },
];

/** What may be asked for by a name. */
export function defineDefinitions(parent: Command): void {
  defineCall(parent, {
    usage: 'define <file>',
    summary: 'say what may be asked for by a name, in place of what was said before',
    examples: ['grove triggers define game.yaml'],
    remarks: [
      'The file says, in YAML or JSON:',
      '',
      '  name: game',
      '  description: Bandwidth for a game',
      '  steps:',
      `    - { kind: replace, uri: ./QoS/MaxBandwidth, value: '\${bandwidth}', format: int }`,
      '  variables:',
      '    bandwidth: { type: integer, minimum: 64, maximum: 4096 }',
      '  notify: {}',
    ].join('\n'),
    async run(api, [file = '']) {
      const { name, ...document } = named(file);
      const kept = await api.put<Definition>(`trigger-definitions/${segment(name)}`, document);
      return { json: kept, lines: () => [`${printable(name)} may be asked for.`] };
    },
  });
  defineCall(parent, {
    usage: 'definitions [name]',
    summary: 'list what may be asked for, or show one as the file that it could be defined from',
    examples: ['grove triggers definitions', 'grove triggers definitions game > game.yaml'],
    async run(api, [name]) {
      if (name === undefined) {
        const { items } = await api.list<Definition>('trigger-definitions', {}, 0);
        return { json: items, lines: () => tableLines(COLUMNS, items) };
      }
      const shown = await api.get<Definition>(`trigger-definitions/${segment(name)}`);
      const { createdAt: _, updatedAt: __, ...document } = shown;
      return { json: shown, lines: () => printableLines(stringify(document).trimEnd()) };
    },
  });
  defineCall(parent, {
    usage: 'undefine <name>',
    summary: 'let nobody ask for it any more; what was asked for goes on',
    examples: ['grove triggers undefine game'],
    async run(api, [name = '']) {
      await api.delete(`trigger-definitions/${segment(name)}`);
      return { json: { deleted: name }, lines: () => [`${printable(name)} may not be asked for any more.`] };
    },
  });
}

function named(file: string): { name: string } {
  const content = readDocument(file);
  if (
    typeof content === 'object' &&
    content !== null &&
    'name' in content &&
    typeof content.name === 'string'
  )
    return { ...content, name: content.name };
  throw new UsageError(`${file}: expected an object with "name", and "profile" or "steps"`);
}
