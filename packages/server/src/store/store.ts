/** The store of `@grove/store`, with the server's tables. */
import {
  type Queries as AnyQueries,
  type Store as AnyStore,
  openStore as openAnyStore,
  type StoreOptions,
  statementsOf,
} from '@grove/store';
import { MIGRATIONS } from './migrations/index.ts';
import type { Database } from './schema/index.ts';

/** Grove's database. */
export type Store = AnyStore<Database>;

/** Where queries are run: the connection of a unit of work, or the readers'. */
export type Queries = AnyQueries<Database>;

export const { statement, insertion } = statementsOf<Database>();

/**
 * Opens the database, which is made if it is not there and brought up to this Grove's tables.
 *
 * @throws {StoreError} when the address is not one of a database, or the database was made by a newer Grove
 * @throws {StoreUnavailable} when it does not answer
 */
export function openStore(options: StoreOptions): Promise<Store> {
  return openAnyStore<Database>(options, { record: 'kysely_migration', migrations: MIGRATIONS });
}
