import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { migrate, type Tables } from '../migrate.ts';

/** The number of the lock that a process holds while it brings the database up to date. */
const LOCK = 0x67726f7665; // "grove"

/**
 * Brings the database up to date; one process at a time, the others wait.
 *
 * @param pool of at least two connections, without a limit on how long a statement may take
 */
export async function migratePostgres(pool: pg.Pool, tables: Tables): Promise<void> {
  const lock = await pool.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK]);
    await migrate(new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }), 'postgres', tables);
  } finally {
    // Closing the connection gives the lock free.
    lock.release(true);
  }
}
