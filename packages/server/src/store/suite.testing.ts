import { openStore as openAnyStore } from '@grove/store';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listNodes } from '../devices/index.ts';
import {
  isForeignKeyViolation,
  isSessionOpen,
  isTaskToDo,
  isUniqueViolation,
  openStore,
  type Queries,
  type Store,
} from './index.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** What is written of a session besides its keys. */
const SESSION = {
  encoding: 'xml',
  remote: '192.0.2.1',
  started_at: 1_000,
  last_at: 1_000,
  expires_at: 2_000,
  messages: 0,
  bytes_in: 0,
  bytes_out: 0,
  engine: '{}',
} as const;

async function register(db: Queries, devId: string): Promise<number> {
  const values = { dev_id: devId, created_at: 1_000 };
  const { id } = await db.insertInto('devices').values(values).returning('id').executeTakeFirstOrThrow();
  return id;
}

/**
 * What holds for the server's tables, whatever they are on.
 *
 * @param freshUrl makes an empty database
 * @param persistentUrl makes one that outlives its store
 */
export function tablesSuite(freshUrl: () => Promise<string>, persistentUrl = freshUrl): void {
  let store: Store;
  let device: number;

  beforeEach(async () => {
    store = await openStore({ url: await freshUrl() });
    device = await store.transaction((db) => register(db, 'IMEI:1'));
  });

  afterEach(() => store.close());

  const addSession = (db: Queries, session_id: string, state: 'open' | 'ended' = 'open') =>
    db
      .insertInto('sessions')
      .values({ ...SESSION, device_id: device, session_id, state })
      .returning('id')
      .executeTakeFirstOrThrow();

  const addExchange = (db: Queries, session: number, n: number, bytes: Uint8Array) =>
    db
      .insertInto('exchanges')
      .values({
        session_id: session,
        n,
        at: 1,
        encoding: 'xml',
        request: bytes,
        response: bytes,
      })
      .execute();

  it('hold each device, and each message of a session, once', async () => {
    const again = store.transaction((db) => register(db, 'IMEI:1'));
    await expect(again).rejects.toSatisfy(isUniqueViolation);
    const twice = store.transaction(async (db) => {
      const { id } = await addSession(db, '1');
      for (const _ of [1, 2]) await addExchange(db, id, 1, new Uint8Array(1));
    });
    await expect(twice).rejects.toSatisfy(isUniqueViolation);
  });

  it('hold nothing of a device that is not there', async () => {
    const orphan = store.transaction((db) =>
      db
        .insertInto('sessions')
        .values({ ...SESSION, device_id: device + 1, session_id: '1', state: 'open' })
        .execute(),
    );
    await expect(orphan).rejects.toSatisfy(isForeignKeyViolation);
  });

  it('lose all of a device with it, and never give its id again', async () => {
    await store.transaction(async (db) => {
      const { id } = await addSession(db, '1');
      await addExchange(db, id, 1, new Uint8Array(1));
      const uri = await db
        .insertInto('node_uris')
        .values({ uri: './A' })
        .returning('id')
        .executeTakeFirstOrThrow();
      const value = await db
        .insertInto('node_values')
        .values({ uri_id: uri.id, format: 'chr', value: 'a', order_key: 'a', digest: new Uint8Array(16) })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db
        .insertInto('device_nodes')
        .values({ device_id: device, uri_id: uri.id, value_id: value.id, reported_at: 1 })
        .execute();
      await db.deleteFrom('devices').where('id', '=', device).execute();
    });
    for (const table of ['sessions', 'exchanges', 'device_nodes'] as const) {
      expect(await store.reader.selectFrom(table).selectAll().execute()).toEqual([]);
    }
    expect(await store.transaction((db) => register(db, 'IMEI:1'))).toBeGreaterThan(device);
  });

  it('find what is still to do', async () => {
    await store.transaction(async (db) => {
      for (const state of ['succeeded', 'pending', 'running'] as const) {
        await db
          .insertInto('tasks')
          .values({ device_id: device, steps: '[]', state, created_at: 1 })
          .execute();
      }
      await addSession(db, '1', 'ended');
      await addSession(db, '2');
    });
    const tasks = await store.reader
      .selectFrom('tasks')
      .select('state')
      .where(isTaskToDo)
      .orderBy('id')
      .execute();
    expect(tasks.map((task) => task.state)).toEqual(['pending', 'running']);
    const sessions = await store.reader
      .selectFrom('sessions')
      .select('session_id')
      .where(isSessionOpen)
      .execute();
    expect(sessions).toEqual([{ session_id: '2' }]);
  });

  /** A database as it was made by a Grove that had the migrations before this one. */
  async function openBefore(url: string, migration: string): Promise<Store> {
    const migrations = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => name < migration));
    return openAnyStore({ url }, { record: 'kysely_migration', migrations });
  }

  it('keep what was known of trees before values were written once for all', async () => {
    const url = await persistentUrl();
    const older = await openBefore(url, '0015');
    const long = 'x'.repeat(5_000);
    const nodes = ['IMEI:1', 'IMEI:2'].flatMap((devId, device) =>
      Array.from({ length: 150 }, (_, n) => ({
        device: device + 1,
        uri: `./A/${devId}/${n}`,
        format: n % 3 === 0 ? 'node' : 'chr',
        type: n % 2 === 0 ? 'text/plain' : null,
        value: [null, '', 'shared', `${devId} ${n}`, `${long}${n % 7}`][n % 5] ?? null,
      })),
    );
    await older.transaction(async (db) => {
      for (const devId of ['IMEI:1', 'IMEI:2']) await register(db, devId);
      for (const { device, uri, format, type, value } of nodes)
        await sql`insert into device_nodes (device_id, uri, format, type, value, reported_at)
          values (${device}, ${uri}, ${format}, ${type}, ${value}, 5)`.execute(db);
    });
    await older.close();
    const migrated = await openStore({ url });
    for (const device of [1, 2]) {
      const { items } = await listNodes(migrated.reader, device, '.', { limit: 200, after: undefined });
      const expected = nodes
        .filter((node) => node.device === device)
        .map(({ device: _, ...node }) => ({ ...node, reportedAt: 5 }))
        .sort((a, b) => (a.uri < b.uri ? -1 : 1));
      expect(items).toEqual(expected);
    }
    await migrated.close();
  });
}
