import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@grove/store';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openStore as openServerStore } from '../store.ts';
import { MIGRATIONS } from './index.ts';

it('gives the software versions of devices their order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'grove-software-'));
  const url = `sqlite:${join(folder, 'grove.db')}`;
  const names = Object.keys(MIGRATIONS).filter((name) => name < '0016-s');
  const migrations = Object.fromEntries(names.map((name) => [name, MIGRATIONS[name] ?? (() => [])]));
  const before = await openStore<object>({ url }, { record: 'kysely_migration', migrations });
  await before.transaction(async (db) => {
    await sql`insert into devices (id, dev_id, swv, created_at) values
      (1, 'IMEI:1', '2.10', 1), (2, 'IMEI:2', '2.9', 1), (3, 'IMEI:3', null, 1), (4, 'IMEI:4', '2.10', 1)`.execute(
      db,
    );
  });
  await before.close();

  const store = await openServerStore({ url });
  const rows = await store.reader
    .selectFrom('devices')
    .select('id')
    .where('swv_key', 'is not', null)
    .orderBy('swv_key')
    .orderBy('id')
    .execute();
  expect(rows.map(({ id }) => id)).toEqual([2, 1, 4]);
  await store.close();
  rmSync(folder, { recursive: true });
});
