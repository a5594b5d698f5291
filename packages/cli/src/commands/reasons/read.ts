import type { Command } from 'commander';
import { stringify } from 'yaml';
import { type Reason, type ReasonSummary, segment } from '../../api/index.ts';
import { type Column, formatTime, printableLines } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';

const COLUMNS: readonly Column<ReasonSummary>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'LANGUAGES', value: ({ languages }) => languages.join(', ') },
  { title: 'CHANGED', value: ({ updatedAt }) => formatTime(updatedAt) },
  { title: 'TEXT', value: ({ text }) => text },
];

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list reasons',
    path: 'reasons',
    columns: COLUMNS,
    empty: 'No reasons.',
    filters: [],
    examples: ['grove reasons ls'],
  });
}

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <name>',
    summary: 'show a reason as the file that it could be set from',
    examples: ['grove reasons show mms-settings > mms.yaml'],
    async run(api, [name = '']) {
      const reason = await api.get<Reason>(`reasons/${segment(name)}`);
      return {
        json: reason,
        lines: () => printableLines(stringify({ name: reason.name, ...reason.template }).trimEnd()),
      };
    },
  });
}
