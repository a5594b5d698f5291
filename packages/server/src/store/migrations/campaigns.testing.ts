import { openStore } from '@grove/store';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openStore as openServerStore } from '../store.ts';
import { MIGRATIONS } from './index.ts';

/** Ids that the rows of before get; the tables are not those of now, so that they are written as SQL. */
const ROWS = [
  `insert into devices (id, dev_id, created_at) values (1, 'IMEI:1', 1), (2, 'IMEI:2', 1), (3, 'IMEI:3', 1)`,
  `insert into campaigns (id, name, steps, target, state, created_at, finished_at) values
    (1, 'old', '[]', 'all', 'finished', 5, 9), (2, 'now', '[]', 'all', 'running', 7, null)`,
  `insert into outcomes (campaign_id, device_id, state, results, reason, session_id, at) values
    (1, 1, 'succeeded', '[]', null, 4, 6), (1, 2, 'failed', '[]', 'full', 5, 7), (2, 1, 'succeeded', '[]', null, 6, 8)`,
];

/** Campaigns that an older Grove has made are still there. */
export function campaignsMigrationSuite(freshUrl: () => Promise<string>): void {
  it('keeps the campaigns that an older Grove has made, with their counts', async () => {
    const url = await freshUrl();
    const names = Object.keys(MIGRATIONS).filter((name) => name < '0015');
    const migrations = Object.fromEntries(names.map((name) => [name, MIGRATIONS[name] ?? (() => [])]));
    const before = await openStore<object>({ url }, { record: 'kysely_migration', migrations });
    await before.transaction(async (db) => {
      for (const text of ROWS) await sql.raw(text).execute(db);
    });
    await before.close();

    const store = await openServerStore({ url });
    const campaigns = await store.reader
      .selectFrom('campaigns')
      .select(['id', 'state', 'target', 'dynamic', 'members', 'devices', 'started_at', 'changed_at'])
      .orderBy('id')
      .execute();
    const all = { target: '{"all":true}', dynamic: 0, members: null };
    expect(campaigns).toEqual([
      { id: 1, state: 'finished', ...all, devices: 2, started_at: 5, changed_at: 9 },
      { id: 2, state: 'running', ...all, devices: 1, started_at: 7, changed_at: 7 },
    ]);
    const outcomes = await store.reader
      .selectFrom('outcomes')
      .select(['campaign_id', 'device_id', 'state', 'attempts', 'reason', 'session_id'])
      .orderBy('campaign_id')
      .orderBy('device_id')
      .execute();
    expect(outcomes).toEqual([
      { campaign_id: 1, device_id: 1, state: 'changed', attempts: 1, reason: null, session_id: 4 },
      { campaign_id: 1, device_id: 2, state: 'failed', attempts: 1, reason: 'full', session_id: 5 },
      { campaign_id: 2, device_id: 1, state: 'changed', attempts: 1, reason: null, session_id: 6 },
    ]);
    const counts = await store.reader.selectFrom('campaign_counts').selectAll().execute();
    expect(counts).toHaveLength(3);
    expect(counts).toContainEqual({ campaign_id: 1, wave: 0, outcome: 'failed', devices: 1 });
    await store.close();
  });
}
