import type { DdfNode } from '@grove/protocol';
import { parseDdf } from '@grove/protocol';
import { GenerationCache } from '@grove/store';
import { type Params, type Queries, statement } from '../store/index.ts';
import { layMapping, type Mapping } from './mapping.ts';
import type { DeviceModel } from './model.ts';
import type { ModelMapping } from './schema.ts';
import { STANDARD_MAPPING } from './standard.ts';

/** Whether a description is WBXML; XML begins with `<`, or with blanks or a byte order mark before it. */
export function encodingOf(bytes: Uint8Array): 'xml' | 'wbxml' {
  const [first = 0] = bytes;
  return first <= 0x03 ? 'wbxml' : 'xml';
}

/** Descriptions and mappings that are kept in memory, by the revisions that they are of. */
const described = new GenerationCache<string, readonly DdfNode[]>(200);
const mapped = new GenerationCache<string, Mapping>(200);

const findRows = statement((q, p: Params<{ man: string; mod: string; swv: string }>) =>
  q
    .selectFrom('models')
    .select(['id', 'man', 'swv', 'revision', 'mapping', 'objects'])
    .where((where) =>
      where.or([
        where.and([where('man', '=', ''), where('mod', '=', '')]),
        where.and([
          where('man', '=', p('man')),
          where('mod', '=', p('mod')),
          where.or([where('swv', '=', ''), where('swv', '=', p('swv'))]),
        ]),
      ]),
    )
    .orderBy('man')
    .orderBy('swv'),
);

const readDdf = statement((q, p: Params<{ id: number; revision: number }>) =>
  q.selectFrom('models').select('ddf').where('id', '=', p('id')).where('revision', '=', p('revision')),
);

/**
 * What is known of a model: what was said of its software version counts before what was said of the model, that before
 * what was said of all models, and that before the mapping onto standard objects.
 *
 * @param name what to call it
 */
export async function modelNamed(
  db: Queries,
  model: { readonly man: string; readonly mod: string; readonly swv: string },
  name: string,
): Promise<DeviceModel> {
  const rows = await findRows.all(db, model);
  const key = JSON.stringify(rows.map(({ id, revision }) => [id, revision]));
  let mapping = mapped.get(key);
  if (mapping === undefined) {
    mapping = rows.reduce<Mapping>(
      (below, row) =>
        row.mapping === null ? below : layMapping(below, JSON.parse(row.mapping) as ModelMapping),
      STANDARD_MAPPING,
    );
    mapped.set(key, mapping);
  }
  let ddf: readonly DdfNode[] | undefined;
  for (const { id, man, revision } of rows.toReversed()) {
    if (man !== '') ddf ??= await ddfOf(db, id, revision);
  }
  return { name, ddf, mapping };
}

async function ddfOf(db: Queries, id: number, revision: number): Promise<readonly DdfNode[] | undefined> {
  const key = `${id}.${revision}`;
  const known = described.get(key);
  if (known !== undefined) return known.length === 0 ? undefined : known;
  const row = await readDdf.first(db, { id, revision });
  // Changed since: whoever asks next gets what it is now.
  if (row === undefined) return undefined;
  const bytes = row.ddf;
  const nodes = bytes === null ? [] : parseDdf(bytes, encodingOf(bytes)).nodes;
  described.set(key, nodes);
  return nodes.length === 0 ? undefined : nodes;
}
