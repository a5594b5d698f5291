import { UnitError } from '../errors.ts';
import type { Answer, Port } from '../port.ts';
import type { SqliteConnection } from './connection.ts';

/** How many queries a unit runs between two looks at the clock. */
const QUERIES_PER_LOOK = 64;

/** The writing connection, as one unit of work has it until its end. */
export class SqliteUnit implements Port {
  readonly engine = 'sqlite';
  readonly #connection: SqliteConnection;
  readonly #timeout: number;
  readonly #deadline: number;
  #queries = 0;
  #ended = false;
  #failure: unknown;

  /** @param timeout milliseconds */
  constructor(connection: SqliteConnection, timeout: number) {
    this.#connection = connection;
    this.#timeout = timeout;
    this.#deadline = performance.now() + timeout;
  }

  /** Why the unit cannot be committed: the first query of it that failed. */
  get failure(): unknown {
    return this.#failure;
  }

  end(): void {
    this.#ended = true;
  }

  overdue(): UnitError {
    return new UnitError(`a unit of work did not end within ${this.#timeout} ms`);
  }

  async execute(sql: string, values: readonly unknown[]): Promise<Answer> {
    if (this.#ended) throw new UnitError('the unit of work that this db belongs to has ended');
    // As on PostgreSQL, a query that failed spoils its transaction. Beyond that, SQLite may have rolled back
    // by itself, and what came after would be committed alone.
    if (this.#failure !== undefined) throw this.#failure;
    try {
      // The unit's timer does not fire while its queries follow each other without a pause.
      if (++this.#queries % QUERIES_PER_LOOK === 0 && performance.now() > this.#deadline)
        throw this.overdue();
      return this.#connection.execute(sql, values);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}
