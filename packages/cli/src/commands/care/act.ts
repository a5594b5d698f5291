import type { Command } from 'commander';
import { type CareCaseDetail, segment } from '../../api/index.ts';
import { defineCall } from '../call.ts';
import { formatCase } from './read.ts';

const ACTS = [
  {
    name: 'note',
    path: 'notes',
    summary: 'add a note to a case',
    example: 'grove care note 12 "called the user"',
  },
  {
    name: 'resolve',
    path: 'resolve',
    summary: 'say that a case is done with, and how',
    example: 'grove care resolve 12 "the APN was mistyped"',
  },
  {
    name: 'reopen',
    path: 'reopen',
    summary: 'open a case again',
    example: 'grove care reopen 12 "it came back"',
  },
];

/** What is done to a case by somebody. */
export function defineAct(parent: Command): void {
  defineCall<{ for?: string; text?: string }>(parent, {
    usage: 'take <id>',
    summary: 'look after a case, or have somebody else do so',
    examples: ['grove care take 12', 'grove care take 12 --for "second line" --text "needs a session"'],
    options: (command) =>
      command
        .option('--for <name>', 'who; the name of the token unless given')
        .option('--text <text>', 'what is to be known of it'),
    async run(api, [id = ''], { for: assignee, text }) {
      const body = {
        ...(assignee === undefined ? {} : { assignee }),
        ...(text === undefined ? {} : { text }),
      };
      const taken = await api.post<CareCaseDetail>(`care/cases/${segment(id)}/take`, body);
      return { json: taken, lines: () => formatCase(taken) };
    },
  });
  for (const { name, path, summary, example } of ACTS) {
    defineCall(parent, {
      usage: `${name} <id> <text>`,
      summary,
      examples: [example],
      async run(api, [id = '', text = '']) {
        const shown = await api.post<CareCaseDetail>(`care/cases/${segment(id)}/${path}`, { text });
        return { json: shown, lines: () => formatCase(shown) };
      },
    });
  }
}
