import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Step } from '../steps/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { digestOf, keepRendering, stepsOfRendering, trimRenderings } from './index.ts';

const DAY = 24 * 60 * 60_000;
const steps = (value: string): Step[] => [{ kind: 'replace', uri: './A', value }];

describe('renderings', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore({ url: 'sqlite::memory:' });
  });
  afterEach(() => store.close());

  it('are kept once for all who get the same', async () => {
    const [first, again, other] = await store.transaction(async (db) => [
      await keepRendering(db, steps('1'), 0),
      await keepRendering(db, steps('1'), 5 * DAY),
      await keepRendering(db, steps('2'), 0),
    ]);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(await stepsOfRendering(store.reader, Number(first))).toEqual(steps('1'));
    expect(digestOf(steps('1'))).not.toBe(digestOf(steps('2')));
  });

  it('go when nothing has used them for long', async () => {
    const [old, used] = await store.transaction(async (db) => {
      const ids = [await keepRendering(db, steps('1'), 0), await keepRendering(db, steps('2'), 0)];
      await keepRendering(db, steps('2'), 5 * DAY);
      return ids;
    });
    expect(await store.transaction((db) => trimRenderings(db, 3 * DAY))).toBe(false);
    expect(await stepsOfRendering(store.reader, Number(old))).toBeUndefined();
    expect(await stepsOfRendering(store.reader, Number(used))).toEqual(steps('2'));
  });
});
