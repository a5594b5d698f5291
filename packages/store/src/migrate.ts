import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { type Columns, columns } from './columns.ts';
import type { Engine } from './engine.ts';
import { StoreError } from './errors.ts';

/** A part of a migration: an SQL text, or what takes more than one, within the migration's transaction. */
export type MigrationStep = string | ((db: Kysely<unknown>) => Promise<void>);

/** The tables of one program. Several programs may have theirs in the same database. */
export interface Tables {
  /** The table that holds the names of the migrations that were run; each program has its own. */
  readonly record: string;
  /** What each version of the program brought, in order: names, once published, neither change nor go. */
  readonly migrations: Readonly<Record<string, (c: Columns) => readonly MigrationStep[]>>;
}

/** One row where a table is there, none where not. */
const TABLE_IS_THERE: Readonly<Record<Engine, (name: string) => RawBuilder<unknown>>> = {
  sqlite: (name) => sql`select 1 from sqlite_schema where type = 'table' and name = ${name}`,
  postgres: (name) => sql`select 1 where to_regclass(${name}) is not null`,
};

/**
 * Brings a database up to these tables.
 *
 * @param db reserved for this: the caller keeps other processes from doing the same at the same time
 * @throws {StoreError} when the database was made by a newer Grove
 */
export async function migrate(db: Kysely<unknown>, engine: Engine, tables: Tables): Promise<void> {
  await refuseNewer(db, engine, tables);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrationsFor(engine, tables) },
    migrationTableName: tables.record,
    migrationLockTableName: `${tables.record}_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw new StoreError(`the database's tables could not be made: ${String(error)}`, { cause: error });
  }
}

function migrationsFor(engine: Engine, { migrations }: Tables): Record<string, Migration> {
  const made: Record<string, Migration> = {};
  for (const [name, steps] of Object.entries(migrations)) {
    made[name] = {
      up: async (db) => {
        for (const step of steps(columns[engine])) {
          if (typeof step === 'string') await sql.raw(step).execute(db);
          else await step(db);
        }
      },
    };
  }
  return made;
}

async function refuseNewer(
  db: Kysely<unknown>,
  engine: Engine,
  { record, migrations }: Tables,
): Promise<void> {
  const { rows } = await TABLE_IS_THERE[engine](record).execute(db);
  if (rows.length === 0) return;
  const recorded = await sql<{ name: string }>`select name from ${sql.table(record)}`.execute(db);
  const unknown = recorded.rows.find(({ name }) => !(name in migrations));
  if (unknown !== undefined) {
    throw new StoreError(
      `the database was made by a newer Grove: its tables are at "${unknown.name}", which this one does not know`,
    );
  }
}
