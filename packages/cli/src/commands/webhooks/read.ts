import type { Command } from 'commander';
import type { Webhook } from '../../api/index.ts';
import { type Column, formatTime } from '../../output/index.ts';
import { defineListing } from '../listing.ts';

const COLUMNS: readonly Column<Webhook>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'URL', value: ({ url }) => url },
  { title: 'TYPES', value: ({ types }) => types?.join(', ') ?? 'all' },
  { title: 'STATE', value: ({ state, reason }) => (reason === null ? state : `${state}: ${reason}`) },
  {
    title: 'FAILING SINCE',
    value: ({ failingSince }) => (failingSince === null ? '' : formatTime(failingSince)),
  },
];

export function defineList(parent: Command): void {
  defineListing(parent, {
    summary: 'list the addresses that are told of events',
    path: 'webhooks',
    columns: COLUMNS,
    empty: 'No webhooks.',
    filters: [],
    examples: ['grove webhooks ls'],
  });
}
