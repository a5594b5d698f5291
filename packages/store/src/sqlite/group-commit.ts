import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, StoreError, UnitError } from '../errors.ts';
import { PortQueries, type Queries } from '../port.ts';
import type { SqliteConnection } from './connection.ts';
import { explained } from './failures.ts';
import { nextTurn, Turn } from './turn.ts';
import { SqliteUnit } from './unit.ts';

/** A commit is shared by no more units than this, … */
const GROUP_UNITS = 256;
/** … and once a group has taken this many milliseconds no more units join it. */
const GROUP_TIME = 25;

/** How long to wait for another process that writes the same file, and how long between two attempts: milliseconds. */
const BUSY_TIME = 2_000;
const BUSY_PAUSE = 2;

/** The file that a commit is written to. */
export interface CommitLog {
  /**
   * Resolves when what was committed before is on the disk. Until then no further unit begins, but all else goes on.
   *
   * @throws {StoreUnavailable} when the disk fails
   */
  sync(): Promise<void>;
}

interface Waiting<DB> {
  readonly work: (db: Queries<DB>) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Attempt =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

/**
 * Runs units of work on one writing connection, those that wait at the same time in one transaction, so that they
 * share the cost of making it durable.
 *
 * When a unit fails the whole group is rolled back and each of its units is run again in a transaction of its own:
 * the others do not notice, and no savepoints are paid for where all goes well.
 */
export class GroupCommit<DB> {
  readonly #connection: SqliteConnection;
  readonly #unitTimeout: number;
  readonly #log: CommitLog | undefined;
  readonly #turn = new Turn();
  #queue: Waiting<DB>[] = [];
  #running = false;
  #closed = false;
  #afterGroup: (() => void)[] = [];
  /** One for all units, begun anew with each: it ends the one that is running then. */
  #timer: NodeJS.Timeout | undefined;
  #endUnit = (): void => {};

  /**
   * @param unitTimeout milliseconds
   * @param log where commits go; undefined where they are never on a disk
   */
  constructor(connection: SqliteConnection, unitTimeout: number, log: CommitLog | undefined) {
    this.#connection = connection;
    this.#unitTimeout = unitTimeout;
    this.#log = log;
  }

  transaction<T>(work: (db: Queries<DB>) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) {
        reject(new StoreError('the store is closed'));
        return;
      }
      this.#queue.push({ work, resolve: (value) => resolve(value as T), reject });
      if (!this.#running) {
        this.#running = true;
        // Whatever the event loop has taken in by then joins the group.
        setImmediate(() => void this.#run());
      }
    });
  }

  /** What to wait for until the connection may be in no transaction; undefined where it is in none. */
  groupEnd(): Promise<void> | undefined {
    return this.#connection.inTransaction ? this.#groupEnd() : undefined;
  }

  /** Takes no more units; resolves when the last is done. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running) await this.#groupEnd();
  }

  #groupEnd(): Promise<void> {
    return new Promise((resolve) => this.#afterGroup.push(resolve));
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#runGroup();
      this.#running = this.#queue.length > 0;
      const waiting = this.#afterGroup;
      this.#afterGroup = [];
      for (const resolve of waiting) resolve();
      if (this.#running) await nextTurn();
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #runGroup(): Promise<void> {
    const group: Waiting<DB>[] = [];
    const values: unknown[] = [];
    try {
      await this.#begin();
    } catch (error) {
      for (const unit of this.#queue.splice(0)) unit.reject(explained(error));
      return;
    }
    const end = performance.now() + GROUP_TIME;
    try {
      do {
        const unit = this.#queue.shift() as Waiting<DB>;
        group.push(unit);
        const attempt = await this.#attempt(unit);
        if (!attempt.ok) throw attempt.error;
        values.push(attempt.value);
      } while (this.#queue.length > 0 && group.length < GROUP_UNITS && performance.now() < end);
      this.#connection.execute('commit', []);
    } catch (error) {
      this.#rollback();
      // What took its whole time once would do so again; and a unit that was alone is the guilty one.
      if (group.length === 1 || error instanceof UnitError) group.pop()?.reject(explained(error));
      await this.#runEachAlone(group);
      return;
    }
    try {
      await this.#log?.sync();
      for (let i = 0; i < group.length; i++) group[i]?.resolve(values[i]);
    } catch (error) {
      for (const unit of group) unit.reject(error);
    }
  }

  async #runEachAlone(group: readonly Waiting<DB>[]): Promise<void> {
    let end = performance.now() + GROUP_TIME;
    for (const unit of group) {
      try {
        await this.#begin();
        const attempt = await this.#attempt(unit);
        if (!attempt.ok) throw attempt.error;
        this.#connection.execute('commit', []);
        await this.#log?.sync();
        unit.resolve(attempt.value);
      } catch (error) {
        this.#rollback();
        unit.reject(explained(error));
      }
      if (performance.now() > end) {
        await nextTurn();
        end = performance.now() + GROUP_TIME;
      }
    }
  }

  /** Begins a transaction; waits here for another process that writes, since SQLite's waiting would stop this one. */
  async #begin(): Promise<void> {
    for (const end = performance.now() + BUSY_TIME; ; await delay(BUSY_PAUSE)) {
      try {
        this.#connection.execute('begin immediate', []);
        return;
      } catch (error) {
        if (codeOf(error) !== 'SQLITE_BUSY' || performance.now() > end) throw error;
      }
    }
  }

  /** Runs a unit in the transaction that is open. Never rejects, and always resolves within the unit's time. */
  #attempt(unit: Waiting<DB>): Promise<Attempt> {
    return new Promise<Attempt>((resolve) => {
      const port = new SqliteUnit(this.#connection, this.#turn);
      const fail = (error: unknown) => {
        port.end();
        resolve({ ok: false, error: port.failure ?? error });
      };
      const succeed = (value: unknown) => {
        if (port.failure !== undefined) return fail(port.failure);
        port.end();
        resolve({ ok: true, value });
      };
      this.#endUnit = () => fail(this.#overdue());
      this.#timer = this.#timer?.refresh() ?? setTimeout(() => this.#endUnit(), this.#unitTimeout);
      try {
        unit.work(new PortQueries<DB>(port)).then(succeed, fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  #overdue(): UnitError {
    return new UnitError(`a unit of work did not end within ${this.#unitTimeout} ms`);
  }

  #rollback(): void {
    try {
      // SQLite has rolled back by itself after some errors, such as a full disk.
      if (this.#connection.inTransaction) this.#connection.execute('rollback', []);
    } catch {
      // The transaction is still open: the next one cannot begin and tells of it.
    }
  }
}
