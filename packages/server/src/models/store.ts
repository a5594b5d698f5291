import { InvalidInput, idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import { type DdfNode, Deviations, describe, MalformedError, parseDdf, TreeError } from '@grove/protocol';
import type { Selectable } from 'kysely';
import type { ModelTable, Queries } from '../store/index.ts';
import { encodingOf } from './find.ts';
import type { ModelMapping } from './schema.ts';

/** A model as lists show it. Times are milliseconds since the epoch. */
export interface ModelSummary {
  id: number;
  /** Manufacturer and model as in DevInfo; both empty = what holds for all models. */
  man: string;
  mod: string;
  /** Software version; empty = any. */
  swv: string;
  /** Identifiers of the objects in its description; null = none was uploaded. */
  objects: string[] | null;
  /** Services of which it is said where they are. */
  services: string[];
  createdAt: number;
  updatedAt: number;
}

/** What was said of a model of devices. */
export interface ModelDetail extends Omit<ModelSummary, 'services'> {
  mapping: ModelMapping | null;
  /** How many nodes its description has; null = none was uploaded. */
  nodes: number | null;
}

/** What is said of a model. What is absent stays as it is, null is taken away. */
export interface ModelChange {
  readonly man: string;
  readonly mod: string;
  readonly swv: string;
  readonly mapping?: ModelMapping | null | undefined;
  readonly ddf?: DescriptionFile | null | undefined;
}

/** A description that was read. */
export interface DescriptionFile {
  readonly bytes: Uint8Array;
  readonly objects: readonly string[];
  readonly nodes: number;
}

/**
 * Reads a device description that was uploaded, XML or WBXML.
 *
 * @param deviations what was read although it is not as it should be
 * @throws {InvalidInput} when it is none
 */
export function readDescription(
  bytes: Uint8Array,
  field: string,
  deviations = new Deviations(),
): DescriptionFile {
  try {
    const { nodes } = parseDdf(bytes, encodingOf(bytes), { deviations });
    describe(nodes);
    const objects = new Set<string>();
    return { bytes, nodes: count(nodes, objects), objects: [...objects].sort() };
  } catch (error) {
    if (!(error instanceof MalformedError || error instanceof TreeError)) throw error;
    const expected = `a device description document (DDF): ${error.message}`;
    throw new InvalidInput([{ field, expected }], { cause: error });
  }
}

function count(nodes: readonly DdfNode[], objects: Set<string>): number {
  let total = 0;
  for (const { format, types, children = [] } of nodes) {
    total += 1 + count(children, objects);
    if (format === 'node') for (const type of types) if (type !== '') objects.add(type);
  }
  return total;
}

type Row = Selectable<ModelTable>;

function factsOf({
  id,
  man,
  mod,
  swv,
  ddf,
  objects,
  created_at,
  updated_at,
}: Omit<Row, 'ddf'> & { ddf: unknown }) {
  return {
    id,
    man,
    mod,
    swv,
    objects: ddf === null ? null : (JSON.parse(objects) as string[]),
    createdAt: created_at,
    updatedAt: updated_at,
  };
}

function mappingOf(mapping: string | null): ModelMapping | null {
  return mapping === null ? null : (JSON.parse(mapping) as ModelMapping);
}

/** Models of which something was said, the newest first. */
export async function listModels(
  db: Queries,
  filter: { man?: string | undefined; mod?: string | undefined },
  page: PageRequest,
): Promise<Page<ModelSummary>> {
  const before = idAfter(page);
  const { man, mod } = filter;
  const rows = await db
    .selectFrom('models')
    .select(['id', 'man', 'mod', 'swv', 'objects', 'mapping', 'revision', 'created_at', 'updated_at'])
    .select((select) => select.case().when('ddf', 'is', null).then(null).else(1).end().as('ddf'))
    .$if(man !== undefined, (query) => query.where('man', '=', man ?? ''))
    .$if(mod !== undefined, (query) => query.where('mod', '=', mod ?? ''))
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageOf(
    rows.map((row) => ({ ...factsOf(row), services: Object.keys(mappingOf(row.mapping) ?? {}) })),
    page.limit,
    ({ id }) => id,
  );
}

/** @throws {NotFound} */
export async function showModel(db: Queries, id: number): Promise<ModelDetail> {
  const row = await db.selectFrom('models').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new NotFound('model', id);
  const nodes = row.ddf === null ? null : readDescription(row.ddf, 'ddf').nodes;
  return { ...factsOf(row), mapping: mappingOf(row.mapping), nodes };
}

/** The id of what was said of a model; undefined where nothing was. */
export async function findModel(
  db: Queries,
  { man, mod, swv }: Pick<ModelChange, 'man' | 'mod' | 'swv'>,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('models')
    .select('id')
    .where('man', '=', man)
    .where('mod', '=', mod)
    .where('swv', '=', swv)
    .executeTakeFirst();
  return row?.id;
}

/**
 * The description of a model as it was uploaded.
 *
 * @throws {NotFound} also where none was
 */
export async function descriptionOf(db: Queries, id: number): Promise<Uint8Array> {
  const row = await db.selectFrom('models').select('ddf').where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new NotFound('model', id);
  if (row.ddf === null) throw new NotFound('description of model', id);
  return row.ddf;
}

/** Says something of a model, of which something may have been said before. */
export async function setModel(db: Queries, change: ModelChange, now: number): Promise<ModelDetail> {
  const { man, mod, swv, mapping, ddf } = change;
  const said = {
    ...(mapping === undefined ? {} : { mapping: mapping === null ? null : JSON.stringify(mapping) }),
    ...(ddf === undefined ? {} : { ddf: ddf?.bytes ?? null, objects: JSON.stringify(ddf?.objects ?? []) }),
    updated_at: now,
  };
  const { id } = await db
    .insertInto('models')
    .values({ man, mod, swv, ddf: null, objects: '[]', mapping: null, revision: 1, created_at: now, ...said })
    .onConflict((conflict) =>
      conflict
        .columns(['man', 'mod', 'swv'])
        .doUpdateSet((set) => ({ ...said, revision: set('models.revision', '+', 1) })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return showModel(db, id);
}

/** @throws {NotFound} */
export async function deleteModel(db: Queries, id: number): Promise<void> {
  const deleted = await db.deleteFrom('models').where('id', '=', id).returning('id').executeTakeFirst();
  if (deleted === undefined) throw new NotFound('model', id);
}

/** Identifiers of all objects that uploaded descriptions have. */
export async function describedObjects(db: Queries): Promise<Set<string>> {
  const rows = await db
    .selectFrom('models')
    .select('objects')
    .where('objects', '<>', '[]')
    .distinct()
    .execute();
  return new Set(rows.flatMap(({ objects }) => JSON.parse(objects) as string[]));
}
