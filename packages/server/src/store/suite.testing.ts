import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import {
  insertion,
  isForeignKeyViolation,
  isSessionOpen,
  isTaskToDo,
  isUniqueViolation,
  openStore,
  type Params,
  type Queries,
  type Store,
  StoreError,
  statement,
  UnitError,
} from './index.ts';

const addDevice = statement((q, p: Params<{ devId: string }>) =>
  q
    .insertInto('devices')
    .values({ dev_id: p('devId'), created_at: 1_000 })
    .returning('id'),
);

const deviceByDevId = statement((q, p: Params<{ devId: string }>) =>
  q.selectFrom('devices').selectAll().where('dev_id', '=', p('devId')),
);

const countSeen = statement((q, p: Params<{ id: number }>) =>
  q
    .updateTable('devices')
    .set((eb) => ({ seen_at: eb(eb.fn.coalesce('seen_at', sql<number>`0`), '+', 1) }))
    .where('id', '=', p('id')),
);

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

export async function register(db: Queries, devId: string): Promise<number> {
  const row = await addDevice.first(db, { devId });
  if (row === undefined) throw new Error('the insertion gave no id');
  return row.id;
}

async function devIds(db: Queries): Promise<string[]> {
  const rows = await db.selectFrom('devices').select('dev_id').orderBy('id').execute();
  return rows.map((row) => row.dev_id);
}

/** A promise, and what fulfils it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/**
 * What holds for a store whatever it is on.
 *
 * @param freshUrl makes an empty database that outlives its store
 */
