import type { Command } from 'commander';
import { type Model, type ModelSummary, segment } from '../../api/index.ts';
import { type Column, counted, formatFacts, formatTime, printable, style } from '../../output/index.ts';
import { addExamples, UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readDocument } from '../documents.ts';
import { readInput } from '../input.ts';
import { defineListing } from '../listing.ts';
import { defineQuirks, quirkLines, quirksOf } from './quirks.ts';

const COLUMNS: readonly Column<ModelSummary>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'MANUFACTURER', value: ({ man }) => man || 'all models' },
  { title: 'MODEL', value: ({ mod }) => mod },
  { title: 'SOFTWARE', value: ({ man, swv }) => swv || (man === '' ? '' : 'any') },
  { title: 'DESCRIPTION', value: ({ objects }) => (objects === null ? 'no' : 'yes') },
  { title: 'MAPS', value: ({ services }) => services.join(', ') },
  { title: 'UPDATED', value: ({ updatedAt }) => formatTime(updatedAt) },
];

export function define(command: Command): void {
  addExamples(command, [
    'grove models create Foliage F-90 --ddf f-90.xml --mapping f-90.yaml',
    'grove models ls',
    "grove models show Arbor 'Birch 2'",
    'grove models quirks',
    "grove models set Arbor 'Birch 2' no-atomic",
  ]);
  defineListing(command, {
    summary: 'list models whose description or mapping of settings is known',
    path: 'models',
    columns: COLUMNS,
    empty: 'No models.',
    filters: [
      { name: 'man', argument: 'manufacturer', description: 'only of this manufacturer' },
      { name: 'mod', argument: 'model', description: 'only of this model' },
    ],
    examples: ['grove models ls', 'grove models ls --man Arbor'],
  });
  defineShow(command);
  defineCreate(command);
  defineRemove(command);
  defineQuirks(command);
}

function defineShow(command: Command): void {
  defineCall(command, {
    usage: 'show <manufacturer> <model>',
    summary: 'show what is known of a model: its description, its settings, what it does otherwise',
    examples: ["grove models show Arbor 'Birch 2'"],
    async run(api, [man = '', mod = '']) {
      const { items } = await api.list<ModelSummary>('models', { man, mod }, 0);
      const models = await Promise.all(items.map(({ id }) => api.get<Model>(`models/${id}`)));
      const quirks = await quirksOf(api, man, mod);
      const nothing = style('dim', 'Nothing is known of this model.');
      return {
        json: { models, quirks },
        lines: () =>
          models.length + quirks.length === 0
            ? [nothing]
            : [...models.flatMap((model) => [...modelLines(model), '']), ...quirkLines(quirks)],
      };
    },
  });
}

function modelLines({ id, man, mod, swv, objects, nodes, mapping }: Model): string[] {
  return [
    ...formatFacts({
      Model: `${[man, mod].join(' ')}${swv === '' ? '' : `, software ${swv}`} (id ${id})`,
      Description: nodes === null ? undefined : counted(nodes, 'node'),
      Objects: objects === null || objects.length === 0 ? undefined : objects.join(', '),
    }),
    ...Object.entries(mapping ?? {}).flatMap(([service, said]) =>
      said === false
        ? [`  ${service}  none`]
        : [
            `  ${style('bold', service)}  ${printable(said.root ?? said.object ?? '')}`,
            ...Object.entries(said.settings ?? {}).map(([name, node]) =>
              printable(
                `    ${name}  ${node === false ? 'none' : typeof node === 'string' ? node : node.path}`,
              ),
            ),
          ],
    ),
  ];
}

interface CreateOptions {
  ddf?: string;
  mapping?: string;
  software?: string;
}

function defineCreate(command: Command): void {
  defineCall<CreateOptions>(command, {
    usage: 'create [manufacturer] [model]',
    summary:
      'give a model its description, or say where it has neutral settings; without names, for all models',
    examples: [
      'grove models create Foliage F-90 --ddf f-90.xml --mapping f-90.yaml',
      'grove models create --mapping ours.yaml',
    ],
    remarks: [
      'What was said of the model before stays, unless it is said anew. A mapping is YAML or JSON:',
      '',
      '  mms:',
      '    root: ./Vendor/Foliage/MMSC',
      '    fixed: []',
      '    settings:',
      '      proxy: Server',
      '      maxSize: { path: MaxKB, divide: 1024 }',
      '      creationMode: false',
    ].join('\n'),
    options: (part) =>
      part
        .option('--ddf <file>', 'its device description document, XML or WBXML')
        .option('--mapping <file>', 'where it has neutral settings')
        .option('--software <version>', 'only in this software version (DevDetail/SwV)'),
    async run(api, [man = '', mod = ''], { ddf, mapping, software }) {
      if (ddf === undefined && mapping === undefined)
        throw new UsageError('expected --ddf, --mapping or both');
      const bytes = ddf === undefined ? undefined : await readInput(ddf);
      const body = {
        man,
        mod,
        ...(software === undefined ? {} : { swv: software }),
        ...(bytes === undefined ? {} : { ddf: textOf(bytes) }),
        ...(mapping === undefined ? {} : { mapping: readDocument(mapping) }),
      };
      const model = await api.put<Model>('models', body);
      return { json: model, lines: () => modelLines(model) };
    },
  });
}

/** XML as text, WBXML as base64. */
function textOf(bytes: Uint8Array): string {
  const [first = 0] = bytes;
  return first <= 0x03 ? Buffer.from(bytes).toString('base64') : new TextDecoder().decode(bytes);
}

function defineRemove(command: Command): void {
  defineCall(command, {
    usage: 'rm <id>',
    summary: 'forget the description and the mapping of a model',
    examples: ['grove models rm 3'],
    async run(api, [id = '']) {
      await api.delete(`models/${segment(id)}`);
      return { json: { deleted: Number(id) }, lines: () => [`Model ${id} is forgotten.`] };
    },
  });
}
