import { Kysely, SqliteDialect } from 'kysely';
import { migrate, type Tables } from '../migrate.ts';
import type { SqliteConnection } from './connection.ts';

/** Brings the database up to date in one transaction, which keeps other processes out meanwhile. */
export async function migrateSqlite(connection: SqliteConnection, tables: Tables): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: connection.database }) });
  connection.execute('begin immediate', []);
  try {
    await migrate(db, 'sqlite', tables);
    connection.execute('commit', []);
  } finally {
    if (connection.inTransaction) connection.execute('rollback', []);
  }
}
