import type { Command } from 'commander';
import { type CareCase, type CareCaseDetail, segment } from '../../api/index.ts';
import { type Column, formatFacts, formatTime, printable } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';

const COLUMNS: readonly Column<CareCase>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'STATE', value: ({ state, assignee }) => (assignee === null ? state : `${state} (${assignee})`) },
  { title: 'SEVERITY', value: ({ severity }) => severity },
  { title: 'COUNT', value: ({ count }) => count, align: 'right' },
  { title: 'LAST', value: ({ lastAt }) => formatTime(lastAt) },
  { title: 'DEVICE', value: ({ devId }) => devId ?? '' },
  { title: 'WHAT', value: ({ text }) => text },
];

/** A case with what was done about it, for people. */
export function formatCase(shown: CareCaseDetail): string[] {
  const { outcome, notes } = shown;
  const where = [
    ...(shown.devId === null ? [] : [`device ${shown.devId}`]),
    ...(shown.subscriberId === null ? [] : [`subscriber ${shown.subscriberId}`]),
    ...(shown.taskId === null ? [] : [`task ${shown.taskId}`]),
    ...(shown.campaignId === null ? [] : [`campaign ${shown.campaignId}`]),
    ...(shown.sessionId === null ? [] : [`session ${shown.sessionId}`]),
  ];
  const times = shown.count === 1 ? '' : `, ${shown.count} times since ${formatTime(shown.openedAt)}`;
  return [
    `Case ${shown.id}: ${shown.state}${shown.assignee === null ? '' : `, ${printable(shown.assignee)} looks after it`}`,
    ...formatFacts({
      What: shown.text,
      When: `${formatTime(shown.lastAt)}${times}`,
      ...(where.length === 0 ? {} : { Where: where.join(', ') }),
      Severity: shown.severity,
      Means: outcome.happened,
      'Whose move': outcome.mover,
      'To do': outcome.advice,
    }),
    ...(notes.length === 0 ? [] : ['']),
    ...notes.map(
      ({ at, author, kind, text }) => `${formatTime(at)}  ${printable(author)}  ${kind}: ${printable(text)}`,
    ),
  ];
}

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list errors that are to be looked after, the newest first',
    path: 'care/cases',
    columns: COLUMNS,
    empty: 'No cases.',
    filters: [
      {
        name: 'state',
        argument: 'state',
        description: 'only those in a state; unresolved is open or taken',
        choices: ['open', 'taken', 'resolved', 'unresolved'],
      },
      {
        name: 'severity',
        argument: 'severity',
        description: 'only those of a severity',
        choices: ['low', 'normal', 'high'],
      },
      { name: 'device', argument: 'device', description: 'only those of a device, by whatever names it' },
      { name: 'subscriber', argument: 'subscriber', description: 'only those of a subscriber' },
      { name: 'assignee', argument: 'name', description: 'only those that somebody looks after' },
      { name: 'kind', argument: 'kind', description: 'only those of a kind, such as task-failed' },
    ],
    examples: ['grove care ls --state unresolved', 'grove care ls --subscriber +441632960001'],
  });
}

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <id>',
    summary: 'show a case: what has happened, whose move it is, what to do, and what was done',
    examples: ['grove care show 12'],
    async run(api, [id = '']) {
      const shown = await api.get<CareCaseDetail>(`care/cases/${segment(id)}`);
      return { json: shown, lines: () => formatCase(shown) };
    },
  });
}
