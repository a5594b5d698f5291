import { type Compilable, DummyDriver, Kysely, type RawBuilder, sql } from 'kysely';
import { dialects, type Engine } from './engine.ts';
import { StoreError } from './errors.ts';
import { type Answer, portOf, type Queries } from './port.ts';

/** Stands in a statement for a value that is given each time it is run. */
export type Params<P> = <K extends keyof P & string>(name: K) => RawBuilder<P[K]>;

/** A query that is built and compiled once and run many times. */
export interface Statement<DB, P, Row> {
  /** All rows. */
  all(db: Queries<DB>, values: P): Promise<Row[]>;
  /** The first row, if there is one. The query itself should not ask for more. */
  first(db: Queries<DB>, values: P): Promise<Row | undefined>;
  /** How many rows were inserted, updated or deleted. */
  run(db: Queries<DB>, values: P): Promise<number>;
}

class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** An INSERT of one row into a table with an `id`, which is built and compiled once and run many times. */
export interface Insertion<DB, P> {
  /** @returns the id that the database gave the row */
  insert(db: Queries<DB>, values: P): Promise<number>;
}

/** A statement in one engine's SQL. */
interface Compiled<P> {
  readonly sql: string;
  /** For each parameter of the text, its value or what it is called in `P`. */
  readonly slots: readonly ({ key: keyof P } | { value: unknown })[];
}

let statements = 0;

/** How queries on the tables `DB` are declared that come often. */
export interface Statements<DB> {
  /**
   * Declares a query. It is built and compiled when it is first run on an engine; from then on running it costs little
   * more than the database's own work.
   *
   * ```ts
   * const deviceByDevId = statement((q, p: Params<{ devId: string }>) =>
   *   q.selectFrom('devices').selectAll().where('dev_id', '=', p('devId')),
   * );
   * const device = await deviceByDevId.first(db, { devId });
   * ```
   *
   * What the query says besides `p(…)` is fixed when it is built. Where an index is partial, its condition has to
   * be in the text, not in a parameter.
   *
   * @param options `isPassing` where the statement is one of any number that are made and forgotten: connections do not
   *   keep it prepared for ever
   */
  statement<P, Row>(
    build: (q: Queries<DB>, p: Params<P>) => Compilable<Row>,
    options?: { readonly isPassing?: boolean },
  ): Statement<DB, P, Row>;
  /** Declares an INSERT as `statement` does. The query itself returns nothing. */
  insertion<P>(build: (q: Queries<DB>, p: Params<P>) => Compilable): Insertion<DB, P>;
}

/** The means to declare queries on the tables `DB`. */
export function statementsOf<DB>(): Statements<DB> {
  return { statement, insertion };
}

function statement<DB, P, Row>(
  build: (q: Queries<DB>, p: Params<P>) => Compilable<Row>,
  { isPassing = false }: { readonly isPassing?: boolean } = {},
): Statement<DB, P, Row> {
  const execute = executor(build, NO_ENDING, isPassing);
  return {
    all: async (db, values) => (await execute(db, values)).rows as Row[],
    first: async (db, values) => (await execute(db, values)).rows[0] as Row | undefined,
    run: async (db, values) => (await execute(db, values)).changed ?? 0,
  };
}

function insertion<DB, P>(build: (q: Queries<DB>, p: Params<P>) => Compilable): Insertion<DB, P> {
  // SQLite tells the id anyway, and would make a table in passing for the rows that are to be returned.
  const execute = executor(build, { sqlite: '', postgres: ' returning "id"' }, false);
  return {
    insert: async (db, values) => {
      const { rows, inserted } = await execute(db, values);
      const id = inserted ?? (rows[0] as { id: number } | undefined)?.id;
      if (id === undefined) throw new StoreError('the database did not give the new row an id');
      return id;
    },
  };
}

type Execute<DB, P> = (db: Queries<DB>, values: P) => Answer | Promise<Answer>;

const NO_ENDING = { sqlite: '', postgres: '' };

/** @param ending what comes after the query in each engine's SQL */
function executor<DB, P>(
  build: (q: Queries<DB>, p: Params<P>) => Compilable,
  ending: Readonly<Record<Engine, string>>,
  isPassing: boolean,
): Execute<DB, P> {
  const compiled: Partial<Record<Engine, Compiled<P>>> = {};
  const name = isPassing ? undefined : `grove_${++statements}`;

  const compile = (engine: Engine): Compiled<P> => {
    const query = build(builderOf<DB>(engine), (name) => sql`${new Placeholder(name)}`).compile();
    return {
      sql: query.sql + ending[engine],
      slots: query.parameters.map((value) =>
        value instanceof Placeholder ? { key: value.name as keyof P } : { value },
      ),
    };
  };

  return (db, values) => {
    const port = portOf(db);
    compiled[port.engine] ??= compile(port.engine);
    const { sql, slots } = compiled[port.engine] as Compiled<P>;
    const bound: unknown[] = new Array(slots.length);
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as (typeof slots)[number];
      bound[i] = 'key' in slot ? values[slot.key] : slot.value;
    }
    return port.execute(sql, bound, name);
  };
}

/** Kysely that only compiles. */
function builderOf<DB>(engine: Engine): Queries<DB> {
  const dialect = dialects[engine];
  return new Kysely<DB>({
    dialect: {
      createDriver: () => new DummyDriver(),
      createQueryCompiler: () => dialect.compiler,
      createAdapter: () => dialect.adapter,
      createIntrospector: (db) => dialect.introspector(db),
    },
  });
}
