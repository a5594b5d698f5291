import {
  type DialectAdapter,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

/** Which database a store is on. */
export type Engine = 'sqlite' | 'postgres';

/** SQLite as one port sees it: a port serves one query after the other without being reserved. */
class PortSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/**
 * Writes `+?` for a parameter. The sign changes nothing in a value, but it keeps SQLite's planner from looking at the
 * one that is bound: a plan that has seen a value is made anew for the next one, at each run of a prepared statement.
 */
class StablePlanCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return '+?';
  }
}

interface Dialect {
  readonly adapter: DialectAdapter;
  readonly compiler: QueryCompiler;
  introspector<DB>(db: Kysely<DB>): SqliteIntrospector | PostgresIntrospector;
}

/** How each engine's SQL is written. */
export const dialects: Readonly<Record<Engine, Dialect>> = {
  sqlite: {
    adapter: new PortSqliteAdapter(),
    compiler: new StablePlanCompiler(),
    introspector: (db) => new SqliteIntrospector(db),
  },
  postgres: {
    adapter: new PostgresAdapter(),
    compiler: new PostgresQueryCompiler(),
    introspector: (db) => new PostgresIntrospector(db),
  },
};
