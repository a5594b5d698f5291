import type { Command } from 'commander';
import { type ModelQuirk, segment } from '../../api/index.ts';
import { type Column, formatLines, formatTime, printable, style } from '../../output/index.ts';
import { addExamples } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';

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

function linesOf(quirks: readonly ModelQuirk[]): string[] {
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

export function define(command: Command): void {
  addExamples(command, [
    'grove models ls',
    "grove models show Arbor 'Birch 2'",
    "grove models set Arbor 'Birch 2' no-atomic",
    "grove models set Arbor 'Birch 2' no-atomic --off --software 4.5",
  ]);
  defineListing(command, {
    summary: 'list what models of devices do otherwise, as it was learnt or set',
    path: 'quirks',
    columns: COLUMNS,
    empty: 'Nothing is known of any model.',
    filters: [
      { name: 'man', argument: 'manufacturer', description: 'only of this manufacturer' },
      { name: 'mod', argument: 'model', description: 'only of this model' },
    ],
    examples: ['grove models ls', 'grove models ls --man Arbor'],
  });
  defineCall(command, {
    usage: `show ${MODEL}`,
    summary: 'show what a model does otherwise, and what the server does about it',
    examples: ["grove models show Arbor 'Birch 2'"],
    async run(api, [man = '', mod = '']) {
      const { items } = await api.list<ModelQuirk>('quirks', { man, mod }, 0);
      const nothing = style('dim', 'Nothing is known of this model.');
      return { json: items, lines: () => (items.length === 0 ? [nothing] : linesOf(items)) };
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
      return { json: set, lines: () => linesOf([set]) };
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
