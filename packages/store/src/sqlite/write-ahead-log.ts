import { type FileHandle, open } from 'node:fs/promises';
import { StoreUnavailable } from '../errors.ts';
import { Checkpointer } from './checkpointer.ts';
import type { SqliteConnection } from './connection.ts';
import { reasonOf } from './failures.ts';
import type { CommitLog } from './group-commit.ts';

/**
 * The log of a database in a file. SQLite would sync it within each commit and keep the event loop waiting for the disk
 * meanwhile, with `synchronous=full`; here a thread of Node's does. With `normal` SQLite itself syncs what else matters: the
 * log's beginning, the log before it is copied into the database, and the database after that.
 *
 * Source: https://sqlite.org/wal.html, https://sqlite.org/pragma.html#pragma_synchronous.
 */
export class WriteAheadLog implements CommitLog {
  readonly #file: FileHandle;
  readonly #checkpointer: Checkpointer;
  #failure: StoreUnavailable | undefined;

  private constructor(file: FileHandle, checkpointer: Checkpointer) {
    this.#file = file;
    this.#checkpointer = checkpointer;
  }

  /** @param writer has the database open in WAL mode, so that the log is there */
  static async open(writer: SqliteConnection, database: string): Promise<WriteAheadLog> {
    // SQLite has no locks on this file that closing it here could drop.
    const file = await open(`${database}-wal`, 'r+');
    return new WriteAheadLog(file, new Checkpointer(writer, database));
  }

  async sync(): Promise<void> {
    // After one failure the system may call the next sync a success without having written what the first one could not.
    if (this.#failure !== undefined) throw this.#failure;
    try {
      await this.#file.datasync();
    } catch (error) {
      const text = `the disk does not take what SQLite commits: ${reasonOf(error)}; restart when it does`;
      this.#failure = new StoreUnavailable(text, { cause: error });
      throw this.#failure;
    }
    this.#checkpointer.committed();
  }

  /** To be called when nothing is committed any more. */
  async close(): Promise<void> {
    await this.#checkpointer.close();
    await this.#file.close();
  }
}
