import { engineOf, GenerationCache } from '@grove/store';
import { sql } from 'kysely';
import { type Params, type Queries, statement } from '../store/index.ts';
import type { Predicate } from './compile.ts';

type Asked = ReturnType<typeof asking>;

/** Statements by the engine and the predicates that they ask for. Sets of predicates change seldom. */
const kept = new GenerationCache<string, Asked>(64);

/** One statement that asks a device for all of some predicates. */
function asking(engine: ReturnType<typeof engineOf>, predicates: readonly Predicate[]) {
  const build = (q: Queries, p: Params<{ deviceId: number; now: number }>) =>
    q
      .selectFrom('devices')
      .select(
        predicates.map((predicate, at) =>
          sql<number>`case when ${predicate.where(engine, p('now'))} then 1 else 0 end`.as(`holds${at}`),
        ),
      )
      .where('devices.id', '=', p('deviceId'));
  return statement(build, { isPassing: true });
}

/**
 * Which of some predicates hold for a device, by one statement. None holds for one that is not there.
 *
 * @param predicates best the same objects each time: what they come to in SQL is kept
 * @param now milliseconds since the epoch
 */
export async function holdsFor(
  db: Queries,
  deviceId: number,
  predicates: readonly Predicate[],
  now: number,
): Promise<boolean[]> {
  if (predicates.length === 0) return [];
  const engine = engineOf(db);
  const key = `${engine} ${predicates.map(({ serial }) => serial).join(' ')}`;
  let statement = kept.get(key);
  if (statement === undefined) {
    statement = asking(engine, predicates);
    kept.set(key, statement);
  }
  const row = await statement.first(db, { deviceId, now });
  return predicates.map((_, at) => row?.[`holds${at}`] === 1);
}
