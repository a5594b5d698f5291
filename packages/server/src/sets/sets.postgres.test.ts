import { describe, expect, it } from 'vitest';
import { freshPostgres } from '../store/fresh.testing.ts';
import { openStore } from '../store/index.ts';
import { addToSet, countSet, createSet, listSet, removeFromSet } from './index.ts';
import { setSuite } from './sets.testing.ts';

describe('sets of devices on PostgreSQL', () => {
  setSuite(freshPostgres);

  it('lose nothing that several processes change at the same time', async () => {
    const url = await freshPostgres();
    const stores = await Promise.all([1, 2, 3].map(() => openStore({ url })));
    try {
      const [first] = stores;
      if (first === undefined) return;
      const set = await first.transaction((db) => createSet(db, [1_000], 0));
      const ids = Array.from({ length: 60 }, (_, at) => at + 1);
      await Promise.all([
        ...ids.map((id) => stores[id % 3]?.transaction((db) => addToSet(db, set, [id, id + 70_000]))),
        stores[0]?.transaction((db) => removeFromSet(db, set, [1_000])),
      ]);
      expect(await listSet(first.reader, set, 0, 1_000)).toEqual([...ids, ...ids.map((id) => id + 70_000)]);
      expect(await countSet(first.reader, set)).toBe(120);
    } finally {
      for (const store of stores) await store.close();
    }
  });
});
