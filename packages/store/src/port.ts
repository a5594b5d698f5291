import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  type RootOperationNode,
} from 'kysely';
import { dialects, type Engine } from './engine.ts';
import { StoreError, UnitError } from './errors.ts';

/**
 * Where queries are run: the connection of a unit of work, or the readers'. Everything that Kysely offers
 * but transactions, which are {@link Store.transaction}'s, and streams, in whose place lists are read by page.
 */
export type Queries<DB> = Kysely<DB>;

/** What an SQL text gave. */
export interface Answer {
  readonly rows: unknown[];
  /** Rows inserted, updated or deleted; undefined for other texts. */
  readonly changed: number | undefined;
  /** Where SQLite has inserted a row: the id of the last one. */
  readonly inserted?: number;
}

/** What runs SQL for a {@link Queries}: the way round Kysely for statements, and the way below it. */
export interface Port {
  readonly engine: Engine;
  /**
   * @param values one for each parameter of the text, in order
   * @param name where the text will come often: what to keep it prepared under
   */
  execute(sql: string, values: readonly unknown[], name?: string): Answer | Promise<Answer>;
}

/** The {@link Queries} that a store hands out: Kysely on a port. */
export class PortQueries<DB> extends Kysely<DB> {
  readonly port: Port;

  constructor(port: Port) {
    const dialect = dialects[port.engine];
    super({
      dialect: {
        createDriver: () => new PortDriver(port),
        createQueryCompiler: () => dialect.compiler,
        createAdapter: () => dialect.adapter,
        createIntrospector: (db) => dialect.introspector(db),
      },
    });
    this.port = port;
  }
}

/** The port behind a `db`. */
export function portOf<DB>(db: Queries<DB>): Port {
  if (db instanceof PortQueries) return db.port;
  throw new StoreError('statements run only on the db that a Store gives');
}

/** Which database a `db` is on. */
export function engineOf<DB>(db: Queries<DB>): Engine {
  return portOf(db).engine;
}

class PortDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(port: Port) {
    this.#connection = new PortConnection(port);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new UnitError('a unit of work is begun with Store.transaction');
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

const CHANGES: ReadonlySet<RootOperationNode['kind']> = new Set([
  'InsertQueryNode',
  'UpdateQueryNode',
  'DeleteQueryNode',
  'MergeQueryNode',
  'RawNode',
]);

class PortConnection implements DatabaseConnection {
  readonly #port: Port;

  constructor(port: Port) {
    this.#port = port;
  }

  async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changed } = await this.#port.execute(compiled.sql, compiled.parameters);
    const result: { rows: R[]; numAffectedRows?: bigint } = { rows: rows as R[] };
    if (changed !== undefined && CHANGES.has(compiled.query.kind)) result.numAffectedRows = BigInt(changed);
    return result;
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new StoreError('the store does not stream rows: read them by page');
  }
}
