import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  isForeignKeyViolation,
  isSessionOpen,
  isTaskToDo,
  isUniqueViolation,
  openStore,
  type Queries,
  type Store,
} from './index.ts';

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
 */
export function tablesSuite(freshUrl: () => Promise<string>): void {
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
      await db
        .insertInto('device_nodes')
        .values({ device_id: device, uri: './A', format: 'chr', value: 'a', reported_at: 1 })
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
}