export function storeSuite(freshUrl: () => Promise<string>): void {
  let url: string;
  let store: Store;

  beforeEach(async () => {
    url = await freshUrl();
    store = await openStore({ url, unitTimeout: 5_000 });
  });

  afterEach(() => store.close());

  describe('a unit of work', () => {
    it('gives what it returns, and is seen by readers', async () => {
      const id = await store.transaction((db) => register(db, 'IMEI:1'));
      expect(await deviceByDevId.first(store.reader, { devId: 'IMEI:1' })).toMatchObject({ id, man: null });
    });

    it('is all or nothing', async () => {
      const failed = store.transaction(async (db) => {
        await register(db, 'IMEI:1');
        throw new Error('no more');
      });
      await expect(failed).rejects.toThrow('no more');
      expect(await devIds(store.reader)).toEqual([]);
    });

    it('fails when a query of it failed, even if it goes on', async () => {
      await store.transaction((db) => register(db, 'IMEI:1'));
      const unit = store.transaction(async (db) => {
        await register(db, 'IMEI:2');
        await register(db, 'IMEI:1').catch(() => {});
        return 'went on';
      });
      await expect(unit).rejects.toSatisfy(isUniqueViolation);
      expect(await devIds(store.reader)).toEqual(['IMEI:1']);
    });

    it('takes no other down with it', async () => {
      await store.transaction((db) => register(db, 'IMEI:13'));
      const units = Array.from({ length: 30 }, (_, n) =>
        store.transaction((db) => register(db, `IMEI:${n}`)),
      );
      const results = await Promise.allSettled(units);
      const failed = results.flatMap((result, n) => (result.status === 'rejected' ? [n] : []));
      expect(failed).toEqual([13]);
      expect(await devIds(store.reader)).toHaveLength(30);
    });

    it('sees what units before it wrote, and loses no update of those beside it', async () => {
      const id = await store.transaction((db) => register(db, 'IMEI:1'));
      await Promise.all(
        Array.from({ length: 100 }, () => store.transaction((db) => countSeen.run(db, { id }))),
      );
      expect((await deviceByDevId.first(store.reader, { devId: 'IMEI:1' }))?.seen_at).toBe(100);
    });

    it('is not seen by readers before it is committed', async () => {
      const [written, go] = [gate(), gate()];
      const unit = store.transaction(async (db) => {
        await register(db, 'IMEI:1');
        written.open();
        await go.opened;
      });
      await written.opened;
      expect(await devIds(store.reader)).toEqual([]);
      go.open();
      await unit;
      expect(await devIds(store.reader)).toEqual(['IMEI:1']);
    });

    it('that does not end fails in time, alone', async () => {
      await store.close();
      store = await openStore({ url, unitTimeout: 50 });
      let late: Queries | undefined;
      const [before, endless, after] = await Promise.allSettled([
        store.transaction((db) => register(db, 'IMEI:1')),
        store.transaction((db) => {
          late = db;
          return new Promise(() => {});
        }),
        store.transaction((db) => register(db, 'IMEI:2')),
      ]);
      expect([before.status, after.status]).toEqual(['fulfilled', 'fulfilled']);
      expect(endless).toMatchObject({ reason: expect.any(UnitError) });
      await expect(register(late as Queries, 'IMEI:3')).rejects.toThrow('has ended');
      expect((await devIds(store.reader)).toSorted()).toEqual(['IMEI:1', 'IMEI:2']);
    });

    it('cannot be written to after its end', async () => {
      const db = await store.transaction(async (db) => [db]);
      await expect(register(db[0] as Queries, 'IMEI:1')).rejects.toBeInstanceOf(UnitError);
      await expect(devIds(db[0] as Queries)).rejects.toBeInstanceOf(UnitError);
    });

    it('cannot begin another one on its db', async () => {
      const nested = store.transaction((db) => db.transaction().execute(devIds));
      await expect(nested).rejects.toThrow('Store.transaction');
    });

    it('is refused by a store that is closed, after those under way', async () => {
      const unit = store.transaction((db) => register(db, 'IMEI:1'));
      await store.close();
      await expect(unit).resolves.toBeTypeOf('number');
      await expect(store.transaction(devIds)).rejects.toBeInstanceOf(StoreError);
      store = await openStore({ url });
      expect(await devIds(store.reader)).toEqual(['IMEI:1']);
    });
  });

  describe('a statement', () => {
    it('has the types of its query', () => {
      const named = statement((q, p: Params<{ after: number; limit: number }>) =>
        q.selectFrom('devices').select(['id', 'man']).where('id', '>', p('after')).limit(p('limit')),
      );
      expectTypeOf(named.all).parameter(1).toEqualTypeOf<{ after: number; limit: number }>();
      expectTypeOf(named.all).returns.resolves.toEqualTypeOf<{ id: number; man: string | null }[]>();
    });

    it('that inserts gives the id of the row', async () => {
      const insert = insertion((q, p: Params<{ devId: string }>) =>
        q.insertInto('devices').values({ dev_id: p('devId'), created_at: 1_000 }),
      );
      const ids = await store.transaction(async (db) => [
        await insert.insert(db, { devId: 'IMEI:1' }),
        await insert.insert(db, { devId: 'IMEI:2' }),
      ]);
      for (const [index, devId] of ['IMEI:1', 'IMEI:2'].entries()) {
        expect(await deviceByDevId.first(store.reader, { devId })).toMatchObject({ id: ids[index] });
      }
    });

    it('runs with other values each time', async () => {
      const rename = statement((q, p: Params<{ devId: string; man: string | null }>) =>
        q
          .updateTable('devices')
          .set({ man: p('man'), mod: 'M1' })
          .where('dev_id', '=', p('devId'))
          .where('created_at', '=', 1_000),
      );
      await store.transaction(async (db) => {
        for (const devId of ['IMEI:1', 'IMEI:2']) await register(db, devId);
        expect(await rename.run(db, { devId: 'IMEI:1', man: 'Acme' })).toBe(1);
        expect(await rename.run(db, { devId: 'IMEI:1', man: null })).toBe(1);
        expect(await rename.run(db, { devId: 'IMEI:2', man: 'Umbra' })).toBe(1);
        expect(await rename.run(db, { devId: 'IMEI:3', man: 'Nadir' })).toBe(0);
      });
      expect(await deviceByDevId.first(store.reader, { devId: 'IMEI:3' })).toBeUndefined();
      expect(await deviceByDevId.all(store.reader, { devId: 'IMEI:1' })).toMatchObject([{ man: null }]);
      expect(await deviceByDevId.all(store.reader, { devId: 'IMEI:2' })).toMatchObject([
        { man: 'Umbra', mod: 'M1' },
      ]);
    });
  });

  describe('the tables', () => {
    let device: number;

    beforeEach(async () => {
      device = await store.transaction((db) => register(db, 'IMEI:1'));
    });

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

    it('give back what they were given', async () => {
      const man = 'Ünïcode \u{1f333} \'quoted\' "too"\n';
      await store.transaction(async (db) => {
        await db.updateTable('devices').set({ man, mod: '', seen_at: Number.MAX_SAFE_INTEGER }).execute();
        const { id } = await addSession(db, '1');
        await addExchange(db, id, 1, new Uint8Array([0, 1, 0x27, 0x5c, 0xff]));
      });
      expect(await deviceByDevId.first(store.reader, { devId: 'IMEI:1' })).toMatchObject({
        man,
        mod: '',
        seen_at: Number.MAX_SAFE_INTEGER,
      });
      const exchange = await store.reader.selectFrom('exchanges').selectAll().executeTakeFirstOrThrow();
      expect(exchange.request).toBeInstanceOf(Uint8Array);
      expect([...exchange.request]).toEqual([0, 1, 0x27, 0x5c, 0xff]);
    });

    it('count and add up to numbers', async () => {
      const query = store.reader
        .selectFrom('devices')
        .select(({ fn }) => [fn.countAll<number>().as('count'), fn.sum<number>('created_at').as('sum')]);
      expect(await query.executeTakeFirst()).toEqual({ count: 1, sum: 1_000 });
    });

    it('tell how many rows were changed', async () => {
      const { numUpdatedRows } = await store.transaction((db) =>
        db.updateTable('devices').set({ man: 'Acme' }).executeTakeFirst(),
      );
      expect(numUpdatedRows).toBe(1n);
    });

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

    it('order text by its bytes', async () => {
      const uris = ['./B', './Z', './a', './a/b', './a0', './\u00e9'];
      await store.transaction(async (db) => {
        for (const uri of uris.toReversed()) {
          await db
            .insertInto('device_nodes')
            .values({ device_id: device, uri, format: 'chr', reported_at: 1 })
            .execute();
        }
      });
      const nodes = store.reader.selectFrom('device_nodes').select('uri').orderBy('uri');
      expect((await nodes.execute()).map((node) => node.uri)).toEqual(uris);
      const below = nodes.where('uri', '>=', './a/').where('uri', '<', './a0');
      expect((await below.execute()).map((node) => node.uri)).toEqual(['./a/b']);
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
  });

  describe('opening', () => {
    it('finds what was there, and changes nothing', async () => {
      await store.transaction((db) => register(db, 'IMEI:1'));
      await store.close();
      store = await openStore({ url });
      expect(await devIds(store.reader)).toEqual(['IMEI:1']);
    });

    it('is safe for several at the same time', async () => {
      const fresh = await freshUrl();
      const stores = await Promise.all([1, 2, 3].map(() => openStore({ url: fresh })));
      await Promise.all(stores.map((each, n) => each.transaction((db) => register(db, `IMEI:${n}`))));
      for (const each of stores) expect(await devIds(each.reader)).toHaveLength(3);
      await Promise.all(stores.map((each) => each.close()));
    });

    it('refuses a database of a newer Grove', async () => {
      await store.transaction((db) =>
        sql`insert into kysely_migration (name, timestamp) values ('9999-later', '2099')`.execute(db),
      );
      const error = await openStore({ url }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StoreError);
      expect(error).toMatchObject({ message: expect.stringContaining('newer Grove') });
    });
  });
}
