import fc from 'fast-check';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore, type Store } from '../store/index.ts';
import {
  addToSet,
  countSet,
  createSet,
  deleteSet,
  inSet,
  isInSet,
  listSet,
  loadSet,
  removeFromSet,
} from './index.ts';

/** Ids at and around the ends of rows. */
const id = fc.oneof(
  fc.integer({ min: 1, max: 30 }),
  fc.constantFrom(65_535, 65_536, 65_537, 131_071, 131_072, 1_000_000),
);
const ids = fc.array(id, { maxLength: 12 });
const change = fc.record({ kind: fc.constantFrom('add', 'remove'), ids });

/** What sets do on either engine. */
export function setSuite(freshUrl: () => Promise<string>): void {
  let store: Store;
  beforeEach(async () => {
    store = await openStore({ url: await freshUrl() });
  });
  afterEach(() => store.close());

  it('hold what a Set holds, whatever is added and removed', async () => {
    await fc.assert(
      fc.asyncProperty(ids, fc.array(change, { maxLength: 5 }), async (first, changes) => {
        const model = new Set(first);
        const set = await store.transaction((db) => createSet(db, first, 0));
        for (const { kind, ids } of changes) {
          const before = model.size;
          for (const each of ids) kind === 'add' ? model.add(each) : model.delete(each);
          const changed = await store.transaction((db) =>
            kind === 'add' ? addToSet(db, set, ids) : removeFromSet(db, set, ids),
          );
          expect(changed).toBe(Math.abs(model.size - before));
        }
        const sorted = [...model].toSorted((a, b) => a - b);
        expect(await countSet(store.reader, set)).toBe(model.size);
        expect(await listSet(store.reader, set, 0, 1_000)).toEqual(sorted);
        expect(await listSet(store.reader, set, 7, 2)).toEqual(sorted.filter((each) => each > 7).slice(0, 2));
        const loaded = await loadSet(store.reader, set);
        expect([...loaded.ids()]).toEqual(sorted);
        expect(loaded.size).toBe(model.size);
        for (const each of [1, 8, 65_535, 65_536]) {
          expect(await isInSet(store.reader, set, each)).toBe(model.has(each));
          expect(loaded.has(each)).toBe(model.has(each));
        }
        const { rows } = await sql<{ id: number }>`
          with numbers as (${sql.join(
            [1, 2, 7, 8, 30, 65_535, 65_536, 131_071, 1_000_000].map(
              (each) => sql`select cast(${sql.lit(each)} as bigint) as id`,
            ),
            sql` union all `,
          )}) select id from numbers where ${inSet(store.engine, set, sql.ref('numbers.id'))} order by id`.execute(
          store.reader,
        );
        expect(rows.map((row) => row.id)).toEqual(
          [1, 2, 7, 8, 30, 65_535, 65_536, 131_071, 1_000_000].filter((each) => model.has(each)),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('are gone with all their rows', async () => {
    const set = await store.transaction((db) => createSet(db, [1, 70_000], 0));
    await store.transaction((db) => deleteSet(db, set));
    expect(await listSet(store.reader, set, 0, 10)).toEqual([]);
    await expect(store.transaction((db) => addToSet(db, set, [1]))).rejects.toThrow(/there is no set/);
  });
}
