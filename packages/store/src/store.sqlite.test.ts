import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError, StoreUnavailable } from './index.ts';
import { openStore, type Store } from './sample.testing.ts';
import { gate, register, storeSuite } from './suite.testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'grove-store-'));
let databases = 0;
const freshFile = () => join(folder, `data-${++databases}`, 'grove.db');

afterAll(() => rmSync(folder, { recursive: true }));

describe('a store on SQLite', () => {
  storeSuite(async () => `sqlite:${freshFile()}`);

  it.runIf(process.platform !== 'win32')('is for its owner alone', async () => {
    const file = freshFile();
    const store = await openStore({ url: `sqlite:${file}` });
    await store.transaction((db) => register(db, 'IMEI:1'));
    const modes = [join(file, '..'), file, `${file}-wal`].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    await store.close();
  });

  it('keeps every unit that it acknowledged when it is killed', async () => {
    const file = freshFile();
    const child = spawn(process.execPath, [join(import.meta.dirname, 'acknowledge.testing.ts'), file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acknowledged: string[] = [];
    for await (const devId of createInterface({ input: child.stdout })) {
      acknowledged.push(devId);
      if (acknowledged.length === 300) child.kill('SIGKILL');
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(300);
    const store = await openStore({ url: `sqlite:${file}` });
    const rows = await store.reader.selectFrom('devices').select('dev_id').execute();
    const kept = new Set(rows.map((row) => row.dev_id));
    expect(acknowledged.filter((devId) => !kept.has(devId))).toEqual([]);
    await store.close();
  });

  it('keeps its log short under load, and all that was written', async () => {
    const file = freshFile();
    const store = await openStore({ url: `sqlite:${file}` });
    const size = 20_000;
    for (let n = 0; n < 30; n++) {
      const units = Array.from({ length: 8 }, (_, i) =>
        store.transaction((db) => register(db, `${n * 8 + i}`.padEnd(size, 'x'))),
      );
      // Not all at once, so that the thread gets to know of commits.
      for (const unit of units) await unit.then(() => new Promise((resolve) => setTimeout(resolve, 1)));
    }
    // The thread may need a while to begin. So few commits would not copy anything by themselves.
    let more = 0;
    for (; statSync(file).size < 100 * size && more < 200; more++) {
      await store.transaction((db) => register(db, `more ${more}`));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(statSync(file).size).toBeGreaterThan(100 * size);
    await store.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
    const again = await openStore({ url: `sqlite:${file}` });
    const { count } = await again.reader
      .selectFrom('devices')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect(count).toBe(240 + more);
    await again.close();
  });

  it('gives the event loop its turn while a unit is long', async () => {
    const store = await openStore({ url: `sqlite:${freshFile()}` });
    let over = false;
    let turns = 0;
    const unit = store.transaction(async (db) => {
      for (const end = performance.now() + 200; performance.now() < end; )
        await register(db, `${Math.random()}`);
      over = true;
    });
    while (!over) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      turns++;
    }
    await unit;
    expect(turns).toBeGreaterThan(2);
    await store.close();
  });

  it.each(['sqlite:', 'mysql://localhost/grove', ''])('is not opened at "%s"', async (url) => {
    await expect(openStore({ url })).rejects.toBeInstanceOf(StoreError);
  });

  it('says which file it could not open', async () => {
    const text = join(folder, 'text');
    writeFileSync(text, 'no database, although it has some length to it\n'.repeat(100));
    for (const file of [folder, text, join(text, 'grove.db')]) {
      const error = await openStore({ url: `sqlite:${file}` }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StoreError);
      expect(String(error)).toContain(file);
    }
  });

  it('goes on when the disk was full', async () => {
    const store = await openStore({ url: `sqlite:${freshFile()}` });
    const pages = (limit: number) =>
      store.transaction((db) => sql.raw(`pragma max_page_count = ${limit}`).execute(db));
    await pages(100);
    const results = await Promise.allSettled(
      ['IMEI:1', 'x'.repeat(1_000_000), 'IMEI:2'].map((devId) =>
        store.transaction((db) => register(db, devId)),
      ),
    );
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: expect.any(StoreUnavailable) });
    await pages(10_000);
    await store.transaction((db) => register(db, 'x'.repeat(1_000_000)));
    await store.close();
  });

  it('tells that another process keeps the file, and goes on when it no longer does', async () => {
    const file = freshFile();
    const store = await openStore({ url: `sqlite:${file}` });
    const other = new SqliteDatabase(file);
    other.exec('begin immediate');
    const error = await store.transaction((db) => register(db, 'IMEI:1')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreUnavailable);
    other.exec('rollback');
    other.close();
    await store.transaction((db) => register(db, 'IMEI:1'));
    await store.close();
    await store.close();
  });
});

describe('a store in memory', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore({ url: 'sqlite::memory:' });
  });
  afterEach(() => store.close());

  it('has no reader see what is not committed', async () => {
    const [written, go] = [gate(), gate()];
    const unit = store.transaction(async (db) => {
      await register(db, 'IMEI:1');
      written.open();
      await go.opened;
      throw new Error('no more');
    });
    await written.opened;
    const read = store.reader.selectFrom('devices').select('id').execute();
    go.open();
    await expect(unit).rejects.toThrow('no more');
    expect(await read).toEqual([]);
  });
});
