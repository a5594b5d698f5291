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
  #syncing: Promise<void> | undefined;

  private constructor(file: FileHandle, checkpointer: Checkpointer) {
    this.#file = file;
    this.#checkpointer = checkpointer;
  }

  /** @param writer has the database open in WAL mode, so that the log is there */
  static async open(writer: SqliteConnection, database: string): Promise<WriteAheadLog> {
    // SQLite has no locks on this file that closing it here could drop.
    const file = await open(`${database}-wal`, 'r+');
    const log = new WriteAheadLog(file, new Checkpointer(writer, database));
    // What the last process has left in it, and the tables.
    await log.sync();
    return log;
  }

  /** What to wait for before anyone reads; undefined where all is on the disk. Rejects for ever once the disk has failed. */
  get syncing(): Promise<void> | undefined {
    return this.#syncing;
  }

  sync(): Promise<void> {
    // After one failure the system may call the next sync a success without having written what the first one could not.
    this.#syncing ??= this.#sync();
    return this.#syncing;
  }

  async #sync(): Promise<void> {
    try {
      await this.#file.datasync();
    } catch (error) {
      const text = `the disk does not take what SQLite commits: ${reasonOf(error)}; restart when it does`;
      throw new StoreUnavailable(text, { cause: error });
    }
    this.#syncing = undefined;
    this.#checkpointer.committed();
  }

  /** To be called when nothing is committed any more. */
  async close(): Promise<void> {
    await this.#checkpointer.close();
    await this.#file.close();
  }
}
