import type { Command } from 'commander';
import { type Content, segment } from '../../api/index.ts';
import { type Column, formatBytes, formatFacts, formatTime, printable } from '../../output/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';

const COLUMNS: readonly Column<Content>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'NAME', value: ({ name }) => name ?? '-' },
  { title: 'TYPE', value: ({ type }) => type ?? '-' },
  { title: 'SIZE', value: ({ size }) => formatBytes(size), align: 'right' },
  { title: 'FROM', value: ({ deviceId }) => (deviceId === null ? '-' : `device ${deviceId}`) },
  { title: 'CREATED', value: ({ createdAt }) => formatTime(createdAt) },
  { title: 'SHA-256', value: ({ sha256 }) => sha256 ?? '-' },
];

/** What a content is, line by line. */
export function formatContent(content: Content): string[] {
  return formatFacts({
    Content: content.id,
    Name: content.name === null ? undefined : printable(content.name),
    Type: content.type === null ? undefined : printable(content.type),
    Size: `${content.size} bytes`,
    'SHA-256': content.sha256 ?? 'not computed yet',
    From: content.deviceId === null ? undefined : `device ${content.deviceId}`,
    Created: formatTime(content.createdAt),
  });
}

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list contents, the newest first',
    path: 'contents',
    columns: COLUMNS,
    empty: 'No contents.',
    filters: [],
    examples: ['grove contents ls'],
  });
}

export function defineShow(parent: Command): void {
  defineCall(parent, {
    usage: 'show <id>',
    summary: 'show what a content is',
    examples: ['grove contents show 12'],
    async run(api, [id = '']) {
      const content = await api.get<Content>(`contents/${segment(id)}`);
      return { json: content, lines: () => formatContent(content) };
    },
  });
}

export function defineDelete(parent: Command): void {
  defineCall(parent, {
    usage: 'rm <id>',
    summary: 'delete a content that no pending work needs',
    examples: ['grove contents rm 12'],
    async run(api, [id = '']) {
      await api.delete(`contents/${segment(id)}`);
      return { json: { deleted: Number(id) }, lines: () => [`Content ${id} is deleted.`] };
    },
  });
}
