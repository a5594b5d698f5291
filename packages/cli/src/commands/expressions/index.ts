import type { Completions } from '@grove/server';
import type { Command } from 'commander';
import { type Column, counted, note, pointAt, printable, tableLines } from '../../output/index.ts';
import { addExamples, Exit, integer } from '../../program/index.ts';
import { defineCall } from '../call.ts';

export function define(command: Command): void {
  addExamples(
    command,
    [
      'grove expressions fields',
      `grove expressions check 'manufacturer = "Acme" and fw < "2.1"' --count`,
      `grove expressions complete './MMS/'`,
    ],
    'docs/expressions.md describes the language.',
  );
  for (const part of [defineFields, defineCheck, defineComplete]) part(command);
}

interface Field {
  name: string;
  says: string;
  kind: string;
  operators: string[];
  example: string;
}

const FIELDS: readonly Column<Field>[] = [
  { title: 'FIELD', value: ({ name }) => name },
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'EXAMPLE', value: ({ example }) => example },
  { title: 'WHAT IT IS', value: ({ says }) => says },
];

function defineFields(parent: Command): void {
  defineCall(parent, {
    usage: 'fields',
    summary: 'list what expressions can ask of a device',
    examples: ['grove expressions fields'],
    async run(api) {
      const { items } = await api.get<{ items: Field[] }>('expressions/fields');
      return { json: items, lines: () => tableLines(FIELDS, items) };
    },
  });
}

interface Checked {
  canonical: string | null;
  error: { message: string; start: number; end: number } | null;
  devices: number | null;
}

function defineCheck(parent: Command): void {
  defineCall<{ count?: true }>(parent, {
    usage: 'check <expression>',
    summary: 'say whether an expression is one, and how it is best written',
    examples: [
      `grove expressions check 'manufacturer = "Acme" and fw < "2.1"' --count`,
      `grove expressions check './MMS/*/Addr = "old.example" or lastSeen < -30d'`,
    ],
    remarks: 'Exits with 2 where it is none.',
    options: (command) => command.option('--count', 'count the devices for which it holds'),
    async run(api, [text = ''], { count = false }) {
      const checked = await api.post<Checked>('expressions/check', { text, count });
      return {
        json: checked,
        lines: () => formatChecked(text, checked),
        ...(checked.error === null ? {} : { exit: Exit.usage }),
      };
    },
  });
}

function formatChecked(text: string, { canonical, error, devices }: Checked): string[] {
  if (error !== null) return [printable(error.message), ...pointAt(text, error.start, error.end)];
  return [printable(canonical ?? ''), ...(devices === null ? [] : [counted(devices, 'device')])];
}

const COMPLETIONS: readonly Column<Completions['items'][number]>[] = [
  { title: 'TEXT', value: ({ text }) => text },
  { title: 'DEVICES', value: ({ devices }) => (devices === null ? null : shown(devices)), align: 'right' },
  { title: 'WHAT IT IS', value: ({ says }) => says },
];

/** Counts end there. */
const COUNTED = 1000;
const shown = (devices: number) => (devices >= COUNTED ? `${COUNTED} or more` : String(devices));

function defineComplete(parent: Command): void {
  defineCall<{ cursor?: number; limit: number }>(parent, {
    usage: 'complete <expression>',
    summary: 'say what may come next in an expression',
    examples: [`grove expressions complete 'manufacturer = '`, `grove expressions complete './MMS/*/'`],
    options(command) {
      command
        .option('--cursor <n>', 'characters that are before the place (default: all)', integer(0))
        .option('--limit <n>', 'how many at most', integer(1), 50);
    },
    async run(api, [text = ''], { cursor, limit }) {
      const completions = await api.post<Completions>('expressions/complete', { text, cursor, limit });
      const { items } = completions;
      if (items.length === 0) note('Nothing may come here, or nothing is known that does.');
      return { json: completions, lines: () => tableLines(COMPLETIONS, items) };
    },
  });
}
