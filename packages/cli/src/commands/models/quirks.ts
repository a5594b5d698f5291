import type { Command } from 'commander';
import { type Api, type ModelQuirk, segment } from '../../api/index.ts';
import {
  type Column,
  counted,
  formatLines,
  formatTime,
  note,
  printable,
  tableLines,
} from '../../output/index.ts';
import { integer } from '../../program/index.ts';
import { defineCall } from '../call.ts';

const COLUMNS: readonly Column<ModelQuirk>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'MANUFACTURER', value: ({ man }) => man },
  { title: 'MODEL', value: ({ mod }) => mod },
  { title: 'SOFTWARE', value: ({ swv }) => swv || 'any' },
  { title: 'QUIRK', value: ({ quirk }) => quirk },
  { title: 'HOLDS', value: ({ holds }) => (holds ? 'yes' : 'no') },
  { title: 'KNOWN', value: knownBy },
];

const MODEL = '<manufacturer> <model>';

function knownBy({ origin, devices, sessionId, status, request }: ModelQuirk): string {
  if (origin === 'set') return 'set';
  const shown = devices < 3 ? `shown by ${devices} of 3 devices` : 'shown by 3 devices';
  return `learnt: ${status} for ${request}, session ${sessionId}, ${shown}`;
}

export function quirkLines(quirks: readonly ModelQuirk[]): string[] {
  return formatLines(
    quirks.map((quirk) => ({
      spans: [
        { text: quirk.quirk, tone: 'strong' },
        { text: quirk.holds ? '' : ' does not hold', tone: 'doubtful' },
        { text: quirk.swv === '' ? '' : printable(` in software ${quirk.swv}`) },
      ],
      below: [
        { spans: [{ text: quirk.says }], below: [] },
        {
          spans: [{ text: printable(`${knownBy(quirk)}, ${formatTime(quirk.changedAt)}`), tone: 'faint' }],
          below: [],
        },
      ],
    })),
  );
}

/** The lines of `show` on what a model does otherwise. */
export async function quirksOf(api: Api, man: string, mod: string): Promise<readonly ModelQuirk[]> {
  const { items } = await api.list<ModelQuirk>('quirks', { man, mod }, 0);
  return items;
}

/** Adds `quirks`, `set` and `forget`. */
export function defineQuirks(command: Command): void {
  defineCall<{ man?: string; mod?: string; limit: number }>(command, {
    usage: 'quirks',
    summary: 'list what models of devices do otherwise, as it was learnt or set',
    examples: ['grove models quirks', 'grove models quirks --man Arbor'],
    options: (part) =>
      part
        .option('--man <manufacturer>', 'only of this manufacturer')
        .option('--mod <model>', 'only of this model')
        .option('--limit <n>', 'how many at most; 0 for all', integer(0), 100),
    async run(api, _args, { man, mod, limit }) {
      const { items, more } = await api.list<ModelQuirk>('quirks', { man, mod }, limit);
      if (items.length === 0) note('Nothing is known of any model.');
      if (more) note(`Only the first ${counted(items.length, 'line')}; --limit 0 shows all.`);
      return { json: items, lines: () => tableLines(COLUMNS, items) };
    },
  });
  defineCall<{ off?: true; software?: string }>(command, {
    usage: `set ${MODEL} <quirk>`,
    summary: 'say that a model has a quirk, whatever was learnt',
    examples: [
      "grove models set Arbor 'Birch 2' no-atomic",
      "grove models set Arbor 'Birch 2' no-list --off --software 4.5",
    ],
    remarks:
      'Quirks: no-list, no-tnds, no-atomic, no-sequence, no-large-objects, no-instance-state, final-ignored, syncml-1.1-id.',
    options(part) {
      part
        .option('--off', 'say that it has not')
        .option('--software <version>', 'only in this software version (DevDetail/SwV)');
    },
    async run(api, [man = '', mod = '', quirk = ''], { off, software }) {
      const body = {
        man,
        mod,
        quirk,
        holds: off !== true,
        ...(software === undefined ? {} : { swv: software }),
      };
      const set = await api.put<ModelQuirk>('quirks', body);
      return { json: set, lines: () => quirkLines([set]) };
    },
  });
  defineCall(command, {
    usage: 'forget <id>',
    summary: 'forget what was set or learnt; what was learnt may be learnt again',
    examples: ['grove models forget 3'],
    async run(api, [id = '']) {
      await api.delete(`quirks/${segment(id)}`);
      return { json: { forgotten: Number(id) }, lines: () => [`Quirk ${id} is forgotten.`] };
    },
  });
}
