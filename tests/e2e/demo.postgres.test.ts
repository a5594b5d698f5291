// `grove demo` on PostgreSQL, also on what an earlier demo has left there.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, inject, test, vi } from 'vitest';
import { postgresFolder } from '../../scripts/tools.mjs';
import { groveJson, startGrove } from './grove.testing.ts';

vi.setConfig({ testTimeout: 60_000 });

test('the demo runs again where another one was cut short', async () => {
  const db = newDatabase();
  const first = startGrove(['demo', '--devices', '3', '--db', db]);
  await first.printed(/GROVE_DATA=/);
  first.child.kill('SIGKILL');
  await first.ended;

  const summary = await groveJson(['demo', '--once', '--devices', '5', '--db', db]);
  expect(summary).toMatchObject({ devices: 5, succeeded: 5, failed: 0, sessions: 5, database: 'postgres' });
});

function newDatabase(): string {
  const url = new URL(inject('postgresUrl'));
  const name = `demo_${randomBytes(6).toString('hex')}`;
  const createdb = join(postgresFolder() ?? '', 'createdb');
  execFileSync(createdb, ['--maintenance-db', url.href, name]);
  url.pathname = name;
  return url.href;
}
