import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Compilable } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  isCampaignRunning,
  isSessionOpen,
  isTaskToDo,
  openStore,
  type Queries,
  type Store,
} from './index.ts';
import { tablesSuite } from './suite.testing.ts';

describe('the tables on SQLite', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grove-tables-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  let files = 0;
  tablesSuite(
    async () => 'sqlite::memory:',
    async () => `sqlite:${join(folder, `${++files}.db`)}`,
  );
});

describe('the indexes', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore({ url: 'sqlite::memory:' });
  });
  afterEach(() => store.close());

  async function planOf(query: Compilable): Promise<string> {
    const { sql: text, parameters } = query.compile();
    const { rows } = await store.reader.executeQuery<{ detail: string }>({
      ...query.compile(),
      sql: `explain query plan ${text}`,
      parameters,
    });
    return rows.map((row) => row.detail).join('; ');
  }

  const uses: [what: string, query: (q: Queries) => Compilable, index: string][] = [
    [
      'the device of a DevId',
      (q) => q.selectFrom('devices').selectAll().where('dev_id', '=', 'x'),
      'dev_id=?',
    ],
    [
      'what a device has to do',
      (q) => q.selectFrom('tasks').selectAll().where('device_id', '=', 1).where(isTaskToDo).orderBy('id'),
      'tasks_to_do',
    ],
    [
      'what a device had to do',
      (q) =>
        q
          .selectFrom('tasks')
          .selectAll()
          .where('device_id', '=', 1)
          .where('id', '<', 9)
          .orderBy('id', 'desc'),
      'tasks_device',
    ],
    [
      'the session that a device names',
      (q) =>
        q
          .selectFrom('sessions')
          .selectAll()
          .where('device_id', '=', 1)
          .where('session_id', '=', '1')
          .orderBy('id', 'desc'),
      'sessions_named',
    ],
    [
      'the sessions that are open',
      (q) => q.selectFrom('sessions').selectAll().where(isSessionOpen).where('id', '>', 5).orderBy('id'),
      'sessions_open',
    ],
    [
      'the sessions of a device, the newest first',
      (q) =>
        q
          .selectFrom('sessions')
          .selectAll()
          .where('device_id', '=', 1)
          .where('id', '<', 9)
          .orderBy('id', 'desc'),
      'sessions_device',
    ],
    [
      'the campaigns that run',
      (q) => q.selectFrom('campaigns').selectAll().where(isCampaignRunning).orderBy('id'),
      'campaigns_active',
    ],
    [
      'the devices on which a campaign failed',
      (q) =>
        q
          .selectFrom('outcomes')
          .select('device_id')
          .where('campaign_id', '=', 1)
          .where('state', '=', 'failed')
          .where('device_id', '>', 5)
          .orderBy('device_id'),
      'outcomes_state',
    ],
    [
      'the exchanges of a session',
      (q) => q.selectFrom('exchanges').selectAll().where('session_id', '=', 1).orderBy('n'),
      'session_id=?',
    ],
    [
      'a value of a device',
      (q) => q.selectFrom('device_nodes').selectAll().where('device_id', '=', 1).where('uri_id', '=', 1),
      'device_id=? AND uri_id=?',
    ],
    [
      'the devices with a value',
      (q) =>
        q
          .selectFrom('device_nodes')
          .select('device_id')
          .where('value_id', '=', 1)
          .where('device_id', '>', 5)
          .orderBy('device_id'),
      'device_nodes_value',
    ],
    [
      'the values of a URI by their order',
      (q) =>
        q
          .selectFrom('node_values')
          .select('id')
          .where('uri_id', '=', 1)
          .where('order_key', '>', 'a')
          .orderBy('order_key'),
      'uri_id=? AND order_key>?',
    ],
  ];

  it.each(uses)('serve %s', async (_what, query, index) => {
    const plan = await planOf(query(store.reader));
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/SCAN (?!campaigns USING INDEX)|TEMP B-TREE/);
  });
});
