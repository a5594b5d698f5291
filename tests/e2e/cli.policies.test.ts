// Policies as they are used from a terminal: made, shown, changed, held against a phone, kept as files, deleted.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { grove, groveJson, serve } from './grove.testing.ts';

// Each command is a process of its own, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grove-policies-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a policy is made, brought to phones and taken back', async () => {
  const server = await serve(join(folder, 'data'));
  const run = async (...args: string[]) => grove([...args, ...server.at]);
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const files = file(
    'mail.yaml',
    [
      'kind: profile',
      'name: work-mms',
      'root: ./MMS/Work',
      'object: urn:oma:mo:oma-mms:1.3',
      'nodes:',
      '  - { path: AppID, value: w4 }',
      '  - { path: Addr, value: "http://mms.example/" }',
      '---',
      'kind: policy',
      'name: work',
      'profile: work-mms',
      'target: { all: true }',
      '',
    ].join('\n'),
  );
  expect(await run('apply', '-f', files, '--yes')).toMatchObject({ code: 0 });
  expect((await run('apply', '-f', files, '--check')).code).toBe(0);
  expect((await run('policies', 'ls')).stdout).toMatch(/^work +work-mms +all devices +0 +active$/m);

  expect((await run('policies', 'create', 'more', '--profile', 'work-mms')).stderr).toContain(
    'whom it is for',
  );
  expect(await run('policies', 'create', 'more', '--profile', 'nothing', '--all')).toMatchObject({ code: 2 });
  const made = await run(
    'policies',
    'create',
    'more',
    '--profile',
    'work-mms',
    '--where',
    'devId = "IMEI:9"',
  );
  expect(made.stdout).toContain('devId = "IMEI:9"');
  const changed = await run('policies', 'update', 'more', '--drift', 'report', '--all');
  expect(changed.stdout).toMatch(/Drift +report/);
  expect((await run('policies', 'rm', 'more')).code).toBe(0);

  expect((await run('simulate', '--devices', '3', '--register')).code).toBe(0);
  expect(await groveJson(['policies', 'compliance', 'work', ...server.at])).toMatchObject({
    compliant: 3,
    pending: 0,
  });
  const listed = await run('policies', 'compliance', 'work', '--state', 'compliant', '--limit', '1');
  expect(listed.stdout).toMatch(/^DEVICE +STATE +CHECKED +REASON\n\S+ +compliant /);
  const table = await run('policies', 'compliance', 'work', '--csv', '-');
  expect(table.stdout.split('\r\n').slice(0, 1)).toEqual([
    'device,devId,state,reason,checkedAt,changedAt,session',
  ]);
  expect(table.stdout.trim().split('\r\n')).toHaveLength(4);
  const [first] = await groveJson<{ devId: string }[]>(['devices', 'ls', ...server.at]);
  expect((await run('devices', 'compliance', first?.devId ?? '')).stdout).toMatch(/^work +compliant /m);
  expect((await run('policies', 'drift', 'work')).stderr).toContain('No devices.');
  expect((await run('policies', 'rm', 'work')).stdout).toContain('taken back');
  expect((await run('policies', 'show', 'work')).stdout).toMatch(/State +retiring/);
});
