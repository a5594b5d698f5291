/** What is known of models: rows that were learnt from devices, or set by people. */
import { idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import { type Selectable, sql } from 'kysely';
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
  /** How many devices have shown it, counted up to {@link WITNESSES}; 0 where a person has set it. */
  devices: number;
  /** The session in which it was learnt first, with the status and what it answered. */
  sessionId: number | null;
  status: number | null;
  request: string | null;
  changedAt: number;
}

/**
 * How many devices have to show a quirk before it counts for the others of their model: whoever owns one device must
 * not speak for all. For those that have shown it, it counts at once.
 */
export const WITNESSES = 3;

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

function quirkRow(row: Selectable<QuirkTable>, devices: number): ModelQuirk[] {
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
      devices,
      sessionId: row.session_id,
      status: row.status,
      request: row.request,
      changedAt: row.changed_at,
    },
  ];
}

type WitnessedRow = Selectable<QuirkTable> & { witness: number | null };

const quirksOfModel = statement<Model, WitnessedRow>((q, p) =>
  q
    .selectFrom('quirks')
    .leftJoin('quirk_witnesses', 'quirk_witnesses.quirk_id', 'quirks.id')
    .select([...COLUMNS, 'quirk_witnesses.device_id as witness'])
    .where('man', '=', p('man'))
    .where('mod', '=', p('mod'))
    .where((where) => where.or([where('swv', '=', ''), where('swv', '=', p('swv'))])),
);

/** What is known of a model, and which devices have shown it: at most {@link WITNESSES} for each. */
export type WitnessedQuirk = readonly [quirk: ModelQuirk, witnesses: ReadonlySet<number>];

/** All that is known of a model. */
export async function knownOf(db: Queries, model: Model): Promise<readonly WitnessedQuirk[]> {
  const byId = Map.groupBy(await quirksOfModel.all(db, model), ({ id }) => id);
  return [...byId.values()].flatMap((rows) => {
    const witnesses = new Set(rows.flatMap(({ witness }) => witness ?? []));
    return rows
      .slice(0, 1)
      .flatMap((row) => quirkRow(row, witnesses.size).map((quirk): WitnessedQuirk => [quirk, witnesses]));
  });
}

/**
 * What counts for a device of a model, each quirk once: what a person has set before what was learnt, and what is said
 * of its software version before what is said of any.
 */
export function quirksOf(known: readonly WitnessedQuirk[], deviceId: number): ModelQuirk[] {
  const best = new Map<QuirkName, ModelQuirk>();
  for (const [row, witnesses] of known) {
    if (row.origin === 'learnt' && witnesses.size < WITNESSES && !witnesses.has(deviceId)) continue;
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
    .select(({ selectFrom }) =>
      selectFrom('quirk_witnesses')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('quirk_witnesses.quirk_id', '=', 'quirks.id')
        .as('devices'),
    )
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (man !== undefined) query = query.where('man', '=', man);
  if (mod !== undefined) query = query.where('mod', '=', mod);
  if (after !== undefined) query = query.where('id', '<', after);
  const { items, next } = pageOf(await query.execute(), page.limit, ({ id }) => id);
  return { items: items.flatMap((row) => quirkRow(row, Number(row.devices))), next };
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
  const [set] = quirkRow(row, 0);
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

/** Where and when a device has shown something. */
export interface Occasion {
  readonly deviceId: number;
  readonly sessionId: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Keeps what a device's answers have shown of its model, with the first session as evidence, and that it was this one. */
export async function learnQuirks(
  db: Queries,
  model: Model,
  lacks: readonly Lack[],
  { deviceId, sessionId, now }: Occasion,
): Promise<void> {
  for (const { feature, status, request } of lacks) {
    const quirk = quirkOf(feature);
    if (quirk === undefined) continue;
    const evidence = { session_id: sessionId, status, request: request.slice(0, MAX_NAME) };
    await db
      .insertInto('quirks')
      .values({ ...model, quirk, holds: 1, origin: 'learnt', ...evidence, changed_at: now })
      .onConflict((conflict) => conflict.columns(['man', 'mod', 'swv', 'quirk', 'origin']).doNothing())
      .execute();
    await db
      .insertInto('quirk_witnesses')
      .columns(['quirk_id', 'device_id'])
      .expression(({ selectFrom, val }) =>
        selectFrom('quirks')
          .select(['quirks.id', sql<number>`cast(${val(deviceId)} as bigint)`.as('device_id')])
          .where('man', '=', model.man)
          .where('mod', '=', model.mod)
          .where('swv', '=', model.swv)
          .where('quirk', '=', quirk)
          .where('origin', '=', 'learnt')
          .where(
            ({ selectFrom: from }) =>
              from('quirk_witnesses')
                .select(({ fn }) => fn.countAll<number>().as('count'))
                .whereRef('quirk_witnesses.quirk_id', '=', 'quirks.id'),
            '<',
            WITNESSES,
          ),
      )
      .onConflict((conflict) => conflict.columns(['quirk_id', 'device_id']).doNothing())
      .execute();
  }
}
