import pg from 'pg';
import { StoreError } from '../errors.ts';
import type { Tables } from '../migrate.ts';
import { PortQueries } from '../port.ts';
import type { Store, StoreLimits } from '../store.ts';
import { explained } from './failures.ts';
import { migratePostgres } from './migrate.ts';
import { PostgresReader } from './ports.ts';
import { runUnit } from './transaction.ts';
import { types } from './types.ts';

/** How long to wait for a connection, in milliseconds. */
const CONNECT_TIMEOUT = 5_000;
/** How long a connection that is not used is kept, in milliseconds. */
const IDLE_TIMEOUT = 60_000;

/** What Grove acknowledges is on the disk, even where the server is set to lose its last moments in a crash. */
const BE_DURABLE = `select set_config('synchronous_commit', 'on', false)
  where current_setting('synchronous_commit') = 'off'`;

/** Opens the PostgreSQL database at an address. */
export async function openPostgres<DB>(url: string, tables: Tables, limits: StoreLimits): Promise<Store<DB>> {
  // The driver's own error would show the address, and with it the password.
  if (!URL.canParse(url)) throw new StoreError('the address of the PostgreSQL database is not a URL');
  await bringUpToDate(url, tables);
  const times = {
    statement_timeout: limits.unitTimeout,
    idle_in_transaction_session_timeout: limits.unitTimeout,
  };
  const writers = makePool(url, { max: limits.poolSize, ...times });
  const readers = makePool(url, { max: Math.max(2, Math.ceil(limits.poolSize / 4)), ...times });
  let closing: Promise<unknown> | undefined;
  return {
    engine: 'postgres',
    reader: new PortQueries<DB>(new PostgresReader(readers)),
    transaction: async (work) => {
      if (closing !== undefined) throw new StoreError('the store is closed');
      return runUnit(writers, work, limits.unitTimeout);
    },
    close: async () => {
      closing ??= Promise.all([writers.end(), readers.end()]);
      await closing;
    },
  };
}

async function bringUpToDate(url: string, tables: Tables): Promise<void> {
  const pool = makePool(url, { max: 2 });
  try {
    await migratePostgres(pool, tables);
  } catch (error) {
    const known = explained(error);
    if (known instanceof StoreError) throw known;
    throw new StoreError(`cannot open the PostgreSQL database: ${String(error)}`, { cause: error });
  } finally {
    await pool.end();
  }
}

function makePool(url: string, config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    idleTimeoutMillis: IDLE_TIMEOUT,
    keepAlive: true,
    application_name: 'grove',
    types,
    onConnect: async (client) => {
      await client.query(BE_DURABLE);
    },
    ...config,
  });
  // A connection that is lost while nothing waits for its answer is told of by an event that would end the process.
  // Whoever uses the connection next is told by an error, and the pool makes a new one.
  const unheard = () => {};
  pool.on('error', unheard);
  pool.on('connect', (client) => client.on('error', unheard));
  return pool;
}
