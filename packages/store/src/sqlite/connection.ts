import SqliteDatabase from 'better-sqlite3';
import { GenerationCache } from '../cache/index.ts';
import type { Answer } from '../port.ts';

/** How many SQL texts a connection keeps prepared, at least. Statements are far fewer; lists vary theirs. */
const PREPARED = 256;

/** One connection to an SQLite database; runs SQL at once, with its texts kept prepared. */
export class SqliteConnection {
  readonly #database: SqliteDatabase.Database;
  readonly #prepared = new GenerationCache<string, SqliteDatabase.Statement<unknown[]>>(PREPARED);

  constructor(file: string, options: SqliteDatabase.Options = {}) {
    this.#database = new SqliteDatabase(file, options);
  }

  /** The driver's own object, for Kysely's migrator. */
  get database(): SqliteDatabase.Database {
    return this.#database;
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  execute(sql: string, values: readonly unknown[]): Answer {
    let prepared = this.#prepared.get(sql);
    if (prepared === undefined) {
      prepared = this.#database.prepare(sql);
      this.#prepared.set(sql, prepared);
    }
    if (!prepared.reader) {
      const { changes, lastInsertRowid } = prepared.run(values);
      return { rows: [], changed: changes, inserted: Number(lastInsertRowid) };
    }
    const rows = prepared.all(values);
    return { rows, changed: prepared.readonly ? undefined : rows.length };
  }

  pragma(pragma: string): unknown {
    return this.#database.pragma(pragma, { simple: true });
  }

  close(): void {
    this.#database.close();
  }
}
