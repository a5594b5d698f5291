// grove apply as it is used from a terminal and in CI: plans, lines of files, exit codes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { grove, groveJson, type Server, serve } from './grove.testing.ts';

// Each command is a process of its own, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-apply-'));
  mkdirSync(join(folder, 'files', 'deep'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, 'files', name), text);
const apply = (server: Server, ...args: string[]) =>
  grove(['apply', '-f', join(folder, 'files'), ...args, ...server.at]);

const PROFILE = [
  'kind: profile',
  'name: mms',
  'root: ./MMS/Operator',
  'nodes:',
  '  - { path: Addr, value: "http://mms.example.com/" }',
].join('\n');

test('a folder is planned, applied, checked for drift and pruned', async () => {
  const server = await serve(join(folder, 'data'));
  write('mms.yaml', `${PROFILE}\n---\nkind: reason\nname: mms\ntexts: [{ language: en, text: Why. }]\n`);
  write(
    'deep/apn.json',
    JSON.stringify([{ kind: 'reason', name: 'apn', texts: [{ language: 'en', text: 'Why.' }] }]),
  );
  write('notes.txt', 'not for the server');
  const plan = await apply(server, '--dry-run');
  expect(plan).toMatchObject({ code: 0, stderr: '' });
  expect(plan.stdout).toBe(
    '+ reason apn\n+ reason mms\n+ profile mms\nTo be applied: 3 created, 0 as declared.\n',
  );
  expect(await apply(server)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
  expect(await apply(server, '--yes', '--set', 'main')).toMatchObject({ code: 0 });
  expect(await apply(server, '--check')).toMatchObject({
    code: 0,
    stdout: 'Everything is as declared: 3 things.\n',
  });

  const document = { root: './MMS/Operator', nodes: [{ path: 'Addr', value: 'by hand' }] };
  const changed = join(folder, 'changed.json');
  writeFileSync(changed, JSON.stringify({ kind: 'profile', name: 'mms', ...document }));
  await grove(['apply', '-f', changed, '--yes', ...server.at]);
  const drift = await apply(server, '--check');
  expect([drift.code, drift.stdout]).toEqual([
    1,
    '~ profile mms\n    fragments/0/nodes/0/value: "by hand" → "http://mms.example.com/"\nTo be applied: 1 changed, 2 as declared.\n',
  ]);

  write('mms.yaml', PROFILE);
  expect((await apply(server, '--yes', '--set', 'main', '--prune')).stdout).toContain('- reason mms\n');
  const items = await groveJson<{ name: string }[]>(['reasons', 'ls', ...server.at]);
  expect(items.map(({ name }) => name)).toEqual(['apn']);
});

test('what is wrong is told with file and line', async () => {
  const server = await serve(join(folder, 'data'));
  write('mms.yaml', PROFILE.replace('path: Addr', 'path: ""'));
  expect(await apply(server, '--check')).toMatchObject({ code: 2, stdout: '' });
  expect((await apply(server, '--check')).stderr).toMatch(/mms\.yaml:5: .*nodes\/0\/path: expected text/);
  write('mms.yaml', `${PROFILE}\n  - [`);
  expect((await apply(server, '--check')).stderr).toMatch(/^grove: .*mms\.yaml:\d+: [^\n]+\n$/);
  write('mms.yaml', PROFILE.replace('kind: profile', 'kind: profil'));
  expect((await apply(server, '--check')).stderr).toMatch(/mms\.yaml:1: kind: expected one of/);
});
