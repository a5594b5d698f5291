import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SqliteConnection } from './connection.ts';

/** Pages of log after which a commit checkpoints by itself: while the thread does it, and while there is none. */
const PAGES = { withThread: 16_384, alone: 4_096 };

/** The thread is started when the log has this many bytes: a quiet store does without. */
const WORTH_A_THREAD = 4 * 1024 * 1024;
/** How many commits there are between two looks at the log's size. */
const COMMITS_PER_LOOK = 16;

/**
 * How long the thread rests at least, in milliseconds. The shorter, the less is left to copy when a commit has to; the
 * longer, the more often is a page that was written again and again copied only once.
 */
const REST = 150;

/**
 * Copies what was committed from the log into the database on a thread of its own. It is the larger part of what is
 * written, and would keep the event loop from all else meanwhile; a commit itself writes and syncs only the log.
 *
 * Where there is no thread, be it that it failed, SQLite does this at the end of a commit.
 */
export class Checkpointer {
  readonly #writer: SqliteConnection;
  readonly #file: string;
  #thread: Worker | 'none' | 'failed' = 'none';
  #resting = true;
  #rested = 0;
  #commits = 0;

  constructor(writer: SqliteConnection, file: string) {
    this.#writer = writer;
    this.#file = file;
    this.#leaveToCommits(PAGES.alone);
  }

  /** To be called after each commit. */
  committed(): void {
    if (this.#thread === 'failed') return;
    if (this.#thread === 'none') {
      if (++this.#commits % COMMITS_PER_LOOK === 0 && this.#logSize() > WORTH_A_THREAD) this.#start();
    } else if (this.#resting && performance.now() - this.#rested > REST) {
      this.#resting = false;
      this.#thread.postMessage('checkpoint');
    }
  }

  /** Resolves when the thread has closed its connection. */
  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = 'failed';
    if (thread === 'none' || thread === 'failed') return;
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    thread.ref();
    thread.postMessage('close');
    await ended;
  }

  #start(): void {
    // The thread's module has the ending that this one has, as it was written or as it was compiled.
    const module = new URL(`./checkpoint-thread${extname(import.meta.filename)}`, import.meta.url);
    const thread = new Worker(module, { workerData: { file: this.#file } });
    thread.unref();
    thread.on('message', () => {
      this.#resting = true;
      this.#rested = performance.now();
    });
    thread.on('error', () => {
      if (this.#thread !== thread) return;
      this.#thread = 'failed';
      this.#leaveToCommits(PAGES.alone);
    });
    this.#thread = thread;
    this.#leaveToCommits(PAGES.withThread);
  }

  #leaveToCommits(pages: number): void {
    this.#writer.pragma(`wal_autocheckpoint = ${pages}`);
  }

  #logSize(): number {
    return statSync(`${this.#file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }
}
