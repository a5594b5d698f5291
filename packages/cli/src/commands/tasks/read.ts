import type { Command } from 'commander';
import { segment, type Task, type TaskSummary } from '../../api/index.ts';
import { type Column, formatTime, styleState } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';
import { formatTask } from './format.ts';

const COLUMNS: readonly Column<TaskSummary>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'DEVICE', value: ({ devId }) => devId },
  { title: 'STATE', value: ({ state }) => state, style: styleState },
  { title: 'CREATED', value: ({ createdAt }) => formatTime(createdAt) },
  { title: 'ENDED', value: ({ finishedAt }) => formatTime(finishedAt) },
  { title: 'REASON', value: ({ reason }) => reason ?? '' },
];

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list tasks, the newest first',
    path: 'tasks',
    columns: COLUMNS,
    empty: 'No tasks.',
    filters: [
      { name: 'device', argument: 'device', description: 'only those of a device, by its DevId or id' },
      {
        name: 'state',
        argument: 'state',
        description: 'only those in a state',
        choices: ['pending', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'],
      },
    ],
    examples: ['grove tasks ls', 'grove tasks ls --device IMEI:490154203237518 --state failed'],
  });
}

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <id>',
    summary: 'show a task, with what the device answered',
    examples: ['grove tasks show 12'],
    async run(api, [id = '']) {
      const task = await api.get<Task>(`tasks/${segment(id)}`);
      return { json: task, lines: () => formatTask(task) };
    },
  });
}

export function defineCancel(parent: Command): void {
  defineCall(parent, {
    usage: 'cancel <id>',
    summary: 'cancel a task that the device has not begun',
    examples: ['grove tasks cancel 12'],
    async run(api, [id = '']) {
      const task = await api.post<Task>(`tasks/${segment(id)}/cancel`);
      return { json: task, lines: () => [`Task ${task.id} is cancelled.`] };
    },
  });
}
