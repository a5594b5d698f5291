/** Taking deliveries out of the queue to send them, so that no two processes send the same one. */
import type { Engine, Params } from '@grove/store';
import { isQueued, isSending, type Queries, type Store, statement } from '../store/index.ts';
import { DELIVERY_COLUMNS, type Delivery, deliveryOf } from './delivery.ts';
import { stayAlive, TakenForDead } from './processes.ts';

/** A delivery that this process is to send, and nobody else. */
export interface Claimed extends Delivery {
  readonly applicationId: string | null;
  /** JSON: further headers of the content. */
  readonly headers: string;
  readonly body: Uint8Array;
}

type ClaimParams = {
  bearer: string;
  priority: number;
  now: number;
  limit: number;
  owner: string;
  claim: number;
};

const claimOn = (engine: Engine) =>
  statement((q, p: Params<ClaimParams>) =>
    q
      .updateTable('push_deliveries')
      .set((eb) => ({
        state: 'sending',
        owner: p('owner'),
        claim: p('claim'),
        attempt: eb('attempt', '+', 1),
        changed_at: p('now'),
      }))
      .where(isQueued)
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('push_deliveries')
          .select('id')
          .where(isQueued)
          .where('bearer', '=', p('bearer'))
          .where('priority', '=', p('priority'))
          .where('due_at', '<=', p('now'))
          .where('expires_at', '>', p('now'))
          .orderBy('due_at')
          .orderBy('id')
          .limit(p('limit'))
          // SQLite has one writer at a time.
          .$if(engine === 'postgres', (query) => query.forUpdate().skipLocked()),
      ),
  );

const CLAIM = { sqlite: claimOn('sqlite'), postgres: claimOn('postgres') };

const claimed = statement((q, p: Params<{ owner: string; claim: number }>) =>
  q
    .selectFrom('push_deliveries')
    .innerJoin('push_messages', 'push_messages.id', 'push_deliveries.message_id')
    .select([
      ...DELIVERY_COLUMNS,
      'push_messages.application_id',
      'push_messages.headers',
      'push_messages.body',
    ])
    .where(isSending)
    .where('push_deliveries.owner', '=', p('owner'))
    .where('push_deliveries.claim', '=', p('claim'))
    .orderBy('push_deliveries.priority')
    .orderBy('push_deliveries.due_at')
    .orderBy('push_deliveries.id'),
);

/** Priorities, in the order in which they are served. */
export const PRIORITIES = { high: 0, medium: 1, low: 2 } as const;

/** Who claims, and under which number: one that this process has not used before. */
export interface Claim {
  readonly owner: string;
  readonly claim: number;
  /** Until when the process says by this that it is alive: see `processes.ts`. */
  readonly until: number;
}

/**
 * Claims what is due over a bearer, the highest priority first; at most `limit`.
 *
 * @throws {TakenForDead} when others have taken the process for dead: what it claims nobody would ever free
 */
export function claimDeliveries(
  store: Store,
  bearer: string,
  limit: number,
  by: Claim,
  now: number,
): Promise<readonly Claimed[]> {
  const { owner, claim } = by;
  return store.transaction(async (db) => {
    let taken = 0;
    for (const priority of Object.values(PRIORITIES)) {
      if (taken >= limit) break;
      taken += await CLAIM[store.engine].run(db, {
        bearer,
        priority,
        now,
        limit: limit - taken,
        owner,
        claim,
      });
    }
    if (taken === 0) return [];
    if (!(await stayAlive(db, by.owner, by.until))) throw new TakenForDead();
    const rows = await claimed.all(db, { owner, claim });
    return rows.map((row) => ({
      ...deliveryOf(row),
      applicationId: row.application_id,
      headers: row.headers,
      body: row.body,
    }));
  });
}

const release = statement((q, p: Params<{ id: number; attempt: number; now: number }>) =>
  q
    .updateTable('push_deliveries')
    .set((eb) => ({
      state: 'queued',
      owner: null,
      claim: null,
      attempt: eb('attempt', '-', 1),
      changed_at: p('now'),
    }))
    .where('id', '=', p('id'))
    .where('state', '=', 'sending')
    .where('attempt', '=', p('attempt')),
);

/** Puts back what was claimed and not sent. */
export async function releaseDeliveries(
  db: Queries,
  deliveries: readonly Claimed[],
  now: number,
): Promise<void> {
  for (const { id, attempt } of deliveries) await release.run(db, { id, attempt, now });
}
