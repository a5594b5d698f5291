import type { Command } from 'commander';
import { type ComplianceCounts, type Policy, segment } from '../../api/index.ts';
import { type Column, formatFacts, formatTime, printable, styleState } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';

const COLUMNS: readonly Column<Policy>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'PROFILE', value: ({ document }) => document.profile },
  { title: 'FOR', value: ({ document }) => formatTarget(document.target) },
  { title: 'PRIORITY', value: ({ document }) => document.priority ?? 0, align: 'right' },
  { title: 'STATE', value: ({ state }) => state, style: styleState },
];

export function formatTarget(target: Policy['document']['target']): string {
  if ('query' in target) return target.query;
  if ('group' in target) return `group ${target.group}`;
  return 'devices' in target ? target.devices.join(', ') : 'all devices';
}

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list policies',
    path: 'policies',
    columns: COLUMNS,
    empty: 'No policies.',
    filters: [],
    examples: ['grove policies ls'],
  });
}

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <policy>',
    summary: 'show a policy, with how many devices have it',
    examples: ['grove policies show sales-mail'],
    async run(api, [name = '']) {
      const path = `policies/${segment(name)}`;
      const policy = await api.get<Policy>(path);
      const compliance = await api.get<ComplianceCounts>(`${path}/compliance`);
      return {
        json: { ...policy, compliance },
        lines: () => [...formatPolicy(policy), '', ...formatCounts(compliance)],
      };
    },
  });
}

export function formatPolicy({ name, state, document, createdAt, updatedAt }: Policy): string[] {
  const { description, profile, version, target, priority, drift, verifyEvery, removal } = document;
  return formatFacts({
    Policy: name,
    State: { text: state, style: styleState },
    Description: description,
    Profile: version === undefined ? `${profile}, newest version` : `${profile}, version ${version}`,
    For: printable(formatTarget(target)),
    Priority: priority,
    Drift: drift,
    'Looked at': verifyEvery === undefined ? undefined : `every ${verifyEvery} seconds`,
    Removal: removal,
    Created: formatTime(createdAt),
    Changed: formatTime(updatedAt),
  });
}

/** How many devices are how; what none is, is left out. */
export function formatCounts(counts: ComplianceCounts): string[] {
  const said = Object.entries(counts).filter(([, count]) => count > 0);
  if (said.length === 0) return ['No devices.'];
  const width = Math.max(...said.map(([, count]) => String(count).length));
  return said.map(([state, count]) => `${String(count).padStart(width)}  ${styleState(state)}`);
}
