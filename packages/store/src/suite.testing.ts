import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import {
  isForeignKeyViolation,
  isUniqueViolation,
  joining,
  openStore as openAnyStore,
  type Params,
  StoreError,
  StoreUnavailable,
  UnitError,
} from './index.ts';
import { insertion, openStore, type Queries, type Store, statement } from './sample.testing.ts';

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

    it('takes in those that are made within it, where they join', async () => {
      const { store: joined, unit, after } = joining(store);
      const seen: string[][] = [];
      const made = await unit(async () => {
        await after(async () => {
          seen.push(await devIds(joined.reader));
        });
        await joined.transaction((db) => register(db, 'a'));
        await joined.transaction((db) => register(db, 'b'));
        expect(await devIds(store.reader)).toEqual([]);
        return devIds(joined.reader);
      });
      expect(made).toEqual({ value: ['a', 'b'], isUndone: false });
      expect(seen).toEqual([['a', 'b']]);
      await joined.transaction((db) => register(db, 'c'));
      expect(await devIds(joined.reader)).toEqual(['a', 'b', 'c']);
    });

    it('comes to nothing where one that has joined it fails', async () => {
      const { store: joined, unit } = joining(store);
      const failing = () =>
        joined.transaction(async (db) => {
          await register(db, 'a');
          throw new Error('not wanted');
        });
      await expect(unit(failing)).rejects.toThrow('not wanted');
      expect(await unit(() => failing().catch(() => 'went on'))).toEqual({
        value: 'went on',
        isUndone: true,
      });
      const goesOn = unit(async () => {
        await joined.transaction((db) => register(db, 'b'));
        await failing().catch(() => {});
      });
      await expect(goesOn).rejects.toThrow(StoreUnavailable);
      expect(await devIds(store.reader)).toEqual([]);
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

  describe('a row', () => {
    let device: number;

    beforeEach(async () => {
      device = await store.transaction((db) => register(db, 'IMEI:1'));
    });

    const addNode = (db: Queries, uri: string, value = new Uint8Array(1), device_id = device) =>
      db.insertInto('nodes').values({ device_id, uri, value }).execute();

    it('gives back what it was given', async () => {
      const man = 'Ünïcode \u{1f333} \'quoted\' "too"\n';
      await store.transaction(async (db) => {
        await db.updateTable('devices').set({ man, mod: '', seen_at: Number.MAX_SAFE_INTEGER }).execute();
        await addNode(db, './A', new Uint8Array([0, 1, 0x27, 0x5c, 0xff]));
      });
      expect(await deviceByDevId.first(store.reader, { devId: 'IMEI:1' })).toMatchObject({
        man,
        mod: '',
        seen_at: Number.MAX_SAFE_INTEGER,
      });
      const node = await store.reader.selectFrom('nodes').selectAll().executeTakeFirstOrThrow();
      expect(node.value).toBeInstanceOf(Uint8Array);
      expect([...node.value]).toEqual([0, 1, 0x27, 0x5c, 0xff]);
    });

    it('is counted and added up to numbers', async () => {
      const query = store.reader
        .selectFrom('devices')
        .select(({ fn }) => [fn.countAll<number>().as('count'), fn.sum<number>('created_at').as('sum')]);
      expect(await query.executeTakeFirst()).toEqual({ count: 1, sum: 1_000 });
    });

    it('counts as changed', async () => {
      const { numUpdatedRows } = await store.transaction((db) =>
        db.updateTable('devices').set({ man: 'Acme' }).executeTakeFirst(),
      );
      expect(numUpdatedRows).toBe(1n);
    });

    it('is there once', async () => {
      const again = store.transaction((db) => register(db, 'IMEI:1'));
      await expect(again).rejects.toSatisfy(isUniqueViolation);
      const twice = store.transaction(async (db) => {
        for (const _ of [1, 2]) await addNode(db, './A');
      });
      await expect(twice).rejects.toSatisfy(isUniqueViolation);
    });

    it('refers to nothing that is not there', async () => {
      const orphan = store.transaction((db) => addNode(db, './A', new Uint8Array(1), device + 1));
      await expect(orphan).rejects.toSatisfy(isForeignKeyViolation);
    });

    it('takes with it what refers to it, and its id is never given again', async () => {
      await store.transaction(async (db) => {
        await addNode(db, './A');
        await db.deleteFrom('devices').where('id', '=', device).execute();
      });
      expect(await store.reader.selectFrom('nodes').selectAll().execute()).toEqual([]);
      expect(await store.transaction((db) => register(db, 'IMEI:1'))).toBeGreaterThan(device);
    });

    it('is ordered by the bytes of its text', async () => {
      const uris = ['./B', './Z', './a', './a/b', './a0', './\u00e9'];
      await store.transaction(async (db) => {
        for (const uri of uris.toReversed()) await addNode(db, uri);
      });
      const nodes = store.reader.selectFrom('nodes').select('uri').orderBy('uri');
      expect((await nodes.execute()).map((node) => node.uri)).toEqual(uris);
      const below = nodes.where('uri', '>=', './a/').where('uri', '<', './a0');
      expect((await below.execute()).map((node) => node.uri)).toEqual(['./a/b']);
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
        sql`insert into sample_migration (name, timestamp) values ('9999-later', '2099')`.execute(db),
      );
      const error = await openStore({ url }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StoreError);
      expect(error).toMatchObject({ message: expect.stringContaining('newer Grove') });
    });

    it("leaves another program's tables in the same database alone", async () => {
      interface Notes {
        notes: { text: string };
      }
      const notes = await openAnyStore<Notes>(
        { url },
        {
          record: 'notes_migration',
          migrations: { '0001-notes': (c) => [`create table notes (text ${c.text}) ${c.table}`] },
        },
      );
      await notes.transaction((db) => db.insertInto('notes').values({ text: 'a' }).execute());
      await store.transaction((db) => register(db, 'IMEI:1'));
      expect(await notes.reader.selectFrom('notes').selectAll().execute()).toEqual([{ text: 'a' }]);
      await notes.close();
      await store.close();
      store = await openStore({ url });
      expect(await devIds(store.reader)).toEqual(['IMEI:1']);
    });
  });
}
