import { NOTIFICATION_STATES } from '@grove/server';
import type { Command } from 'commander';
import { type Notification, type NotificationSummary, segment } from '../../api/index.ts';
import { type Column, formatTime, styleState } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';
import { causeOf, formatNotification } from './format.ts';

const COLUMNS: readonly Column<NotificationSummary>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'DEVICE', value: ({ devId }) => devId },
  { title: 'FOR', value: causeOf },
  { title: 'STATE', value: ({ state }) => state, style: styleState },
  { title: 'SINCE', value: ({ changedAt }) => formatTime(changedAt) },
  { title: 'REASON', value: ({ reason }) => reason },
];

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list notifications, the newest first',
    path: 'notifications',
    columns: COLUMNS,
    empty: 'No notifications.',
    filters: [
      {
        name: 'device',
        argument: 'device',
        description: 'only those for a device, by its DevId, id, number or SIP URI',
      },
      { name: 'task', argument: 'id', description: 'only those for a task' },
      { name: 'campaign', argument: 'id', description: 'only those for a campaign' },
      {
        name: 'state',
        argument: 'state',
        description: 'only those in a state',
        choices: NOTIFICATION_STATES,
      },
    ],
    examples: [
      'grove notifications ls --campaign 3 --state failed',
      'grove notifications ls --device +441632960001',
    ],
  });
}

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <id>',
    summary: 'show a notification with all that was done about it',
    examples: ['grove notifications show 7'],
    async run(api, [id = '']) {
      const notification = await api.get<Notification>(`notifications/${segment(id)}`);
      return { json: notification, lines: () => formatNotification(notification) };
    },
  });
}

export function defineCancel(parent: Command): void {
  defineCall(parent, {
    usage: 'cancel <id>',
    summary: 'ask the device no more to call; the work that it was to call for stays',
    examples: ['grove notifications cancel 7'],
    async run(api, [id = '']) {
      const notification = await api.post<Notification>(`notifications/${segment(id)}/cancel`);
      return { json: notification, lines: () => formatNotification(notification) };
    },
  });
}
