// Expressions and groups as they are used from a terminal: places of errors, files of devices, tables.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { grove, groveJson, serve } from './grove.testing.ts';

// Each command is a process of its own, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-groups-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('devices are searched, counted, exported and put into groups', async () => {
  const server = await serve(join(folder, 'data'));
  const run = async (...args: string[]) => grove([...args, ...server.at]);
  for (const name of ['IMEI:1', 'IMEI:2']) await run('devices', 'add', name);

  const wrong = await run('devices', 'ls', '--where', 'devId = "IMEI:1" and fw <');
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr.split('\n').slice(1)).toEqual([
    '  devId = "IMEI:1" and fw <',
    '                           ^',
    '',
  ]);
  expect((await run('devices', 'ls', '--where', 'devId = "IMEI:2"')).stdout).toMatch(
    /^\S.*\n +2 +IMEI:2 [^\n]*\n$/,
  );
  expect((await run('devices', 'count', '--where', 'devId ~ "imei:*"')).stdout).toBe('2 devices\n');
  expect((await run('devices', 'export', '--where', 'devId = "IMEI:1"')).stdout).toMatch(
    /^id,devId,[^\r]*\r\n1,IMEI:1,,[^\r]*\r\n$/,
  );
  expect(await run('expressions', 'check', '(registered > -1d) AND manufactorer exists')).toMatchObject({
    code: 2,
    stdout: [
      'there is no field "manufactorer": expected manufacturer',
      '  (registered > -1d) AND manufactorer exists',
      '                         ^^^^^^^^^^^^',
      '',
    ].join('\n'),
  });
  expect((await run('expressions', 'check', '(registered > -1d)', '--count')).stdout).toBe(
    'registered > -1d\n2 devices\n',
  );
  expect((await run('expressions', 'complete', 'devId = "IMEI:2')).stdout).toMatch(/^"IMEI:2" +1/m);

  const file = join(folder, 'sales.csv');
  writeFileSync(file, 'owner,devId\n"A, B",IMEI:1\nC,IMEI:9\n');
  const made = await run('groups', 'create', 'sales', '--variables', '{"apn": "sales.example"}');
  expect(made.stdout).toContain('{"apn":"sales.example"}');
  expect((await run('groups', 'add', 'sales', '--file', file)).stderr).toContain('add/1');
  const added = await run('groups', 'add', 'sales', '--file', file, '--skip-unknown');
  expect(added).toMatchObject({ code: 0, stdout: '1 device added; the group has 1 device.\n' });
  expect(added.stderr).toContain('IMEI:9');
  await run('groups', 'create', 'others', '--query', 'not group = "sales"');
  const members = await groveJson<{ devId: string }[]>(['groups', 'members', 'others', ...server.at]);
  expect(members.map(({ devId }) => devId)).toEqual(['IMEI:2']);
  expect((await run('groups', 'rm', 'sales')).stderr).toContain('used by group');
  expect((await run('groups', 'update', 'others', '--query', 'group = "others"')).stderr).toContain(
    'others → others',
  );
  expect((await run('groups', 'ls')).stdout).toMatch(/^others +- +not group = "sales"/m);
});
