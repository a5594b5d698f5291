import type { Command } from 'commander';
import { segment } from '../../api/index.ts';
import { printable } from '../../output/index.ts';
import { defineCall } from '../call.ts';

export function defineRemove(parent: Command): void {
  defineCall(parent, {
    usage: 'rm <name>',
    summary: 'delete a reason; notifications that were made with it keep it',
    examples: ['grove reasons rm mms-settings'],
    async run(api, [name = '']) {
      await api.delete(`reasons/${segment(name)}`);
      return { json: { deleted: name }, lines: () => [`Reason ${printable(name)} is deleted.`] };
    },
  });
}
