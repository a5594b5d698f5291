import type { Queries, Store } from '../store/index.ts';
import type { Keyring } from './keyring.ts';

/** Rows that are looked at in one unit of work. */
const PAGE = 500;

/** The columns of `accounts` that hold sealed secrets. */
const SEALED = ['client_secret', 'server_secret'] as const;

/**
 * Seals every secret in the database with the keyring's current key. The server may run meanwhile, and it may be
 * broken off and begun again.
 *
 * @returns how many secrets were sealed anew
 * @throws {SecretError} when one cannot be opened; those before it are sealed anew
 */
export async function resealSecrets(store: Store, keyring: Keyring): Promise<number> {
  let resealed = 0;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const from: number = after;
    const page = await store.transaction((db) => resealPage(db, keyring, from));
    resealed += page.resealed;
    after = page.next;
  }
  return resealed;
}

async function resealPage(
  db: Queries,
  keyring: Keyring,
  after: number,
): Promise<{ resealed: number; next: number | undefined }> {
  const rows = await db
    .selectFrom('accounts')
    .select(['device_id', ...SEALED])
    .where('device_id', '>', after)
    .orderBy('device_id')
    .limit(PAGE)
    .execute();
  let resealed = 0;
  for (const row of rows) {
    for (const column of SEALED) {
      const sealed = row[column];
      if (sealed === null || keyring.reseal(sealed) === sealed) continue;
      const { numUpdatedRows } = await db
        .updateTable('accounts')
        .set(column, keyring.reseal(sealed))
        .where('device_id', '=', row.device_id)
        // A secret that was changed since it was read is sealed with the current key already.
        .where(column, '=', sealed)
        .executeTakeFirst();
      resealed += Number(numUpdatedRows);
    }
  }
  return { resealed, next: rows.length < PAGE ? undefined : rows.at(-1)?.device_id };
}

/**
 * Makes sure at the start that the keys are those of the database: opens the first secret that there is.
 *
 * @throws {SecretError} when it cannot be opened
 */
export async function checkKeys(store: Store, keyring: Keyring): Promise<void> {
  for (const column of SEALED) {
    const row = await store.reader
      .selectFrom('accounts')
      .select(column)
      .where(column, 'is not', null)
      .orderBy('device_id')
      .limit(1)
      .executeTakeFirst();
    const sealed = row?.[column];
    if (sealed !== undefined && sealed !== null) keyring.open(sealed);
  }
}
