import type { Command } from 'commander';
import type { Refusal } from '../api/index.ts';
import { type Column, formatTime } from '../output/index.ts';
import { addExamples } from '../program/index.ts';
import { defineListing } from './listing.ts';

const COLUMNS: readonly Column<Refusal>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'TIME', value: ({ at }) => formatTime(at) },
  { title: 'FROM', value: ({ remote }) => remote },
  { title: 'DEVICE', value: ({ devId }) => devId ?? '-' },
  { title: 'HTTP', value: ({ httpStatus }) => httpStatus, align: 'right' },
  { title: 'STATUS', value: ({ status }) => status ?? '-', align: 'right' },
  { title: 'REASON', value: ({ reason }) => reason },
];

export function define(command: Command): void {
  addExamples(command, ['grove refusals ls', 'grove refusals ls --limit 5 --json']);
  defineListing(command, {
    summary: 'list messages that belong to no session, the newest first',
    path: 'refusals',
    columns: COLUMNS,
    empty: 'No message was refused.',
    filters: [],
    examples: ['grove refusals ls'],
  });
}
