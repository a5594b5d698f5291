import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type Store } from '../../store/index.ts';
import { complete } from './index.ts';

let store: Store;
beforeAll(async () => {
  store = await openStore({ url: 'sqlite::memory:' });
});
afterAll(() => store.close());

const PIECES = [
  ...['(', ')', '"', './', '/', '*', '=', '<', '~', ',', '.', '\\', '\0', '\ud800', ' ', '9', 'é', '-7d'],
  ...[
    'fw',
    'group',
    'subscriber.',
    'count(',
    'task',
    './A/*/B',
    ' = ',
    'not ',
    ' and ',
    ' or ',
    ' in ',
    ' exists',
  ],
];

it('has an answer to any text, at any place of it', async () => {
  const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join(''));
  await fc.assert(
    fc.asyncProperty(text, fc.nat(60), async (given, place) => {
      const cursor = Math.min(place, given.length);
      const { start } = await complete(store.reader, given, cursor, 20);
      expect(start).toBeLessThanOrEqual(cursor);
    }),
  );
});
