// Units of work that end in another order than that in which their events got ids, in several processes.
import pg from 'pg';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { openStore, type Store } from '../store/index.ts';
import { type Batch, EventFeed, recordEvent, tellingOfEvents } from './index.ts';

let databases = 0;
let stores: Store[];
let feed: EventFeed;
let stop: AbortController;
let mine: Store;
let other: Store;

beforeEach(async () => {
  const name = `events_${process.pid}_${++databases}`;
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(inject('postgresUrl'));
  url.pathname = name;
  mine = tellingOfEvents(await openStore({ url: url.href }), () => feed.wake());
  other = await openStore({ url: url.href });
  stores = [mine, other];
  stop = new AbortController();
  feed = new EventFeed({
    store: mine,
    limit: 10,
    interval: 20,
    onError: (error) => expect.fail(String(error)),
  });
});
afterEach(async () => {
  stop.abort();
  for (const store of stores) await store.close();
});

const record = (store: Store, text: string) =>
  store.transaction((db) => recordEvent(db, { type: 'alert.received', at: 0, text }));

/** A unit that has recorded an event, and ends when it is told to. */
async function begin(
  store: Store,
  text: string,
): Promise<{ commit(): Promise<void>; rollBack(): Promise<void> }> {
  const { promise: recorded, resolve: tellRecorded } = Promise.withResolvers<void>();
  const { promise: end, resolve: commit, reject: rollBack } = Promise.withResolvers<void>();
  const unit = store.transaction(async (db) => {
    await recordEvent(db, { type: 'alert.received', at: 0, text });
    tellRecorded();
    await end;
  });
  unit.catch(() => {});
  await recorded;
  return {
    commit: () => {
      commit();
      return unit;
    },
    rollBack: async () => {
      rollBack(new Error('not wanted'));
      await expect(unit).rejects.toThrow('not wanted');
    },
  };
}

function follow(after?: number): { texts(count: number): Promise<string[]>; silent(): Promise<void> } {
  const batches = feed.follow({}, after, stop.signal);
  const queue: string[] = [];
  let next: Promise<IteratorResult<Batch, void>> | undefined;
  return {
    async texts(count) {
      while (queue.length < count) {
        next ??= batches.next();
        const { value } = await next;
        next = undefined;
        queue.push(...(value?.events ?? []).map(({ text }) => text));
      }
      return queue.splice(0, count);
    },
    /** Nothing comes although the feed has looked again and again. */
    async silent() {
      next ??= batches.next();
      let came = false;
      void next.then(() => {
        came = true;
      });
      for (let looks = 0; looks < 5; looks++) await feed.next({}, 0, 1);
      expect(came).toBe(false);
    },
  };
}

it('waits for an event below those that are there, and tells all in the order of their ids', async () => {
  await record(mine, 'first');
  const reader = follow(0);
  expect(await reader.texts(1)).toEqual(['first']);
  const slow = await begin(other, 'slow');
  await record(mine, 'quick');
  await record(other, 'quicker');
  await reader.silent();
  expect((await feed.next({}, 0, 10)).events.map(({ text }) => text)).toEqual(['first']);
  await slow.commit();
  expect(await reader.texts(3)).toEqual(['slow', 'quick', 'quicker']);
});

it('goes on where the unit of an event came to nothing', async () => {
  await record(mine, 'first');
  const reader = follow(0);
  expect(await reader.texts(1)).toEqual(['first']);
  const lost = await begin(other, 'lost');
  await record(mine, 'kept');
  await reader.silent();
  await lost.rollBack();
  expect(await reader.texts(1)).toEqual(['kept']);
});

it('misses nothing that is under way when it begins', async () => {
  const slow = await begin(other, 'slow');
  await record(mine, 'quick');
  const reader = follow(0);
  await reader.silent();
  await slow.commit();
  expect(await reader.texts(2)).toEqual(['slow', 'quick']);
});

it('tells everybody everything once, however many write at the same time', async () => {
  const readers = [follow(0), follow(0)];
  const written: string[] = [];
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 25; n++) {
        const text = `${writer}.${n}`;
        const unit = await begin(stores[writer % 2] ?? mine, text);
        if ((writer + n) % 5 === 0) await unit.rollBack();
        else {
          await unit.commit();
          written.push(text);
        }
      }
    }),
  );
  for (const reader of readers)
    expect((await reader.texts(written.length)).sort()).toEqual([...written].sort());
});
