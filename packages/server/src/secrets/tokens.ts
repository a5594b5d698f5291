import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Conflict, idAfter, NotFound, type Page, type PageRequest, pageOf } from '@grove/api';
import { type Params, type Queries, type Store, statement } from '../store/index.ts';
import { writePrivateFile } from './private-file.ts';

/** Length of an API token, in bytes before base64url. */
const TOKEN_BYTES = 32;
/** What tokens begin with, so that one in the wrong place is known for what it is. */
const PREFIX = 'grove_';

/** The file in the data folder that holds the token of the first run, for its owner alone. */
export const TOKEN_FILE = 'token';

/** A token that the API knows; of the token itself only the hash is kept. */
export interface ApiToken {
  id: number;
  name: string;
  /** Names of the triggers that are all that it may ask for; null = it may do everything. */
  triggers: string[] | null;
}

/** A new API token: 256 random bits. */
export function newToken(): string {
  return PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What is kept of a token: its SHA-256, in hexadecimal. A token is random, so that no slow hash is needed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whether a token is the one of a hash; takes the same time wherever they differ. */
export function tokenMatches(token: string, hash: string): boolean {
  const [given, kept] = [Buffer.from(hashToken(token)), Buffer.from(hash)];
  return given.length === kept.length && timingSafeEqual(given, kept);
}

const byHash = statement((q, p: Params<{ hash: string }>) =>
  q.selectFrom('tokens').select(['id', 'name', 'hash', 'triggers']).where('hash', '=', p('hash')),
);

function triggersOf(json: string | null): string[] | null {
  return json === null ? null : (JSON.parse(json) as string[]);
}

/** The token that is known by these characters, or undefined. */
export async function authenticateToken(db: Queries, token: string): Promise<ApiToken | undefined> {
  const row = await byHash.first(db, { hash: hashToken(token) });
  if (row === undefined || !tokenMatches(token, row.hash)) return undefined;
  return { id: row.id, name: row.name, triggers: triggersOf(row.triggers) };
}

/** A token as it is listed. */
export interface ListedToken extends ApiToken {
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** Tokens, in the order in which they were made. */
export async function listTokens(db: Queries, page: PageRequest): Promise<Page<ListedToken>> {
  const after = idAfter(page);
  const rows = await db
    .selectFrom('tokens')
    .select(['id', 'name', 'triggers', 'created_at as createdAt'])
    .$if(after !== undefined, (query) => query.where('id', '>', after as number))
    .orderBy('id')
    .limit(page.limit + 1)
    .execute();
  const tokens = rows.map((row) => ({ ...row, triggers: triggersOf(row.triggers) }));
  return pageOf(tokens, page.limit, ({ id }) => id);
}

/**
 * Withdraws a token.
 *
 * @throws {NotFound}
 * @throws {Conflict} when it is the last one: the next start of a server would make another, or nobody
 *   could use the API any more. The transaction must then be rolled back.
 */
export async function withdrawToken(db: Queries, id: number): Promise<void> {
  const deleted = await db.deleteFrom('tokens').where('id', '=', id).returning('id').executeTakeFirst();
  if (deleted === undefined) throw new NotFound('token', id);
  const left = await db
    .selectFrom('tokens')
    .select('id')
    .where('triggers', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (left === undefined)
    throw new Conflict('it is the last token of the API that may do everything; make another one first');
}

/**
 * Makes a token; its characters are given this once.
 *
 * @param triggers names of those that are all that it may ask for; null = it may do everything
 */
export async function createToken(
  db: Queries,
  name: string,
  now: number,
  triggers: string[] | null = null,
): Promise<ApiToken & { token: string }> {
  const token = newToken();
  return { ...(await keepToken(db, name, token, now, triggers)), token };
}

/**
 * Where the API knows no token yet, makes one and leaves it in the data folder, in {@link TOKEN_FILE}.
 *
 * @param now milliseconds since the epoch
 * @returns the file, when a token was made
 */
export async function makeFirstToken(
  store: Store,
  dataFolder: string,
  now: number,
): Promise<string | undefined> {
  const known = await store.reader.selectFrom('tokens').select('id').limit(1).executeTakeFirst();
  if (known !== undefined) return undefined;
  const file = join(dataFolder, TOKEN_FILE);
  // The file is there already when the process died before the hash was kept.
  writePrivateFile(file, `${newToken()}\n`, 'create');
  const token = readFileSync(file, 'utf8').trim();
  await store.transaction((db) => keepToken(db, 'first', token, now));
  return file;
}

async function keepToken(
  db: Queries,
  name: string,
  token: string,
  now: number,
  triggers: string[] | null = null,
): Promise<ApiToken> {
  const kept = await db
    .insertInto('tokens')
    .values({
      name,
      hash: hashToken(token),
      triggers: triggers === null ? null : JSON.stringify(triggers),
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('hash').doUpdateSet({ name }))
    .returning(['id', 'name'])
    .executeTakeFirstOrThrow();
  return { ...kept, triggers };
}
