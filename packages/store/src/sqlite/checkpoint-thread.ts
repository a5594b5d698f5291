// What runs in the thread of Checkpointer: a connection that only checkpoints, once for each message that asks for it.
import { parentPort, workerData } from 'node:worker_threads';
import SqliteDatabase from 'better-sqlite3';

const { file } = workerData as { file: string };
const database = new SqliteDatabase(file, { fileMustExist: true });

parentPort?.on('message', (message: 'checkpoint' | 'close') => {
  if (message === 'close') {
    database.close();
    parentPort?.close();
    return;
  }
  // Passive: does what can be done without keeping anyone from reading or writing.
  database.pragma('wal_checkpoint(passive)');
  parentPort?.postMessage('done');
});
