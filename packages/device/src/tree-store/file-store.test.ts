import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DeviceRecord, fileStore } from './index.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'grove-store-'));
});
afterEach(() => rm(directory, { recursive: true }));

const record = (value: string): DeviceRecord => ({
  tree: { version: 1, root: { name: '', children: [{ name: 'A', data: value }] } },
});

test('keeps one file per device and replaces it as a whole', async () => {
  const store = fileStore({ directory: join(directory, 'fleet') });
  await expect(store.load('IMEI:1')).resolves.toBeUndefined();
  await store.save('IMEI:1', record('one'));
  await store.save('urn:uuid:../x', record('other'));
  await store.save('IMEI:1', record('two'));
  await expect(store.load('IMEI:1')).resolves.toEqual(record('two'));
  await expect(store.load('urn:uuid:../x')).resolves.toEqual(record('other'));
  expect((await readdir(join(directory, 'fleet'))).sort()).toEqual([
    'IMEI%3A1.json',
    'urn%3Auuid%3A..%2Fx.json',
  ]);
});

test('many saves at once leave one whole record', async () => {
  const store = fileStore({ directory, sync: false });
  const values = Array.from({ length: 20 }, (_, index) => String(index));
  await Promise.all(values.map((value) => store.save('IMEI:1', record(value))));
  const loaded = await store.load('IMEI:1');
  expect(values.map(record)).toContainEqual(loaded);
  await expect(readdir(directory)).resolves.toHaveLength(1);
});

test.each([
  ['cut short', (text: string) => text.slice(0, 30), 'not JSON'],
  [
    'of another layout',
    (text: string) => text.replace('"layout":1', '"layout":2'),
    'layout is 2; expected 1',
  ],
  [
    'of another device',
    (text: string) => text.replace('IMEI:1', 'IMEI:2'),
    'devId is "IMEI:2"; expected "IMEI:1"',
  ],
  ['without a tree', () => '{"layout":1,"devId":"IMEI:1"}', 'tree is missing'],
  ['of something else', () => '7', 'expected a JSON object'],
])('a record %s is refused with its file and what is wrong', async (_, damage, message) => {
  const store = fileStore({ directory });
  await store.save('IMEI:1', record('one'));
  const path = join(directory, 'IMEI%3A1.json');
  await writeFile(path, damage(await readFile(path, 'utf8')));
  const failure = await store.load('IMEI:1').catch((error: unknown) => error);
  expect(failure).toMatchObject({
    name: 'DamagedRecordError',
    message: expect.stringContaining(`${path}: ${message}`),
  });
});
