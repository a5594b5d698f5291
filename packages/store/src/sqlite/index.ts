import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../errors.ts';
import type { Tables } from '../migrate.ts';
import { type Answer, type Port, PortQueries } from '../port.ts';
import type { Store, StoreLimits } from '../store.ts';
import { SqliteConnection } from './connection.ts';
import { cannotOpen, explained } from './failures.ts';
import { GroupCommit } from './group-commit.ts';
import { migrateSqlite } from './migrate.ts';
import { Turn } from './turn.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

/** How long a query waits while another process recovers the file from a crash, in milliseconds. */
const BUSY_TIMEOUT = 1_000;

/** How long to wait for another process that makes the same database's tables, and how long between two attempts. */
const MIGRATION_TIMEOUT = 60_000;
const MIGRATION_PAUSE = 20;

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
  // A commit only writes to the log: the log is synced without keeping the event loop, by `WriteAheadLog`.
  'synchronous = normal',
  // The log is cut back to 64 MiB.
  'journal_size_limit = 67108864',
];

/** Opens the SQLite database in a file, or one in memory for `:memory:`. */
export async function openSqlite<DB>(file: string, tables: Tables, limits: StoreLimits): Promise<Store<DB>> {
  const connections: SqliteConnection[] = [];
  const closeAll = () => {
    for (const connection of connections.splice(0).reverse()) connection.close();
  };
  const connect = (options?: { readonly: boolean }) => {
    const connection = new SqliteConnection(file, { ...options, timeout: BUSY_TIMEOUT });
    connections.push(connection);
    for (const pragma of CONNECTION_PRAGMAS) connection.pragma(pragma);
    return connection;
  };
  try {
    const inMemory = file === ':memory:';
    if (!inMemory) makeFile(file);
    const writer = connect();
    await prepare(writer, tables);
    const log = inMemory ? undefined : await WriteAheadLog.open(writer, file);
    const commits = new GroupCommit<DB>(writer, limits.unitTimeout, log);
    // The only connection that a database in memory has reads between two groups of units.
    const reads =
      log === undefined
        ? new SqliteReader(writer, () => commits.groupEnd())
        : new SqliteReader(connect({ readonly: true }), () => log.syncing);
    return {
      engine: 'sqlite',
      reader: new PortQueries<DB>(reads),
      transaction: (work) => commits.transaction(work),
      close: async () => {
        await commits.close();
        await log?.close();
        closeAll();
      },
    };
  } catch (error) {
    closeAll();
    throw cannotOpen(file, error);
  }
}

/** Sets the writing connection up and the database's tables, while another process may be doing the same. */
async function prepare(writer: SqliteConnection, tables: Tables): Promise<void> {
  // Its transactions wait for other processes by timers: while SQLite waits, this process does nothing else.
  writer.pragma('busy_timeout = 0');
  for (const end = performance.now() + MIGRATION_TIMEOUT; ; await delay(MIGRATION_PAUSE)) {
    try {
      for (const pragma of WRITER_PRAGMAS) writer.pragma(pragma);
      await migrateSqlite(writer, tables);
      break;
    } catch (error) {
      if (codeOf(error) !== 'SQLITE_BUSY' || performance.now() > end) throw error;
    }
  }
}

/** Makes the file, which holds what is known of people's devices, for its owner alone. SQLite's other files follow. */
function makeFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, 'ax', 0o600));
  } catch (error) {
    // One that is there must not even be opened: closing it would drop the locks that this process may have on it.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** Reads what is committed and on the disk, so that whoever is told of it may act on it. */
class SqliteReader implements Port {
  readonly engine = 'sqlite';
  readonly #connection: SqliteConnection;
  readonly #busy: () => Promise<void> | undefined;
  readonly #turn = new Turn();

  /** @param busy what to wait for before reading; undefined for nothing */
  constructor(connection: SqliteConnection, busy: () => Promise<void> | undefined) {
    this.#connection = connection;
    this.#busy = busy;
  }

  async execute(sql: string, values: readonly unknown[]): Promise<Answer> {
    const pause = this.#turn.pause();
    if (pause !== undefined) await pause;
    for (let wait = this.#busy(); wait !== undefined; wait = this.#busy()) await wait;
    try {
      return this.#connection.execute(sql, values);
    } catch (error) {
      throw explained(error);
    }
  }
}
