/** What is known of models: rows that were learnt from devices, or set by people. */
import { idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import type { Selectable } from 'kysely';
import type { Lack } from '../session/index.ts';
import { type Queries, type QuirkTable, statement } from '../store/index.ts';
import { isQuirkName, type QuirkName, quirkOf } from './catalogue.ts';

/** A model of devices, as DevInfo and DevDetail name it. */
export interface Model {
  readonly man: string;
  readonly mod: string;
  /** Software version; empty = any. */
  readonly swv: string;
}

/** One thing that is known of a model. Times are milliseconds since the epoch. */
export interface ModelQuirk extends Model {
  id: number;
  quirk: QuirkName;
  /** Whether the model has it; false where a person has said that it has not. */
  holds: boolean;
  /** `learnt` from an answer, or `set` by a person, who is right. */
  origin: 'learnt' | 'set';
  /** The session in which it was learnt, with the status and what it answered. */
  sessionId: number | null;
  status: number | null;
  request: string | null;
  changedAt: number;
}

const COLUMNS = [
  'id',
  'man',
  'mod',
  'swv',
  'quirk',
  'holds',
  'origin',
  'session_id',
  'status',
  'request',
  'changed_at',
] as const;

/** Characters of a name of a model, and of a request, that are kept. */
const MAX_NAME = 256;

function quirkRow(row: Selectable<QuirkTable>): ModelQuirk[] {
  const { quirk } = row;
  if (!isQuirkName(quirk)) return [];
  return [
    {
      id: row.id,
      man: row.man,
      mod: row.mod,
      swv: row.swv,
      quirk,
      holds: row.holds === 1,
      origin: row.origin,
      sessionId: row.session_id,
      status: row.status,
      request: row.request,
      changedAt: row.changed_at,
    },
  ];
}

const quirksOfModel = statement<Model, Selectable<QuirkTable>>((q, p) =>
  q
    .selectFrom('quirks')
    .select(COLUMNS)
    .where('man', '=', p('man'))
    .where('mod', '=', p('mod'))
    .where((where) => where.or([where('swv', '=', ''), where('swv', '=', p('swv'))])),
);

/**
 * What holds of a model, each quirk once: what a person has set before what was learnt, and what is said of its
 * software version before what is said of any.
 */
export async function quirksOf(db: Queries, model: Model): Promise<ModelQuirk[]> {
  const rows = (await quirksOfModel.all(db, model)).flatMap(quirkRow);
  const best = new Map<QuirkName, ModelQuirk>();
  for (const row of rows) {
    const other = best.get(row.quirk);
    if (other === undefined || rank(row) > rank(other)) best.set(row.quirk, row);
  }
  return [...best.values()].sort((a, b) => a.quirk.localeCompare(b.quirk));
}

function rank({ origin, swv }: ModelQuirk): number {
  return (origin === 'set' ? 2 : 0) + (swv === '' ? 0 : 1);
}

/** Which rows of a list. */
export interface QuirkFilter {
  readonly man?: string | undefined;
  readonly mod?: string | undefined;
}

/** All that is known of models, the newest first. */
export async function listQuirks(
  db: Queries,
  { man, mod }: QuirkFilter,
  page: PageRequest,
): Promise<Page<ModelQuirk>> {
  const after = idAfter(page);
  let query = db
    .selectFrom('quirks')
    .select(COLUMNS)
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (man !== undefined) query = query.where('man', '=', man);
  if (mod !== undefined) query = query.where('mod', '=', mod);
  if (after !== undefined) query = query.where('id', '<', after);
  const { items, next } = pageOf(await query.execute(), page.limit, ({ id }) => id);
  return { items: items.flatMap(quirkRow), next };
}

/** Says of a model that it has a quirk, or has not, whatever its devices show. */
export async function setQuirk(
  db: Queries,
  model: Model,
  quirk: QuirkName,
  holds: boolean,
  now: number,
): Promise<ModelQuirk> {
  const row = await db
    .insertInto('quirks')
    .values({ ...model, quirk, holds: holds ? 1 : 0, origin: 'set', changed_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['man', 'mod', 'swv', 'quirk', 'origin'])
        .doUpdateSet({ holds: holds ? 1 : 0, changed_at: now }),
    )
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  const [set] = quirkRow(row);
  if (set === undefined) throw new Error(`quirk ${quirk} was not stored`);
  return set;
}

/**
 * Forgets what was set or learnt. What was learnt may be learnt again.
 *
 * @throws {NotFound}
 */
export async function deleteQuirk(db: Queries, id: number): Promise<void> {
  const deleted = await db.deleteFrom('quirks').where('id', '=', id).returning('id').executeTakeFirst();
  if (deleted === undefined) throw new NotFound('quirk', id);
}

/** Keeps what a device's answers have shown of its model, with the session as evidence; the first one stays. */
export async function learnQuirks(
  db: Queries,
  model: Model,
  lacks: readonly Lack[],
  sessionId: number,
  now: number,
): Promise<void> {
  const rows = lacks.flatMap(({ feature, status, request }) => {
    const quirk = quirkOf(feature);
    if (quirk === undefined) return [];
    const evidence = { session_id: sessionId, status, request: request.slice(0, MAX_NAME) };
    return [{ ...model, quirk, holds: 1, origin: 'learnt' as const, ...evidence, changed_at: now }];
  });
  if (rows.length === 0) return;
  await db
    .insertInto('quirks')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['man', 'mod', 'swv', 'quirk', 'origin']).doNothing())
    .execute();
}
