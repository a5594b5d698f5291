import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { StoreError, StoreUnavailable } from './index.ts';
import { openStore, type Store } from './sample.testing.ts';
import { gate, register, storeSuite } from './suite.testing.ts';

let databases = 0;

/** Runs SQL as the superuser, in the cluster's own database. */
async function administer(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(text);
  await client.end();
}

async function freshUrl(): Promise<string> {
  const name = `store_${process.pid}_${++databases}`;
  await administer(`create database ${name}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = name;
  return url.href;
}

describe('a store on PostgreSQL', () => {
  storeSuite(freshUrl);
});

describe('PostgreSQL', () => {
  let url: string;
  let store: Store;
  beforeEach(async () => {
    url = await freshUrl();
    store = await openStore({ url });
  });
  afterEach(() => store.close());

  it('runs a unit again that was in a deadlock', async () => {
    const [a, b] = await store.transaction(async (db) => [
      await register(db, 'IMEI:1'),
      await register(db, 'IMEI:2'),
    ]);
    const touch = (
      first: number | undefined,
      second: number | undefined,
      mine: () => void,
      other: Promise<void>,
    ) =>
      store.transaction(async (db) => {
        await db.updateTable('devices').set({ seen_at: 1 }).where('id', '=', Number(first)).execute();
        mine();
        await other;
        await db.updateTable('devices').set({ seen_at: 2 }).where('id', '=', Number(second)).execute();
      });
    const [one, two] = [gate(), gate()];
    await Promise.all([touch(a, b, one.open, two.opened), touch(b, a, two.open, one.opened)]);
    const seen = await store.reader.selectFrom('devices').select('seen_at').execute();
    expect(seen).toHaveLength(2);
  });

  it('runs a unit again that another one was faster than', async () => {
    const [one, two] = [gate(), gate()];
    const findOrRegister = (mine: () => void, other: Promise<void>) =>
      store.transaction(async (db) => {
        const found = await db
          .selectFrom('devices')
          .select('id')
          .where('dev_id', '=', 'IMEI:1')
          .executeTakeFirst();
        mine();
        await other;
        return found?.id ?? register(db, 'IMEI:1');
      });
    const [a, b] = await Promise.all([
      findOrRegister(one.open, two.opened),
      findOrRegister(two.open, one.opened),
    ]);
    expect(a).toBe(b);
  });

  it('has its commits on the disk where the server would not', async () => {
    await store.close();
    await administer(`alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
    store = await openStore({ url });
    await store.transaction(async (db) => {
      expect((await sql`show synchronous_commit`.execute(db)).rows).toEqual([{ synchronous_commit: 'on' }]);
    });
  });

  it('tells of a lost connection, and makes a new one', async () => {
    const [begun, go] = [gate(), gate()];
    const unit = store.transaction(async (db) => {
      await register(db, 'IMEI:1');
      begun.open();
      await go.opened;
      await register(db, 'IMEI:2');
    });
    await begun.opened;
    await administer(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${new URL(url).pathname.slice(1)}'`,
    );
    go.open();
    await expect(unit).rejects.toBeInstanceOf(StoreUnavailable);
    await store.transaction((db) => register(db, 'IMEI:3'));
    const rows = await store.reader.selectFrom('devices').select('dev_id').execute();
    expect(rows).toEqual([{ dev_id: 'IMEI:3' }]);
  });

  it('keeps U+0000, which its text cannot hold, as U+FFFD', async () => {
    await store.transaction((db) => register(db, 'a\0b'));
    expect(await store.reader.selectFrom('devices').select('dev_id').execute()).toEqual([
      { dev_id: 'a\ufffdb' },
    ]);
  });

  it('says that it cannot be reached, and shows no password', async () => {
    const wrong = [
      'postgres://grove:hush@127.0.0.1:1/grove',
      'postgres://grove:hush@127.0.0.1:port/grove',
      Object.assign(new URL(url), { password: 'hush' }).href,
    ];
    for (const each of wrong) {
      const error = await openStore({ url: each }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StoreError);
      expect(String(error)).not.toContain('hush');
    }
    await expect(openStore({ url: wrong[0] as string })).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
