import { type Compilable, sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  isBeingPosted,
  isOpen,
  isQueued,
  isSending,
  isWaiting,
  openStore,
  type Queries,
  type Store,
} from './index.ts';

let store: Store;
beforeEach(async () => {
  store = await openStore({ url: 'sqlite::memory:' });
});
afterEach(() => store.close());

async function planOf(query: Compilable): Promise<string> {
  const compiled = query.compile();
  const { rows } = await store.reader.executeQuery<{ detail: string }>({
    ...compiled,
    sql: `explain query plan ${compiled.sql}`,
  });
  return rows.map((row) => row.detail).join('; ');
}

const deliveries = (q: Queries) => q.selectFrom('push_deliveries').select('push_deliveries.id');
const newest = (q: Queries) => deliveries(q).where('id', '<', 9).orderBy('id', 'desc').limit(50);

const uses: [what: string, query: (q: Queries) => Compilable, index: string][] = [
  [
    'what is due over a bearer',
    (q) =>
      deliveries(q)
        .where(isQueued)
        .where('bearer', '=', 'sms')
        .where('priority', '=', 1)
        .where('due_at', '<=', 5)
        .where('expires_at', '>', 5)
        .orderBy('due_at')
        .orderBy('id')
        .limit(50),
    'push_deliveries_queued (bearer=? AND priority=? AND due_at<?)',
  ],
  [
    'what a process has claimed',
    (q) => deliveries(q).where(isSending).where('owner', '=', 'a').where('claim', '=', 1),
    'push_deliveries_claimed (owner=? AND claim=?)',
  ],
  [
    'what is over',
    (q) =>
      deliveries(q)
        .where(isOpen)
        .where('expires_at', '<=', 5)
        .where('state', '!=', 'sending')
        .where(sql<number>`expires_at + case state when 'accepted' then 60000 else 0 end`, '<=', 5)
        .orderBy('expires_at')
        .limit(50),
    'push_deliveries_open (expires_at<?)',
  ],
  [
    'what ended long ago',
    (q) =>
      deliveries(q).where('ended_at', 'is not', null).where('ended_at', '<', 5).orderBy('ended_at').limit(50),
    'push_deliveries_ended',
  ],
  [
    'a push of a client',
    (q) =>
      deliveries(q)
        .innerJoin('push_messages', 'push_messages.id', 'push_deliveries.message_id')
        .where('push_messages.client', '=', 'pi')
        .where('push_messages.push_id', '=', 'a')
        .orderBy('push_deliveries.id'),
    'client=? AND push_id=?',
  ],
  [
    'pushes in a state',
    (q) => newest(q).where('state', '=', 'queued'),
    'push_deliveries_state (state=? AND id<?)',
  ],
  [
    'pushes of a bearer',
    (q) => newest(q).where('bearer', '=', 'sms').where('state', '=', 'queued'),
    'push_deliveries_bearer (bearer=? AND state=? AND id<?)',
  ],
  [
    'pushes of a client',
    (q) => newest(q).where('client', '=', 'pi').where('state', '=', 'queued'),
    'push_deliveries_client (client=? AND state=? AND id<?)',
  ],
  [
    'pushes to an address',
    (q) => newest(q).where('address', '=', 'a'),
    'push_deliveries_address (address=? AND id<?)',
  ],
  [
    'a reference',
    (q) =>
      q.selectFrom('push_references').selectAll().where('bearer', '=', 'sms').where('reference', '=', 'a'),
    'bearer=? AND reference=?',
  ],
  [
    'the parts of an attempt',
    (q) => q.selectFrom('push_references').selectAll().where('delivery_id', '=', 1).where('attempt', '=', 1),
    'push_references_delivery (delivery_id=? AND attempt=?)',
  ],
  [
    'result notifications that are due',
    (q) =>
      q
        .selectFrom('push_notifications')
        .select('id')
        .where(isWaiting)
        .where('due_at', '<=', 5)
        .orderBy('due_at')
        .orderBy('id')
        .limit(16),
    'push_notifications_waiting (due_at<?)',
  ],
  [
    'result notifications that a process has claimed',
    (q) =>
      q
        .selectFrom('push_notifications')
        .select('id')
        .where(isBeingPosted)
        .where('owner', '=', 'a')
        .where('claim', '=', 1),
    'push_notifications_claimed (owner=? AND claim=?)',
  ],
];

it.each(uses)('the indexes serve %s', async (_what, query, index) => {
  const plan = await planOf(query(store.reader));
  expect(plan).toContain(index);
  expect(plan).not.toMatch(/SCAN|TEMP B-TREE/);
});
