import { UnitError } from '../errors.ts';
import type { Answer, Port } from '../port.ts';
import type { SqliteConnection } from './connection.ts';
import type { Turn } from './turn.ts';

/** The writing connection, as one unit of work has it until its end. */
export class SqliteUnit implements Port {
  readonly engine = 'sqlite';
  readonly #connection: SqliteConnection;
  readonly #turn: Turn;
  #ended = false;
  #failure: unknown;

  constructor(connection: SqliteConnection, turn: Turn) {
    this.#connection = connection;
    this.#turn = turn;
  }

  /** Why the unit cannot be committed: the first query of it that failed. */
  get failure(): unknown {
    return this.#failure;
  }

  end(): void {
    this.#ended = true;
  }

  execute(sql: string, values: readonly unknown[]): Answer | Promise<Answer> {
    const pause = this.#turn.pause();
    return pause === undefined ? this.#execute(sql, values) : pause.then(() => this.#execute(sql, values));
  }

  #execute(sql: string, values: readonly unknown[]): Answer {
    if (this.#ended) throw new UnitError('the unit of work that this db belongs to has ended');
    // As on PostgreSQL, a query that failed spoils its transaction. Beyond that, SQLite may have rolled back
    // by itself, and what came after would be committed alone.
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return this.#connection.execute(sql, values);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}
