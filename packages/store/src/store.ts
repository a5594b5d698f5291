import type { Engine } from './engine.ts';
import { StoreError } from './errors.ts';
import type { Tables } from './migrate.ts';
import type { Queries } from './port.ts';
import { openPostgres } from './postgres/index.ts';
import { openSqlite } from './sqlite/index.ts';

/** A database with the tables `DB`. */
export interface Store<DB> {
  readonly engine: Engine;
  /**
   * One unit of work, all or nothing; resolves only once it is durable. Units that come at the same time share a
   * commit. A unit may be run again, so it must have no effect but on `db`; it awaits nothing but `db`, one query
   * at a time. The first query that fails decides the unit: it fails with that error, even if it catches it.
   *
   * @throws {UnitError} when the unit takes longer than `unitTimeout`
   * @throws {StoreUnavailable} when the database does not answer; if that was at the commit, it may have been done
   * @throws what the unit throws
   */
  transaction<T>(work: (db: Queries<DB>) => Promise<T>): Promise<T>;
  /** Reads outside of any unit, each query for itself. Never sees uncommitted work; not for use within a unit. */
  readonly reader: Queries<DB>;
  /** Ends the units that have begun and closes the database. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** `sqlite:PATH`, `sqlite::memory:` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. */
  url: string;
  /** How long a unit may take before it fails, in milliseconds; 10,000 when absent. */
  unitTimeout?: number | undefined;
  /** Connections for units of work, on PostgreSQL; 10 when absent. Readers have a quarter as many besides. */
  poolSize?: number | undefined;
}

/** What the engines are opened with. */
export interface StoreLimits {
  unitTimeout: number;
  poolSize: number;
}

/**
 * Opens a database, which is made if it is not there, and brings it up to the tables that are given.
 *
 * @throws {StoreError} when the address is not one of a database, or the database was made by a newer Grove
 * @throws {StoreUnavailable} when it does not answer
 */
export async function openStore<DB>(options: StoreOptions, tables: Tables): Promise<Store<DB>> {
  const { url, unitTimeout = 10_000, poolSize = 10 } = options;
  const limits: StoreLimits = { unitTimeout, poolSize };
  if (url.startsWith('sqlite:') && url.length > 'sqlite:'.length) {
    return openSqlite(url.slice('sqlite:'.length), tables, limits);
  }
  if (/^postgres(ql)?:\/\//.test(url)) return openPostgres(url, tables, limits);
  throw new StoreError(
    'a database is given as sqlite:PATH, sqlite::memory: or postgres://USER:PASSWORD@HOST:PORT/DATABASE',
  );
}
