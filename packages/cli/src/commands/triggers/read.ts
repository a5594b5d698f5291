import type { Command } from 'commander';
import { segment, type Trigger, type TriggerDevice } from '../../api/index.ts';
import {
  type Column,
  formatFacts,
  formatTime,
  printable,
  styleState,
  tableLines,
} from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';

const COLUMNS: readonly Column<Trigger>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'NAME', value: ({ name }) => name ?? '' },
  { title: 'REFERENCE', value: ({ reference }) => reference ?? '' },
  { title: 'CALLER', value: ({ caller }) => caller },
  { title: 'STATE', value: ({ state }) => state, style: styleState },
  { title: 'DONE', value: ({ counts }) => counts.succeeded, align: 'right' },
  { title: 'FAILED', value: ({ counts }) => counts.failed, align: 'right' },
  { title: 'PENDING', value: ({ counts }) => counts.pending, align: 'right' },
  { title: 'ASKED', value: ({ createdAt }) => formatTime(createdAt) },
];

const DEVICES: readonly Column<TriggerDevice>[] = [
  { title: 'DEVICE', value: ({ devId }) => devId },
  { title: 'TASK', value: ({ taskId }) => taskId ?? '', align: 'right' },
  { title: 'STATE', value: ({ state }) => state, style: styleState },
  { title: 'REASON', value: ({ reason }) => reason ?? '' },
];

/** Devices that are shown. */
const SHOWN = 50;

/** A trigger with what became of it, for people. */
export function formatTrigger(trigger: Trigger, devices: readonly TriggerDevice[]): string[] {
  const { id, name, reference, caller, state, expiresAt } = trigger;
  return [
    `Trigger ${id}${name === null ? '' : ` (${printable(name)})`}: ${state}`,
    ...formatFacts({
      ...(reference === null ? {} : { Reference: reference }),
      Asked: `${formatTime(trigger.createdAt)} by ${caller}`,
      For: JSON.stringify(trigger.recipient),
      ...(expiresAt === null ? {} : { Until: formatTime(expiresAt) }),
    }),
    '',
    ...(devices.length === 0 ? ['No device yet.'] : tableLines(DEVICES, devices)),
  ];
}

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list what was asked for, the newest first',
    path: 'triggers',
    columns: COLUMNS,
    empty: 'No triggers.',
    filters: [
      {
        name: 'state',
        argument: 'state',
        description: 'only those in a state',
        choices: ['waiting', 'running', 'finished', 'expired', 'cancelled'],
      },
      { name: 'reference', argument: 'text', description: 'only those that the caller calls so' },
      { name: 'subscriber', argument: 'subscriber', description: 'only those for a subscriber' },
    ],
    examples: ['grove triggers ls', 'grove triggers ls --reference "order 7"'],
  });
}

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <id>',
    summary: 'show what became of something that was asked for, on each device',
    examples: ['grove triggers show 7'],
    async run(api, [id = '']) {
      const trigger = await api.get<Trigger>(`triggers/${segment(id)}`);
      const { items } = await api.list<TriggerDevice>(`triggers/${segment(id)}/devices`, {}, SHOWN);
      return { json: { ...trigger, devices: items }, lines: () => formatTrigger(trigger, items) };
    },
  });
}

export function defineCancel(parent: Command): void {
  defineCall(parent, {
    usage: 'cancel <id>',
    summary: 'withdraw what was asked for, as far as devices have not begun it',
    examples: ['grove triggers cancel 7'],
    async run(api, [id = '']) {
      const trigger = await api.post<Trigger>(`triggers/${segment(id)}/cancel`);
      return { json: trigger, lines: () => [`Trigger ${trigger.id} is ${trigger.state}.`] };
    },
  });
}
