import type { Command } from 'commander';
import { type Reason, segment } from '../../api/index.ts';
import { counted, printable } from '../../output/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readDocument } from '../documents.ts';

export function defineSet(parent: Command): void {
  defineCall(parent, {
    usage: 'set <file>',
    summary: 'keep a reason from a file, in place of the one of that name',
    examples: ['grove reasons set mms.yaml', 'grove reasons show mms-settings | grove reasons set -'],
    remarks: [
      'The file says, in YAML or JSON, what users are told; - is standard input:',
      '',
      '  name: mms-settings',
      '  operator: Arbor Mobile',
      '  variables:',
      '    - { name: day, default: today }',
      '  texts:',
      '    - language: en',
      `      text: \${operator} sets up picture messages on \${device.mod|your phone} \${day}.`,
      '      consequence: Without it you cannot send pictures.',
    ].join('\n'),
    async run(api, [file = '']) {
      const { name, template } = readReason(file);
      const reason = await api.put<Reason>(`reasons/${segment(name)}`, template);
      const { texts } = reason.template;
      const languages = texts.map(({ language }) => language).join(', ');
      return {
        json: reason,
        lines: () => [
          `Reason ${printable(reason.name)} is kept, in ${counted(texts.length, 'language')}: ${languages}.`,
        ],
      };
    },
  });
}

function readReason(file: string): { name: string; template: unknown } {
  const content = readDocument(file);
  if (
    typeof content !== 'object' ||
    content === null ||
    !('name' in content) ||
    typeof content.name !== 'string'
  ) {
    throw new UsageError(`${file}: expected an object with "name" and "texts"`);
  }
  const { name, ...template } = content;
  return { name, template };
}
