import type { Command } from 'commander';
import { type Rule, type RuleDetail, segment } from '../../api/index.ts';
import { type Column, counted, formatFacts, formatTime, printable } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';

const COLUMNS: readonly Column<Rule>[] = [
  { title: 'NAME', value: ({ name }) => name },
  {
    title: 'ENABLED',
    value: ({ enabled, definition }) => (enabled ? (definition.dryRun ? 'dry run' : 'yes') : 'no'),
  },
  { title: 'ON', value: ({ definition }) => occasionOf(definition) },
  { title: 'WHEN', value: ({ definition }) => definition.when ?? null },
  { title: 'DO', value: ({ definition }) => actionOf(definition) },
];

type Definition = Rule['definition'];

function occasionOf({ on }: Definition): string | null {
  if (on === undefined) return null;
  if ('event' in on) return `event ${on.event}`;
  if ('alert' in on) return `alert ${on.alert}`;
  return 'firstSeen' in on ? 'first seen' : 'software changed';
}

function actionOf({ do: { steps, profile, group } }: Definition): string {
  if (steps !== undefined) return steps.length === 1 ? '1 step' : `${steps.length} steps`;
  if (profile !== undefined) return `profile ${profile}`;
  return group === undefined ? 'care' : `group ${group}`;
}

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list rules',
    path: 'rules',
    columns: COLUMNS,
    empty: 'No rules.',
    filters: [],
    examples: ['grove rules ls'],
  });
}

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <rule>',
    summary: 'show a rule, with what has become of it',
    examples: ['grove rules show old-mms'],
    async run(api, [name = '']) {
      const rule = await api.get<RuleDetail>(`rules/${segment(name)}`);
      return { json: rule, lines: () => linesOf(rule) };
    },
  });
}

function linesOf({ name, enabled, definition, counts, sweptAt, createdAt, updatedAt }: RuleDetail): string[] {
  const { description, when, dryRun, coolDown, perHour, query } = definition;
  return formatFacts({
    Rule: name,
    Description: description,
    Enabled: enabled ? (dryRun ? 'yes, but it only tells what it would do' : 'yes') : 'no',
    On: occasionOf(definition) ?? undefined,
    When: when,
    Do: printable(JSON.stringify(definition.do)),
    'Cool-down': coolDown === undefined ? undefined : `${coolDown} s`,
    'Per hour': perHour,
    Query: query === undefined ? undefined : printable(JSON.stringify(query)),
    Fired: counted(counts.fired, 'device'),
    Clear: counted(counts.clear, 'device'),
    Still: counted(counts.still, 'device'),
    Held: counted(counts.held, 'device'),
    Swept: sweptAt === null ? 'not yet' : formatTime(sweptAt),
    Created: formatTime(createdAt),
    Changed: formatTime(updatedAt),
  });
}
