import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Engine } from '../engine.ts';
import { StoreError } from '../errors.ts';
import { tables } from './0001-tables.ts';
import { failures } from './0002-failures.ts';
import { contents } from './0003-contents.ts';
import { nonces } from './0004-nonces.ts';
import { waits } from './0005-waits.ts';
import { quirks } from './0006-quirks.ts';
import { sessionEnds } from './0007-session-ends.ts';
import { strangers } from './0008-strangers.ts';
import { type Columns, columns } from './columns.ts';

/** What each version of Grove brought, in order: names, once published, neither change nor go. */
const MIGRATIONS: Readonly<Record<string, (c: Columns) => string[]>> = {
  '0001-tables': tables,
  '0002-failures': failures,
  '0003-contents': contents,
  '0004-nonces': nonces,
  '0005-waits': waits,
  '0006-quirks': quirks,
  '0007-session-ends': sessionEnds,
  '0008-strangers': strangers,
};

const RECORD = 'kysely_migration';

/** One row where the record is there, none where not. */
const RECORD_IS_THERE: Readonly<Record<Engine, string>> = {
  sqlite: `select 1 from sqlite_schema where type = 'table' and name = '${RECORD}'`,
  postgres: `select 1 where to_regclass('${RECORD}') is not null`,
};

/** Kysely's own table, which holds the names of the migrations that were run. */
type Recorded = { [RECORD]: { name: string } };

/**
 * Brings a database up to this Grove's tables.
 *
 * @param db reserved for this: the caller keeps other processes from doing the same at the same time
 * @throws {StoreError} when the database was made by a newer Grove
 */
export async function migrate(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await refuseNewer(db, engine);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrationsFor(engine) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw new StoreError(`the database's tables could not be made: ${String(error)}`, { cause: error });
  }
}

function migrationsFor(engine: Engine): Record<string, Migration> {
  const made: Record<string, Migration> = {};
  for (const [name, texts] of Object.entries(MIGRATIONS)) {
    made[name] = {
      up: async (db) => {
        for (const text of texts(columns[engine])) await sql.raw(text).execute(db);
      },
    };
  }
  return made;
}

async function refuseNewer(db: Kysely<unknown>, engine: Engine): Promise<void> {
  const { rows } = await sql.raw(RECORD_IS_THERE[engine]).execute(db);
  if (rows.length === 0) return;
  const recorded = await db.$extendTables<Recorded>().selectFrom(RECORD).select('name').execute();
  const unknown = recorded.find(({ name }) => !(name in MIGRATIONS));
  if (unknown !== undefined) {
    throw new StoreError(
      `the database was made by a newer Grove: its tables are at "${unknown.name}", which this one does not know`,
    );
  }
}
