import type { Command } from 'commander';
import type { Alert } from '../api/index.ts';
import { type Column, formatTime } from '../output/index.ts';
import { addExamples } from '../program/index.ts';
import { defineListing } from './listing.ts';

const COLUMNS: readonly Column<Alert>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'DEVICE', value: ({ devId }) => devId },
  { title: 'TIME', value: ({ at }) => formatTime(at) },
  { title: 'CODE', value: ({ code }) => code, align: 'right' },
  { title: 'TYPE', value: ({ type }) => type ?? '' },
  { title: 'MARK', value: ({ mark }) => mark ?? '' },
  { title: 'TASK', value: ({ taskId }) => taskId ?? '', align: 'right' },
  { title: 'SOURCE', value: ({ source }) => source ?? '' },
  {
    title: 'DATA',
    value: ({ data, contentId }) => data ?? (contentId === null ? '' : `content ${contentId}`),
  },
];

export function define(command: Command): void {
  addExamples(command, ['grove alerts ls', 'grove alerts ls --device IMEI:490154203237518 --json']);
  defineListing(command, {
    summary: 'list generic alerts and client events, the newest first',
    path: 'alerts',
    columns: COLUMNS,
    empty: 'No alerts.',
    filters: [
      { name: 'device', argument: 'device', description: 'only those of a device, by its DevId or id' },
      { name: 'task', argument: 'id', description: 'only those that tell of a task' },
      { name: 'campaign', argument: 'id', description: 'only those that tell of a campaign' },
    ],
    examples: ['grove alerts ls --device IMEI:490154203237518', 'grove alerts ls --task 12'],
  });
}
