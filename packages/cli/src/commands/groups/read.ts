import type { Command } from 'commander';
import { type Group, segment } from '../../api/index.ts';
import { type Column, formatFacts, formatTime, printable } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';

const COLUMNS: readonly Column<Group>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'DEVICES', value: ({ devices }) => devices, align: 'right' },
  { title: 'QUERY', value: ({ query }) => query },
  { title: 'DESCRIPTION', value: ({ description }) => description },
];

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list groups',
    path: 'groups',
    columns: COLUMNS,
    empty: 'No groups.',
    filters: [],
    examples: ['grove groups ls'],
  });
}

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <group>',
    summary: 'show a group, with how many devices it has now',
    examples: ['grove groups show sales'],
    async run(api, [name = '']) {
      const group = await api.get<Group>(`groups/${segment(name)}`);
      const { devices } = await api.get<{ devices: number }>(`groups/${segment(name)}/count`);
      return { json: { ...group, devices }, lines: () => formatGroup(group, devices) };
    },
  });
}

/** @param devices how many it has now */
export function formatGroup(group: Group, devices: number | null): string[] {
  return formatFacts({
    Group: group.name,
    Id: group.id,
    Description: group.description ?? undefined,
    Query: group.query ?? undefined,
    Devices: devices ?? undefined,
    Variables:
      Object.keys(group.variables).length === 0 ? undefined : printable(JSON.stringify(group.variables)),
    Created: formatTime(group.createdAt),
    Changed: formatTime(group.updatedAt),
  });
}
