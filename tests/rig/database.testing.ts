/** Where a test keeps what Grove knows: in memory, or where the run has a PostgreSQL, on a database of its own. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { inject } from 'vitest';
import { postgresFolder } from '../../scripts/tools.mjs';

/** Address of an empty database. */
export function freshDatabase(): string {
  const postgres = inject('postgresUrl');
  // Only tests named `*.postgres.test.ts` are given one.
  if (postgres === undefined) return 'sqlite::memory:';
  const url = new URL(postgres);
  const name = `grove_${randomBytes(6).toString('hex')}`;
  execFileSync(join(postgresFolder() ?? '', 'createdb'), ['--maintenance-db', url.href, name]);
  url.pathname = name;
  return url.href;
}
