import type { Command } from 'commander';
import { segment, type Token } from '../api/index.ts';
import { type Column, formatTime, printable } from '../output/index.ts';
import { addExamples } from '../program/index.ts';
import { defineCall } from './call.ts';
import { defineListing } from './listing.ts';

const COLUMNS: readonly Column<Token>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'NAME', value: ({ name }) => name },
  { title: 'MAY', value: ({ triggers }) => triggers?.join(', ') ?? 'everything' },
  { title: 'MADE', value: ({ createdAt }) => formatTime(createdAt) },
];

export function define(command: Command): void {
  addExamples(command, ['grove tokens ls', 'grove tokens add console', 'grove tokens rm 2']);
  defineListing(command, {
    summary: 'list tokens of the API: what they are for, not the tokens',
    path: 'tokens',
    columns: COLUMNS,
    empty: 'No tokens.',
    filters: [],
    examples: ['grove tokens ls'],
  });
  defineCall<{ triggers?: string[] }>(command, {
    usage: 'add <name>',
    summary: 'make a token, which is shown this once; the name says what it is for',
    examples: [
      'grove tokens add console',
      'grove tokens add "game provider" --triggers game',
      'GROVE_TOKEN=$(grove tokens add backup) grove devices ls',
    ],
    options: (add) =>
      add.option('--triggers <names...>', 'all that it may ask for are triggers of these names'),
    async run(api, [name = ''], { triggers }) {
      const body = { name, ...(triggers === undefined ? {} : { triggers }) };
      const made = await api.post<{ id: number; name: string; token: string }>('tokens', body);
      return { json: made, lines: () => [made.token] };
    },
  });
  defineCall(command, {
    usage: 'rm <id>',
    summary: 'withdraw a token: it is not valid any more',
    examples: ['grove tokens rm 2'],
    async run(api, [id = '']) {
      await api.delete(`tokens/${segment(id)}`);
      return { json: { withdrawn: id }, lines: () => [`Token ${printable(id)} is withdrawn.`] };
    },
  });
}
