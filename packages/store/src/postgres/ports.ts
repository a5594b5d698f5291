import type pg from 'pg';
import { UnitError } from '../errors.ts';
import type { Answer, Port } from '../port.ts';
import { explained } from './failures.ts';
import { bindable } from './types.ts';

const CHANGING = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** Runs SQL on a client or on any client of a pool; with a name, as a prepared statement. */
async function execute(
  on: pg.Pool | pg.PoolClient,
  sql: string,
  values: readonly unknown[],
  name: string | undefined,
): Promise<Answer> {
  const query: pg.QueryConfig = { text: sql, values: values.map(bindable) };
  if (name !== undefined) query.name = name;
  const { rows, rowCount, command } = await on.query(query);
  return { rows, changed: CHANGING.has(command) ? (rowCount ?? 0) : undefined };
}

/** Reads, each on whichever connection is free. */
export class PostgresReader implements Port {
  readonly engine = 'postgres';
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async execute(sql: string, values: readonly unknown[], name?: string): Promise<Answer> {
    try {
      return await execute(this.#pool, sql, values, name);
    } catch (error) {
      throw explained(error);
    }
  }
}

/** A connection, as one unit of work has it until its end. */
export class PostgresUnit implements Port {
  readonly engine = 'postgres';
  readonly #client: pg.PoolClient;
  #ended = false;
  #failure: unknown;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  /** Why the unit cannot be committed: the first query of it that failed. */
  get failure(): unknown {
    return this.#failure;
  }

  end(): void {
    this.#ended = true;
  }

  async execute(sql: string, values: readonly unknown[], name?: string): Promise<Answer> {
    if (this.#ended) throw new UnitError('the unit of work that this db belongs to has ended');
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return await execute(this.#client, sql, values, name);
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }
}
