import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../errors.ts';
import { type Answer, type Port, PortQueries } from '../port.ts';
import type { Store, StoreLimits } from '../store.ts';
import { SqliteConnection } from './connection.ts';
import { GroupCommit } from './group-commit.ts';
import { migrateSqlite } from './migrate.ts';

/** How long to wait for another process that writes the same file, in milliseconds. */
const BUSY_TIMEOUT = 2_000;

/** What each connection is set to. */
const CONNECTION_PRAGMAS = [
  'foreign_keys = on',
  // 64 MiB of pages.
  'cache_size = -65536',
  'temp_store = memory',
];

/** What the writing connection is set to besides. */
const WRITER_PRAGMAS = [
  'journal_mode = wal',
  // A commit is on the disk when it returns.
  'synchronous = full',
  // Every 16 MiB of log. Pages that are written again and again go to the database once for each time.
  'wal_autocheckpoint = 4096',
  'journal_size_limit = 67108864',
];

/** Opens the SQLite database in a file, or one in memory for `:memory:`. */
export async function openSqlite(file: string, limits: StoreLimits): Promise<Store> {
  const inMemory = file === ':memory:';
  if (!inMemory) makeFile(file);
  const writer = connect(file);
  try {
    for (const pragma of WRITER_PRAGMAS) writer.pragma(pragma);
    await migrateSqlite(writer);
    const commits = new GroupCommit(writer, limits.unitTimeout);
    const readings = inMemory ? writer : connect(file, { readonly: true });
    return {
      engine: 'sqlite',
      reader: new PortQueries(inMemory ? new IdleReader(writer, commits) : new SqliteReader(readings)),
      transaction: (work) => commits.transaction(work),
      close: async () => {
        await commits.close();
        readings.close();
        writer.close();
      },
    };
  } catch (error) {
    writer.close();
    throw error;
  }
}

function connect(file: string, options: { readonly?: boolean } = {}): SqliteConnection {
  try {
    const connection = new SqliteConnection(file, { ...options, timeout: BUSY_TIMEOUT });
    for (const pragma of CONNECTION_PRAGMAS) connection.pragma(pragma);
    return connection;
  } catch (error) {
    throw new StoreError(`cannot open the database ${file}: ${String(error)}`, { cause: error });
  }
}

/** Makes the file, which holds what is known of people's devices, for its owner alone. SQLite's other files follow. */
function makeFile(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    throw new StoreError(`cannot make the database ${file}: ${String(error)}`, { cause: error });
  }
}

/** Reads on a connection of its own, which sees what is committed. */
class SqliteReader implements Port {
  readonly engine = 'sqlite';
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async execute(sql: string, values: readonly unknown[]): Promise<Answer> {
    return this.#connection.execute(sql, values);
  }
}

/** Reads on the only connection that a database in memory has, between two groups of units. */
class IdleReader implements Port {
  readonly engine = 'sqlite';
  readonly #connection: SqliteConnection;
  readonly #commits: GroupCommit;

  constructor(connection: SqliteConnection, commits: GroupCommit) {
    this.#connection = connection;
    this.#commits = commits;
  }

  async execute(sql: string, values: readonly unknown[]): Promise<Answer> {
    await this.#commits.betweenGroups();
    return this.#connection.execute(sql, values);
  }
}
