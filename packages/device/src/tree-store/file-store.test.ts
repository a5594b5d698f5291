import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
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
    'IMEI%3A1.lock',
    'urn%3Auuid%3A..%2Fx.json',
    'urn%3Auuid%3A..%2Fx.lock',
  ]);
  await store.close();
  expect(await readdir(join(directory, 'fleet'))).toHaveLength(2);
});

test('many saves at once leave one whole record', async () => {
  const store = fileStore({ directory, sync: false });
  const values = Array.from({ length: 20 }, (_, index) => String(index));
  await Promise.all(values.map((value) => store.save('IMEI:1', record(value))));
  const loaded = await store.load('IMEI:1');
  expect(values.map(record)).toContainEqual(loaded);
  await store.close();
  await expect(readdir(directory)).resolves.toEqual(['IMEI%3A1.json']);
});

test.each([
  ['cut short', (text: string) => text.slice(0, 30), 'not JSON'],
  [
    'of another layout',
    (text: string) => text.replace('"layout":2', '"layout":3'),
    'layout is 3; expected 2 or 1',
  ],
  [
    'of another device',
    (text: string) => text.replace('IMEI:1', 'IMEI:2'),
    'devId is "IMEI:2"; expected "IMEI:1"',
  ],
  ['without a tree', () => '{"layout":2,"devId":"IMEI:1"}', 'tree is missing'],
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

test('of a record in the former layout, all is taken but the session that was cut short', async () => {
  const store = fileStore({ directory });
  const alerts = [{ id: '1', type: 'x.y', data: '' }];
  const path = join(directory, 'IMEI%3A1.json');
  const former = { layout: 1, devId: 'IMEI:1', ...record('one'), alerts, session: { sessionID: '1' } };
  await writeFile(path, JSON.stringify(former));
  await expect(store.load('IMEI:1')).resolves.toEqual({ ...record('one'), alerts, session: undefined });
});

test('a device is that of one process, until that is gone', async () => {
  const module = fileURLToPath(new URL('index.ts', import.meta.url));
  const script = `
    const { fileStore } = await import(${JSON.stringify(module)});
    await fileStore({ directory: ${JSON.stringify(directory)} }).save('IMEI:1', ${JSON.stringify(record('other'))});
    console.log('saved');
    setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  const store = fileStore({ directory });
  const inUse = {
    name: 'DeviceInUseError',
    message: expect.stringContaining(`IMEI:1 in ${directory} is in use by process ${other.pid} `),
  };
  await expect(store.load('IMEI:1')).rejects.toMatchObject(inUse);
  await expect(store.save('IMEI:1', record('mine'))).rejects.toMatchObject(inUse);
  other.kill('SIGKILL');
  await once(other, 'exit');
  await expect(fileStore({ directory }).load('IMEI:1')).resolves.toEqual(record('other'));
});

test('a claim of which nobody knows the owner is none', async () => {
  await writeFile(join(directory, 'IMEI%3A1.lock'), '');
  const store = fileStore({ directory });
  await store.save('IMEI:1', record('mine'));
  await expect(store.load('IMEI:1')).resolves.toEqual(record('mine'));
});
