import type { Command } from 'commander';
import { type Rule, segment } from '../../api/index.ts';
import { printable } from '../../output/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readDocument } from '../documents.ts';

/** What a file says of a rule. */
export interface RuleFile {
  readonly name: string | undefined;
  readonly enabled: unknown;
  readonly definition: object;
}

/** @throws {UsageError} when it is no object */
export function readRule(file: string): RuleFile {
  const content = readDocument(file);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new UsageError(`${file}: expected an object with "name", "when" or "on", and "do"`);
  const { name, enabled, ...definition } = content as { name?: unknown; enabled?: unknown };
  if (name !== undefined && typeof name !== 'string')
    throw new UsageError(`${file}: expected a text as "name"`);
  return { name, enabled, definition };
}

const FORM = [
  'The file says, in YAML or JSON, what devices are to be found and what they get:',
  '',
  '  name: old-mms',
  `  when: './MMS/*/Addr = "http://mms.old.example.com"'`,
  '  do:',
  '    steps:',
  '      - { kind: replace, uri: ./MMS/Operator/Addr, value: "http://mms.example.com" }',
  '  query: { staleAfter: 2592000 }',
].join('\n');

const fileOption = (command: Command): void => {
  command.requiredOption('-f, --file <file>', 'the file; - is standard input');
};

export function defineCreate(parent: Command): void {
  defineCall<{ file: string }>(parent, {
    usage: 'create',
    summary: 'make a rule from a file',
    examples: ['grove rules create -f old-mms.yaml'],
    remarks: FORM,
    options: fileOption,
    async run(api, _args, { file }) {
      const { name, enabled, definition } = readRule(file);
      const rule = await api.post<Rule>('rules', {
        name,
        ...(enabled === undefined ? {} : { enabled }),
        definition,
      });
      return { json: rule, lines: () => [`Rule ${printable(rule.name)} is made.`] };
    },
  });
}

export function defineUpdate(parent: Command): void {
  defineCall<{ file: string }>(parent, {
    usage: 'update [rule]',
    summary: 'change a rule to what a file says; all devices are looked at anew',
    examples: ['grove rules update -f old-mms.yaml', 'grove rules update old-mms -f mms.yaml'],
    options: fileOption,
    async run(api, [given], { file }) {
      const { name = given, enabled, definition } = readRule(file);
      if (name === undefined) throw new UsageError(`${file} has no "name": say which rule it is`);
      const change = { ...(enabled === undefined ? {} : { enabled }), definition };
      const rule = await api.put<Rule>(`rules/${segment(given ?? name)}`, change);
      return { json: rule, lines: () => [`Rule ${printable(rule.name)} is changed.`] };
    },
  });
}

export function defineRemove(parent: Command): void {
  defineCall(parent, {
    usage: 'rm <rule>',
    summary: 'delete a rule, with the log of what it has found',
    examples: ['grove rules rm old-mms'],
    async run(api, [name = '']) {
      await api.delete(`rules/${segment(name)}`);
      return { json: { deleted: name }, lines: () => [`Rule ${printable(name)} is deleted.`] };
    },
  });
}

export function defineSwitches(parent: Command): void {
  for (const [verb, enabled, done] of [
    ['enable', true, 'at work'],
    ['disable', false, 'switched off'],
  ] as const)
    defineCall(parent, {
      usage: `${verb} <rule>`,
      summary: enabled ? 'put a rule to work' : 'switch a rule off; tasks that it has made stay',
      examples: [`grove rules ${verb} old-mms`],
      async run(api, [name = '']) {
        const rule = await api.put<Rule>(`rules/${segment(name)}`, { enabled });
        return { json: rule, lines: () => [`Rule ${printable(name)} is ${done}.`] };
      },
    });
}
