import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { StoreUnavailable } from '../errors.ts';
import { SqliteConnection } from './connection.ts';
import { GroupCommit } from './group-commit.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

function database(): { connection: SqliteConnection; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'grove-log-'));
  const file = join(folder, 'test.db');
  const connection = new SqliteConnection(file);
  for (const pragma of ['journal_mode = wal', 'synchronous = normal']) connection.pragma(pragma);
  connection.execute('create table numbers (n integer)', []);
  onTestFinished(() => {
    connection.close();
    rmSync(folder, { recursive: true });
  });
  return { connection, file };
}

it('acknowledges units once the log is synced, and begins no other before', async () => {
  const { connection } = database();
  const syncs: PromiseWithResolvers<void>[] = [];
  const commits = new GroupCommit<object>(connection, 1000, {
    sync() {
      const sync = Promise.withResolvers<void>();
      syncs.push(sync);
      begun.resolve();
      return sync.promise;
    },
  });
  let begun = Promise.withResolvers<void>();
  const seen: string[] = [];
  const unit = (name: string) =>
    commits
      .transaction(async () => {
        seen.push(`${name} runs`);
      })
      .then(() => seen.push(`${name} is acknowledged`));
  const first = unit('first');
  await begun.promise;
  begun = Promise.withResolvers<void>();
  const second = unit('second');
  await new Promise(setImmediate);
  expect(seen).toEqual(['first runs']);
  syncs[0]?.resolve();
  await Promise.all([first, begun.promise]);
  expect(seen).toEqual(['first runs', 'first is acknowledged', 'second runs']);
  syncs[1]?.reject(new StoreUnavailable('the disk is full'));
  await expect(second).rejects.toThrow('the disk is full');
  await commits.close();
});

it('shows nothing of what is not on the disk, and acknowledges nothing more once the disk has failed', async () => {
  const { connection, file } = database();
  const log = await WriteAheadLog.open(connection, file);
  expect(log.syncing).toBeUndefined();
  const sync = log.sync();
  expect(log.syncing).toBeInstanceOf(Promise);
  await sync;
  expect(log.syncing).toBeUndefined();
  // What a file that cannot be written to answers is the same whatever the reason.
  await log.close();
  await expect(log.sync()).rejects.toThrow(StoreUnavailable);
  await expect(log.sync()).rejects.toThrow(/EBADF/);
  await expect(log.syncing).rejects.toThrow(/EBADF/);
});
