/** Devices of which a rule knows too little are asked for the nodes that it looks at. */
import { setImmediate as idle } from 'node:timers/promises';
import { engineOf } from '@grove/store';
import { sql } from 'kysely';
import type { Step } from '../steps/index.ts';
import { isTaskToDo, type Params, type Queries, type Store, statement } from '../store/index.ts';
import { createTask } from '../tasks/index.ts';
import type { LoadedRule } from './book.ts';
import { DEFAULTS } from './definition.ts';
import { type Path, rootOf } from './touch.ts';

/** Ids of devices that one look goes over. */
const SPAN = 2_000;
/** Devices in one unit of work. */
const BATCH = 20;
const HOUR = 3_600_000;
/** Milliseconds between two looks, whatever a rule calls stale. */
const LOOKS = { least: 60_000, most: HOUR } as const;

/**
 * Gives a task to devices of which the nodes that a rule looks at were not reported lately: it reads them. The rule is
 * looked at when they are there.
 *
 * @returns whether any device was asked
 */
export async function askStale(
  store: Store,
  rule: LoadedRule,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const { query } = rule.definition;
  if (query === undefined || rule.touched === undefined) return false;
  const stale = query.staleAfter * 1000;
  const progress = await store.reader
    .selectFrom('rule_progress')
    .select(['asked_at', 'ask_after'])
    .where('rule_id', '=', rule.id)
    .executeTakeFirst();
  if (progress === undefined) return false;
  const pause = Math.min(LOOKS.most, Math.max(LOOKS.least, stale / 10));
  const { asked_at: last } = progress;
  if (last !== null && last > now - pause && last <= now) return false;
  const newest = await store.reader
    .selectFrom('devices')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  let hasAsked = false;
  const end = newest?.id ?? 0;
  for (let after = progress.ask_after; after < end && !signal.aborted; after += SPAN) {
    const ids = await staleIn(store.reader, rule, { after, upTo: after + SPAN, since: now - stale, now });
    for (let from = 0; from < ids.length && !signal.aborted; from += BATCH) {
      const batch = ids.slice(from, from + BATCH);
      const asked = await store.transaction((db) => ask(db, rule, batch, now));
      hasAsked ||= asked > 0;
      // The others have their turn in the next hour.
      if (asked < batch.length) {
        await note(store, rule.id, { ask_after: after });
        return hasAsked;
      }
    }
    await idle();
  }
  if (!signal.aborted) await note(store, rule.id, { ask_after: 0, asked_at: now });
  return hasAsked;
}

async function staleIn(
  db: Queries,
  { id, among, touched }: LoadedRule,
  { after, upTo, since, now }: { after: number; upTo: number; since: number; now: number },
): Promise<number[]> {
  const engine = engineOf(db);
  const roots = rootsOf(touched?.paths ?? []);
  const rows = await db
    .selectFrom('devices')
    .select('devices.id')
    .where('devices.id', '>', after)
    .where('devices.id', '<=', upTo)
    .where((where) =>
      where.or(
        roots.map((root) =>
          where.not(
            where.exists(
              where
                .selectFrom('device_nodes')
                .innerJoin('node_uris', 'node_uris.id', 'device_nodes.uri_id')
                .select('node_uris.id')
                .whereRef('device_nodes.device_id', '=', 'devices.id')
                .where('device_nodes.reported_at', '>=', since)
                // `0` follows `/`: between the two lies all that begins with the URI and a slash.
                .where((uri) =>
                  uri.or([
                    uri('node_uris.uri', '=', root),
                    uri.and([uri('node_uris.uri', '>', `${root}/`), uri('node_uris.uri', '<', `${root}0`)]),
                  ]),
                ),
            ),
          ),
        ),
      ),
    )
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('rule_questions')
            .leftJoin('tasks', 'tasks.id', 'rule_questions.task_id')
            .select('rule_questions.rule_id')
            .whereRef('rule_questions.device_id', '=', 'devices.id')
            .where('rule_questions.rule_id', '=', id)
            .where((one) => one.or([one('rule_questions.asked_at', '>=', since), isTaskToDo])),
        ),
      ),
    )
    .$if(among !== undefined, (query) =>
      query.where(among?.where(engine, sql`${now}`) ?? sql<boolean>`1 = 1`),
    )
    .orderBy('devices.id')
    .execute();
  return rows.map((row) => row.id);
}

const allow = statement((q, p: Params<{ rule: number; hour: number; most: number }>) =>
  q
    .updateTable('rule_progress')
    .set((set) => ({
      asked: set
        .case()
        .when('hour', '=', p('hour'))
        .then(set('asked', '+', 1))
        .else(1)
        .end(),
      fired: set.case().when('hour', '=', p('hour')).then(set.ref('fired')).else(0).end(),
      hour: p('hour'),
    }))
    .where('rule_id', '=', p('rule'))
    .where((where) => where.or([where('hour', '!=', p('hour')), where('asked', '<', p('most'))])),
);

/** @returns how many devices were asked: those before the bound of the hour was met */
async function ask(db: Queries, rule: LoadedRule, ids: readonly number[], now: number): Promise<number> {
  const most = rule.definition.query?.perHour ?? DEFAULTS.perHour;
  const steps = stepsOf(rule.touched?.paths ?? []);
  let asked = 0;
  for (const deviceId of ids) {
    if ((await allow.run(db, { rule: rule.id, hour: Math.floor(now / HOUR), most })) === 0) return asked;
    asked += 1;
    // A node that is not there fails its task, which must not keep the others from being read.
    let task: number | null = null;
    for (const step of steps) ({ id: task } = await createTask(db, deviceId, [step], now));
    await db
      .insertInto('rule_questions')
      .values({ rule_id: rule.id, device_id: deviceId, task_id: task, asked_at: now })
      .onConflict((conflict) =>
        conflict.columns(['rule_id', 'device_id']).doUpdateSet({ task_id: task, asked_at: now }),
      )
      .execute();
  }
  return asked;
}

/** The nodes at or below which all lies that is looked at, none below another. */
function rootsOf(paths: readonly Path[]): string[] {
  const roots = [...new Set(paths.map(rootOf))];
  return roots.filter((root) => !roots.some((other) => root !== other && root.startsWith(`${other}/`)));
}

/** What reads the nodes that a rule looks at. */
function stepsOf(paths: readonly Path[]): Step[] {
  return rootsOf(paths).map((uri): Step => {
    const isOne = paths.every((path) => rootOf(path) !== uri || !path.includes(null));
    return isOne ? { kind: 'get', uri } : { kind: 'list', uri, as: 'StructData' };
  });
}

function note(
  store: Store,
  ruleId: number,
  progress: { readonly ask_after: number; readonly asked_at?: number },
): Promise<unknown> {
  return store.transaction((db) =>
    db.updateTable('rule_progress').set(progress).where('rule_id', '=', ruleId).execute(),
  );
}
