import { sql } from 'kysely';
import type { Queries, Store } from '../store/index.ts';
import type { Keyring } from './keyring.ts';

/** Rows that are looked at in one unit of work. */
const PAGE = 500;

/** Where sealed secrets are, with what tells the rows apart. */
const SEALED = [
  { table: 'accounts', key: 'device_id', column: 'client_secret' },
  { table: 'accounts', key: 'device_id', column: 'server_secret' },
  { table: 'webhooks', key: 'id', column: 'secret' },
  { table: 'webhooks', key: 'id', column: 'old_secret' },
  { table: 'kept_answers', key: 'id', column: 'body' },
] as const;

type Sealed = (typeof SEALED)[number];

/**
 * Seals every secret in the database with the keyring's current key. The server may run meanwhile, and it may be
 * broken off and begun again.
 *
 * @returns how many secrets were sealed anew
 * @throws {SecretError} when one cannot be opened; those before it are sealed anew
 */
export async function resealSecrets(store: Store, keyring: Keyring): Promise<number> {
  let resealed = 0;
  for (const place of SEALED) {
    for (let after: number | undefined = 0; after !== undefined; ) {
      const from: number = after;
      const page = await store.transaction((db) => resealPage(db, keyring, place, from));
      resealed += page.resealed;
      after = page.next;
    }
  }
  return resealed;
}

/** The secrets of a place, in the order of its rows. */
async function secretsOf(
  db: Queries,
  { table, key, column }: Sealed,
  after: number,
  limit: number,
): Promise<{ id: number; sealed: string }[]> {
  const { rows } = await sql<{ id: number; sealed: string }>`
    select ${sql.ref(key)} as id, ${sql.ref(column)} as sealed from ${sql.table(table)}
    where ${sql.ref(key)} > ${after} and ${sql.ref(column)} is not null
    order by ${sql.ref(key)} limit ${limit}`.execute(db);
  return rows;
}

async function resealPage(
  db: Queries,
  keyring: Keyring,
  place: Sealed,
  after: number,
): Promise<{ resealed: number; next: number | undefined }> {
  const { table, key, column } = place;
  const secrets = await secretsOf(db, place, after, PAGE);
  let resealed = 0;
  for (const { id, sealed: before } of secrets) {
    const sealed = keyring.reseal(before);
    if (sealed === before) continue;
    // One that was changed since is sealed with the current key already.
    const { numAffectedRows = 0n } = await sql`
      update ${sql.table(table)} set ${sql.ref(column)} = ${sealed}
      where ${sql.ref(key)} = ${id} and ${sql.ref(column)} = ${before}`.execute(db);
    resealed += Number(numAffectedRows);
  }
  return { resealed, next: secrets.length < PAGE ? undefined : secrets.at(-1)?.id };
}

/**
 * Makes sure at the start that the keys are those of the database: opens the first secret that there is.
 *
 * @throws {SecretError} when it cannot be opened
 */
export async function checkKeys(store: Store, keyring: Keyring): Promise<void> {
  for (const place of SEALED)
    for (const { sealed } of await secretsOf(store.reader, place, 0, 1)) keyring.open(sealed);
}
