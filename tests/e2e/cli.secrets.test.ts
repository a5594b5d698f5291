// Tokens of the API, and keys of the database, as those who run a server exchange them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { grove, groveJson, serve } from './grove.testing.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('tokens are made, listed and withdrawn, but for the last one', async () => {
  const server = await serve(join(folder, 'tokens'));
  const made = (await grove(['tokens', 'add', 'backup', ...server.at])).stdout.trim();
  expect(made).toMatch(/^grove_[\w-]{43}$/);
  const byIt = { env: { GROVE_TOKEN: made } };
  const listed = await groveJson<{ id: number; name: string }[]>(
    ['tokens', 'ls', '--server', server.url],
    byIt,
  );
  expect(listed.map(({ name }) => name)).toEqual(['first', 'backup']);
  expect(JSON.stringify(listed)).not.toContain(made);
  expect((await grove(['tokens', 'rm', '1', '--server', server.url], byIt)).code).toBe(0);
  expect((await grove(['devices', 'ls', ...server.at])).stderr).toContain('does not accept the token');
  const last = await grove(['tokens', 'rm', '2', '--server', server.url], byIt);
  expect([last.code, last.stderr]).toEqual([1, expect.stringContaining('the last token')]);
  expect((await grove(['tokens', 'rm', '7', '--server', server.url], byIt)).code).toBe(1);
  expect((await grove(['devices', 'ls', '--server', server.url], byIt)).code).toBe(0);
  await server.end('SIGTERM');
});

test('a key is exchanged for another, and devices go on', async () => {
  const data = join(folder, 'keys');
  let server = await serve(data);
  const port = new URL(server.url).port;
  const phone = join(folder, 'phone.json');
  const added = await grove(['devices', 'add', 'IMEI:1', '--auth', 'hmac', '--json', ...server.at]);
  writeFileSync(phone, added.stdout);
  const call = ['device', '--account', phone, '--store', join(folder, 'phones'), '--once'];
  expect((await grove(call)).code).toBe(0);
  await server.end('SIGTERM');

  expect((await groveJson<{ key: string }>(['keys', 'add', '--data', data])).key).toMatch(/^[0-9a-f]{8}$/);
  server = await serve(data, '--port', port);
  expect(await groveJson(['keys', 'reseal', '--data', data])).toEqual({ resealed: 2 });
  expect(await groveJson(['keys', 'reseal', '--data', data])).toEqual({ resealed: 0 });
  await server.end('SIGTERM');

  const [first = ''] = readFileSync(join(data, 'keys'), 'utf8').split('\n');
  writeFileSync(join(data, 'keys'), `${first}\n`);
  server = await serve(data, '--port', port);
  expect((await grove(call)).code).toBe(0);
  await server.end('SIGTERM');
  expect((await grove(['keys', 'reseal', '--data', folder])).stderr).toContain('there is no database');
});
