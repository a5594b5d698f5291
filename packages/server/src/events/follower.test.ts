import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore, type Store } from '../store/index.ts';
import { EventFeed, Follower, recordEvent } from './index.ts';

let store: Store;
beforeEach(async () => {
  store = await openStore({ url: 'sqlite::memory:' });
});
afterEach(() => store.close());

const record = (...texts: string[]) =>
  store.transaction(async (db) => {
    for (const text of texts) await recordEvent(db, { type: 'task.failed', at: 0, text });
  });

it('passes over an event that cannot be dealt with, after trying, and deals with all others once', async () => {
  const dealt: string[] = [];
  const make = (isWanted?: () => Promise<boolean>) =>
    new Follower({
      store,
      feed: new EventFeed({ store, limit: 1, onError: () => {} }),
      name: 'test',
      types: ['task.failed'],
      isWanted,
      handle: async (_db, events) => {
        if (events.some(({ text }) => text === 'poison')) throw new Error('cannot be dealt with');
        dealt.push(...events.map(({ text }) => text));
      },
      onError: () => {},
    });
  await record('before');
  const follower = make();
  await follower.catchUp();
  await record('a', 'poison', 'b');
  let failures = 0;
  for (let tries = 0; tries < 20; tries++) await follower.catchUp().catch(() => failures++);
  expect(dealt).toEqual(['a', 'b']);
  expect(failures).toBeGreaterThan(5);
  await record('c');
  await make(async () => false).catchUp();
  await record('d');
  await make().catchUp();
  await make().catchUp();
  expect(dealt).toEqual(['a', 'b', 'c', 'd']);
});
