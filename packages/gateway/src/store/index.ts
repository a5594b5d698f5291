/** The store of `@grove/store`, with the gateway's tables. */
import {
  type Queries as AnyQueries,
  type Store as AnyStore,
  openStore as openAnyStore,
  type StoreOptions,
  statementsOf,
} from '@grove/store';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { queue } from './0001-queue.ts';
import type { Database } from './schema.ts';

export type * from './schema.ts';
export { DELIVERY_STATES } from './schema.ts';

/** The gateway's database. */
export type Store = AnyStore<Database>;

/** Where queries are run: the connection of a unit of work, or the readers'. */
export type Queries = AnyQueries<Database>;

export const { statement, insertion } = statementsOf<Database>();

/**
 * Opens the database, which is made if it is not there and brought up to this gateway's tables. It may be one in which
 * other programs have theirs.
 *
 * @throws {StoreError} when the address is not one of a database, or the database was made by a newer Grove
 * @throws {StoreUnavailable} when it does not answer
 */
export function openStore(options: StoreOptions): Promise<Store> {
  return openAnyStore<Database>(options, {
    record: 'push_migration',
    migrations: { '0001-queue': queue },
  });
}

// Partial indexes serve a query only if it says their condition in its text, not by a parameter.

/** `push_deliveries.state` is `queued`; served in order of due_at by `(bearer, priority)`. */
export const isQueued: RawBuilder<SqlBool> = sql`push_deliveries.state = 'queued'`;

/** `push_deliveries.state` is `sending`; served by `(owner, claim)`. */
export const isSending: RawBuilder<SqlBool> = sql`push_deliveries.state = 'sending'`;

/** The delivery is not at its end; served in order of expires_at. */
export const isOpen: RawBuilder<SqlBool> = sql`push_deliveries.ended_at is null`;

/** `push_notifications.state` is `waiting`; served in order of due_at. */
export const isWaiting: RawBuilder<SqlBool> = sql`push_notifications.state = 'waiting'`;

/** `push_notifications.state` is `sending`; served by `(owner, claim)`. */
export const isBeingPosted: RawBuilder<SqlBool> = sql`push_notifications.state = 'sending'`;
