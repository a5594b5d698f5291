import type { Command } from 'commander';
import { segment, type WebhookDelivery, type WebhookDeliveryDetail } from '../../api/index.ts';
import { type Column, counted, formatTime, note, styleState, tableLines } from '../../output/index.ts';
import { integer } from '../../program/index.ts';
import { defineCall } from '../call.ts';

const COLUMNS: readonly Column<WebhookDelivery>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'TYPE', value: ({ type }) => type },
  { title: 'STATE', value: ({ state }) => state, style: styleState },
  { title: 'TRIES', value: ({ attempts }) => attempts, align: 'right' },
  { title: 'MADE', value: ({ createdAt }) => formatTime(createdAt) },
  { title: 'NEXT', value: ({ nextAt }) => (nextAt === null ? '' : formatTime(nextAt)) },
];

const ATTEMPTS: readonly Column<WebhookDeliveryDetail['log'][number]>[] = [
  { title: 'N', value: ({ n }) => n, align: 'right' },
  { title: 'TIME', value: ({ at }) => formatTime(at) },
  { title: 'MS', value: ({ took }) => took, align: 'right' },
  { title: 'STATUS', value: ({ status }) => status ?? '', align: 'right' },
  { title: 'ANSWER', value: ({ text }) => text },
];

const LIMIT = 50;

export function defineDeliveries(parent: Command): void {
  defineCall<{ state?: string; limit: number }>(parent, {
    usage: 'deliveries <id>',
    summary: 'list what an address was told, the newest first',
    examples: ['grove webhooks deliveries 1', 'grove webhooks deliveries 1 --state failed'],
    options: (command) =>
      command
        .option('--state <state>', 'only those that are pending, delivered or failed')
        .option('--limit <n>', 'how many at most; 0 for all', integer(0), LIMIT),
    async run(api, [id = ''], { state, limit }) {
      const { items, more } = await api.list<WebhookDelivery>(
        `webhooks/${segment(id)}/deliveries`,
        { state },
        limit,
      );
      if (items.length === 0) note('No deliveries.');
      if (more) note(`Only the first ${counted(items.length, 'line')}; --limit 0 shows all.`);
      return { json: items, lines: () => tableLines(COLUMNS, items) };
    },
  });
}

export function defineDelivery(parent: Command): void {
  defineCall(parent, {
    usage: 'delivery <id> <delivery>',
    summary: 'show what an address was told, and each attempt',
    examples: ['grove webhooks delivery 1 17'],
    async run(api, [id = '', delivery = '']) {
      const shown = await api.get<WebhookDeliveryDetail>(
        `webhooks/${segment(id)}/deliveries/${segment(delivery)}`,
      );
      return {
        json: shown,
        lines: () => [
          `${shown.messageId}: ${shown.state}`,
          ...JSON.stringify(shown.body, null, 2).split('\n'),
          '',
          ...tableLines(ATTEMPTS, shown.log),
        ],
      };
    },
  });
}

export function definePing(parent: Command): void {
  defineCall(parent, {
    usage: 'ping <id>',
    summary: 'post a message to an address to see whether it takes it',
    examples: ['grove webhooks ping 1'],
    async run(api, [id = '']) {
      const sent = await api.post<WebhookDelivery>(`webhooks/${segment(id)}/ping`);
      return {
        json: sent,
        lines: () => [
          `Delivery ${sent.id} is on its way; "grove webhooks delivery ${sent.webhookId} ${sent.id}" shows it.`,
        ],
      };
    },
  });
}

export function defineResend(parent: Command): void {
  defineCall<{ since?: string }>(parent, {
    usage: 'resend <id> [delivery]',
    summary: 'post a message again, or all that were given up since a time',
    examples: ['grove webhooks resend 1 17', 'grove webhooks resend 1 --since 2026-11-20T00:00:00Z'],
    options: (command) =>
      command.option('--since <time>', 'all that was given up and made since then; all unless given'),
    async run(api, [id = '', delivery], { since = new Date(0).toISOString() }) {
      if (delivery === undefined) {
        const answer = await api.post<{ resent: number }>(`webhooks/${segment(id)}/resend`, { since });
        return { json: answer, lines: () => [`${counted(answer.resent, 'message')} on the way again.`] };
      }
      const sent = await api.post<WebhookDelivery>(
        `webhooks/${segment(id)}/deliveries/${segment(delivery)}/resend`,
      );
      return { json: sent, lines: () => [`Delivery ${sent.id} is on its way again.`] };
    },
  });
}
