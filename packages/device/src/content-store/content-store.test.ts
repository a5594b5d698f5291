import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ContentMissingError,
  type ContentStore,
  ContentStoreFullError,
  fileContentStore,
  memoryContentStore,
} from './index.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'grove-contents-'));
});
afterEach(() => rm(directory, { recursive: true }));

const utf8 = new TextEncoder();
const write = (store: ContentStore, id: string, at: number, text: string) =>
  store.write(id, at, utf8.encode(text));
const read = async (store: ContentStore, id: string, at = 0, length = 100) =>
  new TextDecoder().decode(await store.read(id, at, length));

describe.each<[string, (capacity: number) => ContentStore]>([
  ['in memory', (capacity) => memoryContentStore({ capacity })],
  ['in files', (capacity) => fileContentStore({ directory: join(directory, 'new'), capacity, sync: false })],
])('contents %s', (_, make) => {
  test('are written piece by piece and read in slices', async () => {
    const store = make(100);
    await write(store, 'a', 0, 'abc');
    await write(store, 'a', 3, 'defg');
    await write(store, 'b', 0, '');
    expect([await read(store, 'a'), await read(store, 'a', 2, 3), await read(store, 'a', 7)]).toEqual([
      'abcdefg',
      'cde',
      '',
    ]);
    expect(await read(store, 'b')).toBe('');
    await expect(read(store, 'none')).rejects.toThrow(ContentMissingError);
    expect(await store.free()).toBe(93);
  });

  test('may be written again from anywhere, but have no holes', async () => {
    const store = make(100);
    await write(store, 'a', 0, 'abc');
    await write(store, 'a', 3, 'def');
    await write(store, 'a', 3, 'D');
    expect(await read(store, 'a')).toBe('abcD');
    await write(store, 'a', 1, 'x');
    expect([await read(store, 'a'), await store.free()]).toEqual(['ax', 98]);
    await expect(write(store, 'a', 3, 'y')).rejects.toThrow(RangeError);
  });

  test('have no more bytes than there is room for', async () => {
    const store = make(6);
    await write(store, 'a', 0, 'abcd');
    await expect(write(store, 'b', 0, 'efg')).rejects.toThrow(ContentStoreFullError);
    await write(store, 'a', 2, 'CDEF');
    expect([await read(store, 'a'), await store.free()]).toEqual(['abCDEF', 0]);
    await store.retain(new Set());
    expect(await store.free()).toBe(6);
  });

  test('are thrown away unless somebody needs them', async () => {
    const store = make(100);
    for (const id of ['a', 'b', 'c']) await write(store, id, 0, id);
    await store.retain(new Set(['b', 'none']));
    expect(await read(store, 'b')).toBe('b');
    await expect(read(store, 'a')).rejects.toThrow(ContentMissingError);
    expect(await store.free()).toBe(99);
  });
});

test('files outlive the process; what is none of theirs is let alone', async () => {
  const first = fileContentStore({ directory });
  await write(first, 'a', 0, 'abc');
  await writeFile(join(directory, 'a note.txt'), 'mine');
  const second = fileContentStore({ directory });
  expect(await second.free()).toBe(second.capacity - 3);
  await write(second, 'a', 1, 'x');
  expect(await read(second, 'a')).toBe('ax');
  await second.retain(new Set());
  expect(await readdir(directory)).toEqual(['a note.txt']);
  await expect(write(second, '../x', 0, 'y')).rejects.toThrow(RangeError);
});
