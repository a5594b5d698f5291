import type { Command } from 'commander';
import { segment, type Webhook } from '../../api/index.ts';
import { note, printable } from '../../output/index.ts';
import { httpUrl, integer } from '../../program/index.ts';
import { defineCall } from '../call.ts';

type WithSecret = Webhook & { secret: string };

export function defineAdd(parent: Command): void {
  defineCall<{ types?: string[]; description?: string }>(parent, {
    usage: 'add <url>',
    summary: 'have an address be told of events; prints the secret, which is shown this once',
    examples: ['grove webhooks add https://crm.example.com/grove --types care trigger.finished'],
    options: (command) =>
      command
        .option('--types <types...>', 'types of events, or what they begin with; all unless given')
        .option('--description <text>', 'what it is for'),
    async run(api, [url = ''], { types, description }) {
      const made = await api.post<WithSecret>('webhooks', {
        url: httpUrl(url),
        ...(types === undefined ? {} : { types }),
        ...(description === undefined ? {} : { description }),
      });
      note(`Webhook ${made.id} is told of events from now on. Its secret:`);
      return { json: made, lines: () => [made.secret] };
    },
  });
}

export function defineRotate(parent: Command): void {
  defineCall<{ overlap?: number }>(parent, {
    usage: 'rotate <id>',
    summary: 'give an address another secret; prints it, this once',
    examples: ['grove webhooks rotate 1', 'grove webhooks rotate 1 --overlap 0'],
    options: (command) =>
      command.option(
        '--overlap <hours>',
        'for how long the secret before signs, too (default: 24)',
        integer(0, 720),
      ),
    async run(api, [id = ''], { overlap }) {
      const body = overlap === undefined ? {} : { overlapHours: overlap };
      const rotated = await api.post<WithSecret>(`webhooks/${segment(id)}/rotate`, body);
      return { json: rotated, lines: () => [rotated.secret] };
    },
  });
}

export function defineSwitches(parent: Command): void {
  for (const [name, summary] of [
    ['enable', 'tell an address again'],
    ['disable', 'tell an address nothing until it is enabled'],
  ] as const) {
    defineCall(parent, {
      usage: `${name} <id>`,
      summary,
      examples: [`grove webhooks ${name} 1`],
      async run(api, [id = '']) {
        const webhook = await api.post<Webhook>(`webhooks/${segment(id)}/${name}`);
        return { json: webhook, lines: () => [`Webhook ${webhook.id} is ${webhook.state}.`] };
      },
    });
  }
}

export function defineRemove(parent: Command): void {
  defineCall(parent, {
    usage: 'rm <id>',
    summary: 'tell an address no more, and forget what it was told',
    examples: ['grove webhooks rm 1'],
    async run(api, [id = '']) {
      await api.delete(`webhooks/${segment(id)}`);
      return { json: { deleted: id }, lines: () => [`Webhook ${printable(id)} is deleted.`] };
    },
  });
}
