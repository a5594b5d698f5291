/**
 * Renderings: steps that were made for one device, of what was known of it when it called. They are kept once work with
 * them is begun, so that every later message and session goes on with exactly the steps that it began with.
 */
import { createHash } from 'node:crypto';
import { GenerationCache } from '@grove/store';
import type { Step } from '../steps/index.ts';
import { type Params, type Queries, statement } from '../store/index.ts';

/** Steps by their JSON: those that many devices get are read once. Nobody changes them. */
const parsed = new GenerationCache<string, readonly Step[]>(64);

/** Steps from how they are stored. */
export function readSteps(json: string): readonly Step[] {
  let steps = parsed.get(json);
  if (steps === undefined) {
    steps = JSON.parse(json) as Step[];
    parsed.set(json, steps);
  }
  return steps;
}

/** SHA-256 of steps, base64url: equal for the same steps only. */
export function digestOf(steps: readonly Step[]): string {
  return digestOfJson(JSON.stringify(steps));
}

function digestOfJson(json: string): string {
  return createHash('sha256').update(json).digest('base64url');
}

const findRendering = statement((q, p: Params<{ digest: string; since: number }>) =>
  q.selectFrom('renderings').select('id').where('digest', '=', p('digest')).where('used_at', '>', p('since')),
);

const insertRendering = statement((q, p: Params<{ digest: string; steps: string; now: number }>) =>
  q
    .insertInto('renderings')
    .values({ digest: p('digest'), steps: p('steps'), used_at: p('now') })
    .onConflict((conflict) =>
      conflict.column('digest').doUpdateSet((set) => ({ used_at: set.ref('excluded.used_at') })),
    )
    .returning('id'),
);

/** Milliseconds for which a rendering counts as just used, so that not every device writes the row. */
const DAY = 24 * 60 * 60_000;

/**
 * Keeps steps, once for all devices that get the same.
 *
 * @param now milliseconds since the epoch
 * @returns the id by which they are found again
 */
export async function keepRendering(db: Queries, steps: readonly Step[], now: number): Promise<number> {
  const json = JSON.stringify(steps);
  const digest = digestOfJson(json);
  const known =
    (await findRendering.first(db, { digest, since: now - DAY })) ??
    (await insertRendering.first(db, { digest, steps: json, now }));
  if (known === undefined) throw new Error('a rendering was kept and has no id');
  return known.id;
}

const readRendering = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('renderings').select('steps').where('id', '=', p('id')),
);

/** The steps of a rendering; undefined when there is none of that id. */
export async function stepsOfRendering(db: Queries, id: number): Promise<readonly Step[] | undefined> {
  const row = await readRendering.first(db, { id });
  return row === undefined ? undefined : readSteps(row.steps);
}

/** Renderings that one call of {@link trimRenderings} deletes at the most. */
const BATCH = 500;

/**
 * Deletes renderings that nothing refers to.
 *
 * @param before those that were used since are kept, as sessions may go on with them; milliseconds since the epoch
 * @returns whether there may be more
 */
export async function trimRenderings(db: Queries, before: number): Promise<boolean> {
  const rows = await db
    .selectFrom('renderings')
    .select('id')
    .where('used_at', '<', before)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(selectFrom('waits').select('waits.id').whereRef('waits.rendering_id', '=', 'renderings.id')),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('compliance')
            .select('compliance.device_id')
            .whereRef('compliance.rendering_id', '=', 'renderings.id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('compliance')
            .select('compliance.device_id')
            .whereRef('compliance.wanted_id', '=', 'renderings.id'),
        ),
      ),
    )
    .orderBy('used_at')
    .orderBy('id')
    .limit(BATCH)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0)
    await db.deleteFrom('renderings').where('id', 'in', ids).where('used_at', '<', before).execute();
  return ids.length === BATCH;
}
