import { type Params, type Queries, type Store, statement } from '../store/index.ts';
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
      const before = row[column];
      if (before === null) continue;
      const sealed = keyring.reseal(before);
      if (sealed !== before) resealed += await replace[column].run(db, { id: row.device_id, before, sealed });
    }
  }
  return { resealed, next: rows.length < PAGE ? undefined : rows.at(-1)?.device_id };
}

/** Puts a sealed text in the place of another; one that was changed since is sealed with the current key already. */
const replaceIn = (column: (typeof SEALED)[number]) =>
  statement((q, p: Params<{ id: number; before: string; sealed: string }>) =>
    q
      .updateTable('accounts')
      .set({ [column]: p('sealed') })
      .where('device_id', '=', p('id'))
      .where(column, '=', p('before')),
  );

const replace = { client_secret: replaceIn('client_secret'), server_secret: replaceIn('server_secret') };

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
