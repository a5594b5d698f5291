import { type Compilable, DummyDriver, Kysely, type RawBuilder, sql } from 'kysely';
import { dialects, type Engine } from './engine.ts';
import { portOf, type Queries } from './port.ts';
import type { Database } from './schema.ts';

/** Stands in a statement for a value that is given each time it is run. */
export type Params<P> = <K extends keyof P & string>(name: K) => RawBuilder<P[K]>;

/** A query that is built and compiled once and run many times. */
export interface Statement<P, Row> {
  /** All rows. */
  all(db: Queries, values: P): Promise<Row[]>;
  /** The first row, if there is one. The query itself should not ask for more. */
  first(db: Queries, values: P): Promise<Row | undefined>;
  /** How many rows were inserted, updated or deleted. */
  run(db: Queries, values: P): Promise<number>;
}

class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A statement in one engine's SQL. */
interface Compiled<P> {
  readonly sql: string;
  readonly name: string;
  /** For each parameter of the text, its value or what it is called in `P`. */
  readonly slots: readonly ({ key: keyof P } | { value: unknown })[];
}

let statements = 0;

/**
 * Declares a query that comes often. It is built and compiled when it is first run on an engine; from then on
 * running it costs little more than the database's own work.
 *
 * ```ts
 * const deviceByDevId = statement((q, p: Params<{ devId: string }>) =>
 *   q.selectFrom('devices').selectAll().where('dev_id', '=', p('devId')),
 * );
 * const device = await deviceByDevId.first(db, { devId });
 * ```
 *
 * What the query says besides `p(…)` is fixed when it is built. Where an index is partial, its condition has to
 * be in the text: see {@link isTaskToDo}.
 */
export function statement<P, Row>(build: (q: Queries, p: Params<P>) => Compilable<Row>): Statement<P, Row> {
  const compiled: Partial<Record<Engine, Compiled<P>>> = {};
  const serial = ++statements;

  const compile = (engine: Engine): Compiled<P> => {
    const query = build(builders[engine], (name) => sql`${new Placeholder(name)}`).compile();
    return {
      sql: query.sql,
      name: `grove_${serial}`,
      slots: query.parameters.map((value) =>
        value instanceof Placeholder ? { key: value.name as keyof P } : { value },
      ),
    };
  };

  const execute = (db: Queries, values: P) => {
    const port = portOf(db);
    compiled[port.engine] ??= compile(port.engine);
    const { sql, name, slots } = compiled[port.engine] as Compiled<P>;
    const bound: unknown[] = new Array(slots.length);
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as (typeof slots)[number];
      bound[i] = 'key' in slot ? values[slot.key] : slot.value;
    }
    return port.execute(sql, bound, name);
  };

  return {
    all: async (db, values) => (await execute(db, values)).rows as Row[],
    first: async (db, values) => (await execute(db, values)).rows[0] as Row | undefined,
    run: async (db, values) => (await execute(db, values)).changed ?? 0,
  };
}

/** Kysely that only compiles. */
function builder(engine: Engine): Queries {
  const dialect = dialects[engine];
  return new Kysely<Database>({
    dialect: {
      createDriver: () => new DummyDriver(),
      createQueryCompiler: () => dialect.compiler,
      createAdapter: () => dialect.adapter,
      createIntrospector: (db) => dialect.introspector(db),
    },
  });
}

const builders: Readonly<Record<Engine, Queries>> = {
  sqlite: builder('sqlite'),
  postgres: builder('postgres'),
};
